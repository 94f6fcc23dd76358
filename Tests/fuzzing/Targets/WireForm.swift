// PDUs for a peer that knows how to begin (PS3.8 9.3).

enum WireForm {
    /// A-ASSOCIATE-RQ with three contexts: verification, CT images, C-GET.
    static let request: [UInt8] = {
        func item(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
            [type, 0, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
        }
        func context(_ id: UInt8, _ sopClass: String) -> [UInt8] {
            item(
                0x20,
                [id, 0, 0, 0] + item(0x30, Array(sopClass.utf8)) + item(0x40, Array("1.2.840.10008.1.2.1".utf8))
                    + item(0x40, Array("1.2.840.10008.1.2".utf8)))
        }
        let user = item(
            0x50, item(0x51, [0, 2, 0, 0]) + item(0x52, Array("1.2.3.4".utf8)) + item(0x55, Array("FUZZ".utf8)))
        let body =
            [0, 1, 0, 0] + Array("JIELI           FUZZ            ".utf8) + [UInt8](repeating: 0, count: 32)
            + item(0x10, Array("1.2.840.10008.3.1.1.1".utf8)) + context(1, "1.2.840.10008.1.1")
            + context(3, "1.2.840.10008.5.1.4.1.1.2") + context(5, "1.2.840.10008.5.1.4.1.2.2.3") + user
        return pdu(1, body)
    }()

    /// The first byte chooses context and flags; the rest is the value.
    static func dataValue(_ input: [UInt8]) -> [UInt8] {
        let choice = input.first ?? 0
        let value = Array(input.dropFirst())
        let length = UInt32(value.count + 2)
        return pdu(4, bigEndian(length) + [1 + 2 * (choice >> 2 & 3), choice & 3] + value)
    }

    private static func pdu(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 0] + bigEndian(UInt32(body.count)) + body
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
    }
}
