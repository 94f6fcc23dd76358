// Reading and writing SQL.

import GRDB
import Vocabulary

/// Holds GRDB's type so that no other module sees it.
package struct SQLConnection {
    let database: GRDB.Database
}

/// The database as of one commit.
package struct Snapshot: DatabaseReading {
    package let connection: SQLConnection
    init(connection: GRDB.Database) { self.connection = SQLConnection(database: connection) }
}

/// A transaction under way: what it writes is seen by nobody else until it is on disk, then all at once.
package struct Transaction: DatabaseReading {
    package let connection: SQLConnection
    init(connection: GRDB.Database) { self.connection = SQLConnection(database: connection) }

    /// Runs one statement with `?` for each argument.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    package func execute(_ sql: String, _ arguments: (any DatabaseBindable)?...) throws -> Int {
        try connection.execute(sql, arguments)
    }

    @discardableResult
    package func execute(_ sql: String, arguments: [(any DatabaseBindable)?]) throws -> Int {
        try connection.execute(sql, arguments)
    }

    /// The identifier that the last INSERT of this transaction got.
    package var lastInsertedRowID: Int64 { connection.database.lastInsertedRowID }
}

/// What a `Snapshot` and a `Transaction` share. Functions that only read take `some DatabaseReading`.
package protocol DatabaseReading {
    var connection: SQLConnection { get }
}

extension DatabaseReading {
    /// All rows of a SELECT, or of a statement with RETURNING.
    package func rows(_ sql: String, _ arguments: (any DatabaseBindable)?...) throws -> [Row] {
        try connection.rows(sql, arguments)
    }

    package func rows(_ sql: String, arguments: [(any DatabaseBindable)?]) throws -> [Row] {
        try connection.rows(sql, arguments)
    }

    /// The first row, if there is one.
    package func row(_ sql: String, _ arguments: (any DatabaseBindable)?...) throws -> Row? {
        try connection.rows(sql, arguments).first
    }
}

extension SQLConnection {
    func execute(_ sql: String, _ arguments: [(any DatabaseBindable)?]) throws -> Int {
        let statement = try database.cachedStatement(sql: sql)
        try statement.execute(arguments: bound(arguments))
        return database.changesCount
    }

    func rows(_ sql: String, _ arguments: [(any DatabaseBindable)?]) throws -> [Row] {
        let statement = try database.cachedStatement(sql: sql)
        let columns = ColumnNames.of(statement, sql)
        let cursor = try GRDB.Row.fetchCursor(statement, arguments: bound(arguments))
        var rows: [Row] = []
        while let row = try cursor.next() { rows.append(Row(row, columns)) }
        return rows
    }

    private func bound(_ arguments: [(any DatabaseBindable)?]) -> StatementArguments {
        StatementArguments(arguments.map { ($0?.databaseValue ?? .null).grdb })
    }
}
