// Templates that readers made for themselves.

import Database
import Foundation
import Vocabulary

package enum TemplateSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create own_template",
            """
            CREATE TABLE own_template (
                account TEXT NOT NULL,
                name TEXT NOT NULL,
                template TEXT NOT NULL,
                saved_at BIGINT NOT NULL,
                PRIMARY KEY (account, name)
            )
            """)
    ]
}

package struct OwnTemplateBook: Sendable {
    package static let most = 200

    package init() {}

    package func templates(of account: String, in database: some DatabaseReading) throws -> [ReportTemplate] {
        try database.rows("SELECT template FROM own_template WHERE account = ? ORDER BY name", account).map { row in
            let text: String = try row["template"]
            return try JSONDecoder().decode(ReportTemplate.self, from: Data(text.utf8))
        }
    }

    /// One of the same name is replaced.
    ///
    /// - Throws: `TemplateError.tooMany`.
    package func save(
        _ template: ReportTemplate, for account: String, at time: Timestamp, in transaction: Transaction
    ) throws {
        var template = template
        template.source = .own
        let others = try templates(of: account, in: transaction).filter { $0.name != template.name }
        guard others.count < Self.most else {
            throw TemplateError(
                code: .tooMany, message: "an account keeps at most \(Self.most) templates; delete one first")
        }
        try transaction.execute(
            """
            INSERT INTO own_template (account, name, template, saved_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (account, name) DO UPDATE SET template = excluded.template, saved_at = excluded.saved_at
            """, account, template.name, String(decoding: try JSONEncoder().encode(template), as: UTF8.self), time)
    }

    /// - Returns: whether there was one.
    package func delete(_ name: String, of account: String, in transaction: Transaction) throws -> Bool {
        try transaction.execute("DELETE FROM own_template WHERE account = ? AND name = ?", account, name) > 0
    }
}
