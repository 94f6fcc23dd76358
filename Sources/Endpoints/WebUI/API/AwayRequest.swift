// "I am away", as a client says it.

import Foundation
import HTTPService
import Vocabulary

struct AwayRequest: Decodable {
    /// An account; left out: who asks.
    var reader: String?
    /// From now on; zero: until further notice. A page's list of choices sends it as text.
    var minutes: Int?
    var from: Timestamp?
    var until: Timestamp?
    var note: String?

    private enum CodingKeys: CodingKey { case reader, minutes, from, until, note }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String? { try container.decodeIfPresent(String.self, forKey: key) }
        func time(_ key: CodingKeys) throws -> Timestamp? {
            guard let text = try text(key) else { return nil }
            do {
                return Timestamp(try Date.ISO8601FormatStyle().parse(text))
            } catch {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container, debugDescription: "no time by ISO 8601: \(error)")
            }
        }
        reader = try text(.reader)
        note = try text(.note)
        from = try time(.from)
        until = try time(.until)
        guard container.contains(.minutes) else { return }
        do {
            minutes = try container.decode(Int.self, forKey: .minutes)
        } catch DecodingError.typeMismatch {
            minutes = Int(try container.decode(String.self, forKey: .minutes))
        }
        guard let minutes, (0...Self.mostMinutes).contains(minutes) else {
            throw DecodingError.dataCorruptedError(
                forKey: .minutes, in: container, debugDescription: "from 0 to a year")
        }
    }

    private static let mostMinutes = 366 * 24 * 60

    /// `nil`: until further notice.
    func end(at now: Timestamp) -> Timestamp? {
        guard let minutes else { return until }
        return minutes == 0 ? nil : now + .seconds(minutes * 60)
    }
}
