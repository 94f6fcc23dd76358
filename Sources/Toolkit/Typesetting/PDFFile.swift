// A PDF file as a table of objects.

import Foundation

/// Read from a file with one plain cross-reference table, which is what cairo writes for PDF 1.4.
struct PDFFile {
    var objects: [Int: PDFObject]
    /// The catalog's number.
    var root: Int

    init(parsing data: Data) throws {
        let bytes = Array(data)
        guard let marker = data.range(of: Data("startxref".utf8), options: .backwards) else {
            throw Self.unreadable("no cross-reference table")
        }
        var tail = PDFParser(bytes, at: marker.upperBound - data.startIndex)
        var table = PDFParser(bytes, at: try tail.integer())
        guard table.takeWord("xref") else { throw Self.unreadable("no cross-reference table where it should be") }
        var offsets: [Int: Int] = [:]
        while !table.takeWord("trailer") {
            let first = try table.integer()
            for number in first..<first + (try table.integer()) {
                let offset = try table.integer()
                _ = try table.integer()
                if table.takeWord("n") { offsets[number] = offset } else { _ = table.takeWord("f") }
            }
        }
        guard let root = try table.value()["Root"]?.asReference else { throw Self.unreadable("no catalog") }
        self.root = root
        objects = [:]
        for (number, offset) in offsets { objects[number] = try Self.object(at: offset, in: bytes, offsets: offsets) }
    }

    /// Adds an object under the next free number.
    mutating func add(_ object: PDFObject) -> Int {
        let number = (objects.keys.max() ?? 0) + 1
        objects[number] = object
        return number
    }

    private static func object(at offset: Int, in bytes: [UInt8], offsets: [Int: Int]) throws -> PDFObject {
        var parser = PDFParser(bytes, at: offset)
        _ = try parser.integer()
        _ = try parser.integer()
        guard parser.takeWord("obj") else { throw unreadable("no object where the table says") }
        var value = try parser.value()
        guard parser.takeWord("stream") else { return PDFObject(value) }
        var length = value["Length"]
        if let number = length?.asReference, let offset = offsets[number] {
            length = try object(at: offset, in: bytes, offsets: offsets).value
        }
        guard let count = length?.asInteger else { throw unreadable("a stream without a length") }
        value["Length"] = .integer(count)
        return PDFObject(value, stream: try parser.stream(length: count))
    }

    private static func unreadable(_ what: String) -> TypesettingError {
        TypesettingError(code: .notArchivable, message: "cairo's PDF cannot be read: \(what)")
    }
}
