// What names a task, an order and a person.

import Database
import Foundation

/// The same UUID at every node that knows the task; lower case.
package struct TaskID: UUIDIdentifier {
    package let rawValue: String
    package init(unchecked value: String) { rawValue = value }
}

/// The same UUID at every node that knows the order; lower case.
package struct OrderID: UUIDIdentifier {
    package let rawValue: String
    package init(unchecked value: String) { rawValue = value }
}

/// An identifier made anywhere without asking anybody.
package protocol UUIDIdentifier: TextBindable, Hashable, Comparable, Codable, CustomStringConvertible {
    init(unchecked value: String)
}

extension UUIDIdentifier {
    /// `nil` unless `rawValue` is a UUID.
    package init?(rawValue: String) {
        guard let uuid = UUID(uuidString: rawValue) else { return nil }
        self.init(unchecked: uuid.uuidString.lowercased())
    }

    package static func generate() -> Self { Self(unchecked: UUID().uuidString.lowercased()) }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    package var description: String { rawValue }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(rawValue: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text.prefix(40))' is not a UUID"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// Somebody who claims, signs, attaches or acknowledges: the account and the name that stands on the report.
package struct Person: Hashable, Codable, Sendable {
    /// The account's name at its node; two persons are the same when these are.
    package var user: String
    package var displayName: String

    package init(user: String, displayName: String) {
        self.user = user
        self.displayName = displayName
    }
}
