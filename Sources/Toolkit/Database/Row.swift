// One row of a result.

import GRDB
import Vocabulary

/// Columns by name. `try row["size", as: Int64.self]` or, where the type is known, `try row["size"]`.
package struct Row {
    private let row: GRDB.Row

    init(_ row: GRDB.Row) { self.row = row.copy() }

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
            guard row.hasColumn(column) else {
                throw DatabaseError(code: .decoding, message: "the result has no column \(column)")
            }
            let stored = BoundValue(row[column] as GRDB.DatabaseValue)
            if case .null = stored { return nil }
            guard let value = Value(databaseValue: stored) else {
                throw DatabaseError(code: .decoding, message: "column \(column) does not hold a \(Value.self)")
            }
            return value
        }
    }
}
