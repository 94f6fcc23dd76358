// One row of a result.

import GRDB
import Observability
import Vocabulary

/// Columns by name. `try row["size", as: Int64.self]` or, where the type is known, `try row["size"]`.
package struct Row {
    private let columns: ColumnNames
    private let values: [BoundValue]

    init(_ row: GRDB.Row, _ columns: ColumnNames) {
        self.columns = columns
        values = (0..<row.count).map { BoundValue(row[$0] as GRDB.DatabaseValue) }
    }

    /// - Throws: `DatabaseError.decoding` when the column is missing, NULL or of another kind.
    package subscript<Value: DatabaseBindable>(column: String, as type: Value.Type = Value.self) -> Value {
        get throws {
            guard let value = try self[optional: column, as: type] else {
                throw DatabaseError(code: .decoding, message: "column \(column) is NULL where a value must be")
            }
            return value
        }
    }

    /// `nil` for NULL.
    package subscript<Value: DatabaseBindable>(optional column: String, as type: Value.Type = Value.self) -> Value? {
        get throws {
            guard let index = columns.indices[column] else {
                throw DatabaseError(code: .decoding, message: "the result has no column \(column)")
            }
            if case .null = values[index] { return nil }
            guard let value = Value(databaseValue: values[index]) else {
                throw DatabaseError(code: .decoding, message: "column \(column) does not hold a \(Value.self)")
            }
            return value
        }
    }
}

/// Where a statement's columns stand, worked out once for each statement and not for each row: GRDB compares names
/// without regard to case, one by one.
final class ColumnNames: Sendable {
    let indices: [String: Int]

    private static let known = LockedBox<[String: ColumnNames]>([:])
    private static let knownLimit = 2_000

    private init(_ names: [String]) {
        indices = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter sql: what the statement was made from; GRDB works its own copy out anew each time.
    static func of(_ statement: GRDB.Statement, _ sql: String) -> ColumnNames {
        if let columns = known.withLock({ $0[sql] }) { return columns }
        let columns = ColumnNames(statement.columnNames)
        known.withLock { known in
            if known.count >= knownLimit { known.removeAll() }
            known[sql] = columns
        }
        return columns
    }
}
