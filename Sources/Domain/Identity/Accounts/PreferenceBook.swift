// What accounts set for themselves.

import Database
import Vocabulary

/// Stateless. Values are text that only whoever asks for a name understands, such as the viewer's keys.
package struct PreferenceBook: Sendable {
    /// In bytes: a value is a few settings, not a drawer.
    package static let limit = 32 << 10

    package init() {}

    /// `nil` until the account sets it.
    package func value(_ name: String, of account: String, in snapshot: some DatabaseReading) throws -> String? {
        try snapshot.row(
            "SELECT value FROM account_preference WHERE account = ? AND name = ?", account, name
        ).map { try $0["value"] }
    }

    /// - Throws: `IdentityError.unknownUser`; `.tooLong` over `limit`.
    package func set(
        _ name: String, to value: String, of account: String, at time: Timestamp, in transaction: Transaction
    ) throws {
        guard value.utf8.count <= Self.limit else {
            throw IdentityError(code: .tooLong, message: "the settings are larger than \(Self.limit) bytes (设置过大)")
        }
        guard try transaction.row("SELECT name FROM account WHERE name = ?", account) != nil else {
            throw IdentityError(code: .unknownUser, message: "there is no account '\(account)' (没有这个用户)")
        }
        try transaction.execute(
            """
            INSERT INTO account_preference (account, name, value, changed_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (account, name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
            """, account, name, value, time)
    }
}
