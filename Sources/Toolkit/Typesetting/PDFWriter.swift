// Writes a table of objects as a PDF 1.4 file.

import Foundation
import Vocabulary

/// Only what the catalog and the information dictionary reach is written, renumbered in the order it is met.
struct PDFWriter {
    private var output = Data()
    private var numbers: [Int: Int] = [:]

    /// - Parameter file: streams' `Length` must be direct.
    static func data(of file: PDFFile, information: Int) -> Data {
        var writer = PDFWriter()
        return writer.write(file, information: information)
    }

    private mutating func write(_ file: PDFFile, information: Int) -> Data {
        let order = reachable(in: file, from: [file.root, information])
        for (index, number) in order.enumerated() { numbers[number] = index + 1 }
        // Four bytes above 127 tell transfer programs that this is no text (PDF/A-1 6.1.2).
        output.append(Data("%PDF-1.4\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A])
        var offsets: [Int] = []
        for (index, number) in order.enumerated() {
            guard let object = file.objects[number] else { continue }
            offsets.append(output.count)
            put("\(index + 1) 0 obj\n")
            put(object.value)
            if let stream = object.stream {
                put("\nstream\n")
                output.append(stream)
                put("\nendstream")
            }
            put("\nendobj\n")
        }
        let identifier = PDFValue.string(identifier())
        let table = output.count
        put("xref\n0 \(offsets.count + 1)\n0000000000 65535 f \n")
        for offset in offsets { put("\(padded(offset)) 00000 n \n") }
        put("trailer\n")
        put(
            .dictionary([
                "Size": .integer(offsets.count + 1), "Root": .reference(file.root), "Info": .reference(information),
                "ID": .array([identifier, identifier]),
            ]))
        put("\nstartxref\n\(table)\n%%EOF\n")
        return output
    }

    private func reachable(in file: PDFFile, from roots: [Int]) -> [Int] {
        var order: [Int] = []
        var waiting = roots
        var met = Set(roots)
        while !waiting.isEmpty {
            let number = waiting.removeFirst()
            guard let object = file.objects[number] else { continue }
            order.append(number)
            for next in object.value.references where met.insert(next).inserted { waiting.append(next) }
        }
        return order
    }

    /// Half the digest of all objects: the same document has the same identifier.
    private func identifier() -> [UInt8] {
        let digits = Array(Digest(of: output).hexadecimal.utf8.prefix(32))
        func nibble(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit - 0x30 : digit - 0x57 }
        return stride(from: 0, to: 32, by: 2).map { nibble(digits[$0]) << 4 | nibble(digits[$0 + 1]) }
    }

    // MARK: Values

    private mutating func put(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func put(_ value: PDFValue) {
        switch value {
        case .null: put("null")
        case .boolean(let flag): put(flag ? "true" : "false")
        case .number(let text): put(text)
        case .name(let name): put("/\(name)")
        case .string(let bytes):
            put("<" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined() + ">")
        case .array(let values):
            put("[")
            for (index, value) in values.enumerated() {
                if index > 0 { put(" ") }
                put(value)
            }
            put("]")
        case .dictionary(let entries):
            put("<<")
            for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
                put(" /\(key) ")
                put(value)
            }
            put(" >>")
        case .reference(let number):
            // A reference to nothing means null (ISO 32000 7.3.10).
            if let renumbered = numbers[number] { put("\(renumbered) 0 R") } else { put("null") }
        }
    }

    private func padded(_ offset: Int) -> String {
        let digits = String(offset)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }
}
