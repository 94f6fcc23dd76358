// Bytes in some encoding to text, by iconv, and the guess where none fits.

internal import CDCMTK

enum TextConversion {
    /// `nil` when a byte does not belong to the encoding.
    static func convert(_ bytes: [UInt8], from encoding: String) -> String? {
        if bytes.isEmpty { return "" }
        if encoding == "UTF-8" { return String(validating: bytes, as: UTF8.self) }
        // One byte of these sets becomes three in UTF-8 at most.
        let capacity = bytes.count * 4
        var converted = 0
        var status: Int32 = -1
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
            status = CDCMTK_convert_text(
                "UTF-8", encoding, bytes, bytes.count, buffer.baseAddress, capacity, &converted)
            filled = converted
        }
        return status == 0 ? String(decoding: output, as: UTF8.self) : nil
    }

    /// `nil` when the encoding lacks a character.
    static func encode(_ text: String, to encoding: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        if encoding == "UTF-8" || bytes.isEmpty { return bytes }
        let capacity = bytes.count * 4
        var converted = 0
        var status: Int32 = -1
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
            status = CDCMTK_convert_text(
                encoding, "UTF-8", bytes, bytes.count, buffer.baseAddress, capacity, &converted)
            filled = converted
        }
        return status == 0 ? output : nil
    }

    /// For text of no declared encoding, or not of the one declared: UTF-8 where it is valid, GB18030 where every high
    /// byte stands in a pair of two bytes from 0xA1, Latin-1 otherwise.
    static func guess(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        if isPaired(bytes), let text = convert(bytes, from: "GB18030") { return text }
        return String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
    }

    private static func isPaired(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index < bytes.count {
            guard bytes[index] >= 0x80 else {
                index += 1
                continue
            }
            guard bytes[index] >= 0xA1, index + 1 < bytes.count, bytes[index + 1] >= 0xA1 else { return false }
            index += 2
        }
        return true
    }
}
