// Values that go into and come out of SQL.

import Foundation
import GRDB
import Vocabulary

/// The kinds of value both engines share.
package enum BoundValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob(Data)

    init(_ value: GRDB.DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob(data)
        }
    }

    var grdb: GRDB.DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .real(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let data): data.databaseValue
        }
    }
}

/// A type that can stand for `?` in a statement and be read from a column.
package protocol DatabaseBindable: Sendable {
    var databaseValue: BoundValue { get }
    init?(databaseValue: BoundValue)
}

extension Int64: DatabaseBindable {
    package var databaseValue: BoundValue { .integer(self) }
    package init?(databaseValue: BoundValue) {
        guard case .integer(let number) = databaseValue else { return nil }
        self = number
    }
}

extension Int: DatabaseBindable {
    package var databaseValue: BoundValue { .integer(Int64(self)) }
    package init?(databaseValue: BoundValue) {
        guard case .integer(let number) = databaseValue else { return nil }
        self = Int(number)
    }
}

extension Bool: DatabaseBindable {
    package var databaseValue: BoundValue { .integer(self ? 1 : 0) }
    package init?(databaseValue: BoundValue) {
        guard case .integer(let number) = databaseValue else { return nil }
        self = number != 0
    }
}

extension Double: DatabaseBindable {
    package var databaseValue: BoundValue { .real(self) }
    package init?(databaseValue: BoundValue) {
        switch databaseValue {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
}

extension String: DatabaseBindable {
    package var databaseValue: BoundValue { .text(self) }
    package init?(databaseValue: BoundValue) {
        guard case .text(let text) = databaseValue else { return nil }
        self = text
    }
}

extension Data: DatabaseBindable {
    package var databaseValue: BoundValue { .blob(self) }
    package init?(databaseValue: BoundValue) {
        guard case .blob(let data) = databaseValue else { return nil }
        self = data
    }
}

// MARK: The vocabulary

/// Values spelt as text: any `RawRepresentable` with a string adopts this in one line.
package protocol TextBindable: DatabaseBindable, RawRepresentable where RawValue == String {}

extension TextBindable {
    package var databaseValue: BoundValue { .text(rawValue) }
    package init?(databaseValue: BoundValue) {
        guard case .text(let text) = databaseValue else { return nil }
        self.init(rawValue: text)
    }
}

extension StudyInstanceUID: TextBindable {}
extension SeriesInstanceUID: TextBindable {}
extension SOPInstanceUID: TextBindable {}
extension SOPClass: TextBindable {}
extension TransferSyntax: TextBindable {}
extension AETitle: TextBindable {}
extension NodeName: TextBindable {}
extension UserRole: TextBindable {}
extension CharacterEncoding: TextBindable {}
extension WorkType: TextBindable {}
extension PatientClass: TextBindable {}
extension BodyRegion: TextBindable {}

extension Timestamp: DatabaseBindable {
    package var databaseValue: BoundValue { .integer(milliseconds) }
    package init?(databaseValue: BoundValue) {
        guard case .integer(let number) = databaseValue else { return nil }
        self.init(milliseconds: number)
    }
}

extension Digest: DatabaseBindable {
    package var databaseValue: BoundValue { .text(hexadecimal) }
    package init?(databaseValue: BoundValue) {
        guard case .text(let text) = databaseValue else { return nil }
        self.init(hexadecimal: text)
    }
}

/// Stored as its rank, so that SQL sorts by urgency.
extension Priority: DatabaseBindable {
    package var databaseValue: BoundValue { .integer(Int64(rank)) }
    package init?(databaseValue: BoundValue) {
        guard case .integer(let number) = databaseValue else { return nil }
        self.init(rank: Int(number))
    }
}

/// Stored as its rank, so that SQL compares how wide it is.
extension VisibilityStage: DatabaseBindable {
    package var databaseValue: BoundValue { .integer(Int64(rank)) }
    package init?(databaseValue: BoundValue) {
        guard case .integer(let number) = databaseValue else { return nil }
        self.init(rank: Int(number))
    }
}
