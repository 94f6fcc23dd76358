// Bringing a database to this version's schema.

import GRDB

/// One step of the schema, never edited after release. Names carry their date: `"2026-11-21 create delivery"`.
package struct Migration: Sendable {
    package let name: String
    /// Statements separated by semicolons, in the subset SQLite and PostgreSQL share.
    package let sql: String

    package init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }
}

/// Applies what is missing, each migration with its mark in one transaction.
struct Migrator {
    let connection: GRDB.Database

    /// For a reader, which changes nothing.
    ///
    /// - Throws: `DatabaseError.migrationFailed` unless the schema is exactly that of `migrations`.
    func check(_ migrations: [Migration]) throws {
        let applied = try Set(String.fetchAll(connection, sql: "SELECT name FROM applied_migration"))
        try refuseUnknown(applied, migrations)
        guard let missing = migrations.first(where: { !applied.contains($0.name) }) else { return }
        throw DatabaseError(
            code: .migrationFailed,
            message: "the database is of an older version (it lacks '\(missing.name)'); start this version of the node "
                + "once, then ask again")
    }

    private func refuseUnknown(_ applied: Set<String>, _ migrations: [Migration]) throws {
        let unknown = applied.subtracting(migrations.map(\.name))
        guard unknown.isEmpty else {
            throw DatabaseError(
                code: .migrationFailed,
                message: "the database was written by a newer version (it knows '\(unknown.sorted()[0])'); "
                    + "install that version or restore a backup from before it")
        }
    }

    func apply(_ migrations: [Migration]) throws {
        try connection.execute(
            sql: "CREATE TABLE IF NOT EXISTS applied_migration (name TEXT PRIMARY KEY NOT NULL)")
        let applied = try Set(String.fetchAll(connection, sql: "SELECT name FROM applied_migration"))
        try refuseUnknown(applied, migrations)
        for migration in migrations where !applied.contains(migration.name) {
            do {
                try connection.execute(sql: migration.sql)
                try connection.execute(
                    sql: "INSERT INTO applied_migration (name) VALUES (?)", arguments: [migration.name])
            } catch {
                throw DatabaseError(
                    code: .migrationFailed, message: "migration '\(migration.name)' failed", cause: error)
            }
        }
    }
}
