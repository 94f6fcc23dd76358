// Tokens for programs.

import Database
import Foundation
import Vocabulary

/// What is known of an API token; its value was shown once, when it was issued.
package struct APIToken: Hashable, Codable, Sendable {
    package var id: String
    package var account: String
    /// What it is for, in its owner's words.
    package var label: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var lastUsedAt: Timestamp?
    package var revokedAt: Timestamp?
}

/// Stateless. A token may what its owner may, while the account is open.
package struct TokenBook: Sendable {
    /// `last_used_at` is written at most this often.
    package var useInterval: Duration = .seconds(3600)

    package init() {}

    /// - Returns: the secret, whose text is shown once and kept nowhere.
    package func issue(
        for name: String, label: String, expiresAt: Timestamp? = nil, at time: Timestamp, in transaction: Transaction
    ) throws -> (token: APIToken, secret: Secret) {
        guard try transaction.row("SELECT name FROM account WHERE name = ?", name) != nil else {
            throw IdentityError(code: .unknownUser, message: "there is no account '\(name)' (没有这个用户)")
        }
        let secret = Secret.generate(prefix: "jieli_")
        let token = APIToken(
            id: UUID().uuidString.lowercased(), account: name, label: label, createdAt: time, expiresAt: expiresAt)
        try transaction.execute(
            """
            INSERT INTO api_token (id, account, label, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)
            """, token.id, name, label, secret.hash, time, expiresAt)
        return (token, secret)
    }

    /// Whose token this is, and whether `markUsed` is due.
    package func user(
        for text: String, at time: Timestamp, in snapshot: some DatabaseReading
    ) throws -> (user: User, token: APIToken)? {
        guard text.utf8.count <= 200 else { return nil }
        let row = try snapshot.row(
            """
            SELECT \(UserBook.columns), api_token.id AS token_id, api_token.label, api_token.expires_at,
                api_token.created_at AS token_created_at, api_token.last_used_at
            FROM api_token JOIN account ON account.name = api_token.account
            WHERE token_hash = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
                AND account.disabled_at IS NULL
            """, Secret(text: text).hash, time)
        guard let row else { return nil }
        let user = try User(row: row)
        let token = APIToken(
            id: try row["token_id"], account: user.name, label: try row["label"],
            createdAt: try row["token_created_at"], expiresAt: try row[optional: "expires_at"],
            lastUsedAt: try row[optional: "last_used_at"])
        return (user, token)
    }

    package func needsMark(_ token: APIToken, at time: Timestamp) -> Bool {
        guard let last = token.lastUsedAt else { return true }
        return time.elapsed(since: last) >= useInterval
    }

    package func markUsed(_ id: String, at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute("UPDATE api_token SET last_used_at = ? WHERE id = ?", time, id)
    }

    package func tokens(of name: String, in snapshot: some DatabaseReading) throws -> [APIToken] {
        try snapshot.rows(
            """
            SELECT id, account, label, created_at, expires_at, last_used_at, revoked_at FROM api_token
            WHERE account = ? ORDER BY created_at, id
            """, name
        ).map { row in
            APIToken(
                id: try row["id"], account: try row["account"], label: try row["label"],
                createdAt: try row["created_at"], expiresAt: try row[optional: "expires_at"],
                lastUsedAt: try row[optional: "last_used_at"], revokedAt: try row[optional: "revoked_at"])
        }
    }

    /// - Throws: `IdentityError.unknownToken` when that account has no such open token.
    package func revoke(_ id: String, of name: String, at time: Timestamp, in transaction: Transaction) throws {
        let changed = try transaction.execute(
            "UPDATE api_token SET revoked_at = ? WHERE id = ? AND account = ? AND revoked_at IS NULL", time, id, name)
        guard changed == 1 else {
            throw IdentityError(code: .unknownToken, message: "there is no open token '\(id)' (没有这个令牌)")
        }
    }
}
