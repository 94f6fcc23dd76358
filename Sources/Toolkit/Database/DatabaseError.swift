// What can go wrong with the database.

import GRDB
import Observability

/// Equal when the codes are. Neither message nor description carries the arguments of a statement: they are patients'.
package struct DatabaseError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case cannotOpen = "cannot_open"
        case migrationFailed = "migration_failed"
        /// The disk, or the quota, is full.
        case full
        /// The disk answered with an error, or the file is damaged.
        case io
        /// A unique, foreign or check constraint refused the row.
        case constraint
        /// A column is missing or holds another type than asked for.
        case decoding
        case closed
        case other
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    static let closed = DatabaseError(code: .closed, message: "the database is closed")

    init(_ error: GRDB.DatabaseError) {
        let code: Code =
            switch error.resultCode {
            case .SQLITE_FULL: .full
            case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB: .io
            case .SQLITE_CONSTRAINT: .constraint
            default: .other
            }
        let remedy =
            switch code {
            case .full: "the disk that holds the database is full; free some space"
            case .io: "the database file cannot be read or written; check the disk, then restore the last backup"
            default: "the database refused a statement"
            }
        self.init(
            code: code, message: "\(remedy) (SQLite \(error.extendedResultCode.rawValue): \(error.message ?? ""))")
    }

    package var isRetriable: Bool { code == .full || code == .io || code == .closed }
    package var label: String { "database_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
