// PDUs as a stranger might send them.

import Foundation
import Testing

@testable import DICOM

/// Bytes of the upper layer (PS3.8 9.3), made without the product's own writer.
enum PDU {
    static func make(_ type: UInt8, _ body: [UInt8], length: UInt32? = nil) -> [UInt8] {
        [type, 0] + big(length ?? UInt32(body.count)) + body
    }

    static func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    static func item(_ type: UInt8, _ value: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? value.count
        return [type, 0, UInt8(length >> 8), UInt8(length & 255)] + value
    }

    static func context(_ id: UInt8, syntaxes: Int = 1) -> [UInt8] {
        let transfer = (0..<syntaxes).flatMap { _ in item(0x40, Array("1.2.840.10008.1.2".utf8)) }
        return item(0x20, [id, 0, 0, 0] + item(0x30, Array("1.2.840.10008.1.1".utf8)) + transfer)
    }

    static let user = item(0x51, [0, 0, 0x40, 0]) + item(0x52, Array("1.2.3.4".utf8))

    static func request(
        calling: String = "HOSTILE", contexts: [UInt8] = context(1), user: [UInt8] = user, rest: [UInt8] = []
    ) -> [UInt8] {
        func title(_ text: String) -> [UInt8] { Array((text + String(repeating: " ", count: 16)).utf8.prefix(16)) }
        let fixed = [0, 1, 0, 0] + title("SCP") + title(calling) + [UInt8](repeating: 0, count: 32)
        let application = item(0x10, Array("1.2.840.10008.3.1.1.1".utf8))
        return make(0x01, fixed + application + contexts + item(0x50, user) + rest)
    }

    /// One presentation data value; `control`: 1 command, 2 last.
    static func data(_ bytes: [UInt8], context: UInt8 = 1, control: UInt8 = 3, length: UInt32? = nil) -> [UInt8] {
        make(0x04, big(length ?? UInt32(bytes.count + 2)) + [context, control] + bytes)
    }

    static func command(_ field: UInt16, hasDataSet: Bool = false) -> [UInt8] {
        func number(_ element: UInt8, _ high: UInt8, _ value: UInt16) -> [UInt8] {
            [0, 0, element, high, 2, 0, 0, 0, UInt8(value & 255), UInt8(value >> 8)]
        }
        return number(0x00, 0x01, field) + number(0x10, 0x01, 7)
            + number(0x00, 0x08, hasDataSet ? 1 : 0x0101)
    }

    static func abort(source: UInt8, reason: UInt8) -> [UInt8] { [7, 0, 0, 0, 0, 4, 0, 0, source, reason] }
    static let localLimitExceeded: [UInt8] = [3, 0, 0, 0, 0, 4, 0, 2, 3, 2]
}
