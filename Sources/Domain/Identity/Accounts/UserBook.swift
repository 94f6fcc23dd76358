// The accounts of one node.

import Database
import Vocabulary

/// Stateless: every function runs in the caller's transaction. Passwords come as hashes, because hashing takes longer
/// than a transaction may.
package struct UserBook: Sendable {
    package init() {}

    /// - Throws: `IdentityError.userExists`, `.invalidUserName`.
    @discardableResult
    package func add(
        name: String, displayName: String, role: UserRole, password: PasswordHash, at time: Timestamp,
        in transaction: Transaction
    ) throws -> User {
        let name = try User.canonicalName(name)
        let shown = displayName.isEmpty ? name : displayName
        let added = try transaction.execute(
            """
            INSERT INTO account (name, display_name, role, password_hash, created_at, password_changed_at)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING
            """, name, shown, role, password.text, time, time)
        guard added == 1 else {
            throw IdentityError(
                code: .userExists, message: "there is an account '\(name)' already; choose another name (用户名已存在)")
        }
        return User(name: name, displayName: shown, role: role, createdAt: time)
    }

    package func user(named name: String, in snapshot: some DatabaseReading) throws -> User? {
        try snapshot.row("SELECT \(Self.columns) FROM account WHERE name = ?", name).map(User.init(row:))
    }

    /// The account and its password's hash, for a login.
    package func credentials(
        named name: String, in snapshot: some DatabaseReading
    ) throws -> (user: User, password: PasswordHash)? {
        guard
            let row = try snapshot.row("SELECT \(Self.columns), password_hash FROM account WHERE name = ?", name)
        else { return nil }
        return (try User(row: row), PasswordHash(stored: try row["password_hash"]))
    }

    package func all(in snapshot: some DatabaseReading) throws -> [User] {
        try snapshot.rows("SELECT \(Self.columns) FROM account ORDER BY name").map(User.init(row:))
    }

    /// Sets a new password and ends the account's sessions; its API tokens stay.
    package func setPassword(
        _ password: PasswordHash, of name: String, at time: Timestamp, in transaction: Transaction
    ) throws {
        let changed = try transaction.execute(
            "UPDATE account SET password_hash = ?, password_changed_at = ? WHERE name = ?", password.text, time, name)
        guard changed == 1 else { throw Self.unknown(name) }
        try transaction.execute("DELETE FROM login_session WHERE account = ?", name)
    }

    /// - Throws: `IdentityError.lastAdministrator` rather than lock everybody out.
    package func change(
        _ name: String, displayName: String? = nil, role: UserRole? = nil, in transaction: Transaction
    ) throws {
        guard let user = try user(named: name, in: transaction) else { throw Self.unknown(name) }
        if let role, role != .administrator { try keepAnAdministrator(without: user, in: transaction) }
        try transaction.execute(
            "UPDATE account SET display_name = ?, role = ? WHERE name = ?", displayName ?? user.displayName,
            role ?? user.role, name)
    }

    /// Closes an account at once: its sessions end, and its tokens are refused while it is closed.
    package func disable(_ name: String, at time: Timestamp, in transaction: Transaction) throws {
        guard let user = try user(named: name, in: transaction) else { throw Self.unknown(name) }
        try keepAnAdministrator(without: user, in: transaction)
        try transaction.execute("UPDATE account SET disabled_at = ? WHERE name = ?", time, name)
        try transaction.execute("DELETE FROM login_session WHERE account = ?", name)
    }

    package func enable(_ name: String, in transaction: Transaction) throws {
        guard try transaction.execute("UPDATE account SET disabled_at = NULL WHERE name = ?", name) == 1 else {
            throw Self.unknown(name)
        }
    }

    static let columns = "account.name, account.display_name, account.role, account.created_at, account.disabled_at"

    private func keepAnAdministrator(without user: User, in transaction: Transaction) throws {
        guard user.role == .administrator, !user.isDisabled else { return }
        let others = try transaction.row(
            "SELECT count(*) AS number FROM account WHERE role = ? AND disabled_at IS NULL AND name <> ?",
            UserRole.administrator, user.name)
        guard let others, try others["number", as: Int.self] > 0 else {
            throw IdentityError(
                code: .lastAdministrator,
                message: "'\(user.name)' is the only administrator; add another one first (这是唯一的管理员账号)")
        }
    }

    private static func unknown(_ name: String) -> IdentityError {
        IdentityError(code: .unknownUser, message: "there is no account '\(name)' (没有这个用户)")
    }
}

extension User {
    init(row: Row) throws {
        self.init(
            name: try row["name"], displayName: try row["display_name"], role: try row["role"],
            isDisabled: try row[optional: "disabled_at", as: Timestamp.self] != nil, createdAt: try row["created_at"])
    }
}
