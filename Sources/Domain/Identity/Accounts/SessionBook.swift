// Who is logged in.

import Database
import Vocabulary

/// One login of one person from one browser.
package struct Session: Hashable, Sendable {
    package var user: User
    /// The SHA-256 of the cookie's value; names the session without opening it.
    package var id: Digest
    package var lastSeenAt: Timestamp
    package var expiresAt: Timestamp
}

/// Stateless. A session ends when it was idle for `idleLimit`, or at `absoluteLimit` after the login, or when the
/// account is disabled or gets a new password.
package struct SessionBook: Sendable {
    package var idleLimit: Duration
    package var absoluteLimit: Duration
    /// `touch` writes at most this often, so that reading pages does not cost a flush each.
    package var touchInterval: Duration = .seconds(60)

    package init(idleLimit: Duration = .seconds(3600), absoluteLimit: Duration = .seconds(12 * 3600)) {
        self.idleLimit = idleLimit
        self.absoluteLimit = absoluteLimit
    }

    package func open(
        for user: User, from address: String?, at time: Timestamp, in transaction: Transaction
    ) throws -> Secret {
        let secret = Secret.generate(prefix: "")
        try transaction.execute("DELETE FROM login_session WHERE expires_at <= ?", time)
        try transaction.execute(
            """
            INSERT INTO login_session (token_hash, account, address, created_at, last_seen_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """, secret.hash, user.name, address, time, time, time + absoluteLimit)
        return secret
    }

    /// `nil` when the cookie opens nothing (any more).
    package func session(
        for cookie: String, at time: Timestamp, in snapshot: some DatabaseReading
    ) throws -> Session? {
        let id = Secret(text: cookie).hash
        let row = try snapshot.row(
            """
            SELECT \(UserBook.columns), login_session.last_seen_at, login_session.expires_at
            FROM login_session JOIN account ON account.name = login_session.account
            WHERE token_hash = ? AND expires_at > ? AND last_seen_at > ? AND account.disabled_at IS NULL
            """, id, time, time - idleLimit)
        guard let row else { return nil }
        return Session(
            user: try User(row: row), id: id, lastSeenAt: try row["last_seen_at"], expiresAt: try row["expires_at"])
    }

    /// Whether `touch` is due.
    package func needsTouch(_ session: Session, at time: Timestamp) -> Bool {
        time.elapsed(since: session.lastSeenAt) >= min(touchInterval, idleLimit / 4)
    }

    package func touch(_ session: Session, at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE login_session SET last_seen_at = ? WHERE token_hash = ? AND last_seen_at < ?", time, session.id,
            time)
    }

    package func close(_ id: Digest, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM login_session WHERE token_hash = ?", id)
    }

    package func closeAll(of name: String, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM login_session WHERE account = ?", name)
    }
}
