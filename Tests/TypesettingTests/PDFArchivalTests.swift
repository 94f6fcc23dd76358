import Foundation
import Testing

@testable import Typesetting

@Suite("Archivable PDF")
struct PDFArchivalTests {
    private func sample() throws -> PDFFile {
        try PDFFile(parsing: ReportSample.report(pictures: [TestPicture.printed()]).pdf())
    }

    @Test("has metadata, an output intent and an identifier")
    func catalog() throws {
        let file = try sample()
        let catalog = try #require(file.objects[file.root]?.value)
        let metadata = try #require(catalog["Metadata"]?.asReference.flatMap { file.objects[$0]?.stream })
        let packet = String(decoding: metadata, as: UTF8.self)
        #expect(packet.contains("<pdfaid:part>1</pdfaid:part>"))
        let intent = try #require(catalog["OutputIntents"]?.asArray?.first)
        #expect(intent["S"]?.asName == "GTS_PDFA1")
        let profile = try #require(intent["DestOutputProfile"]?.asReference.flatMap { file.objects[$0]?.stream })
        #expect(profile.count == Int(profile.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }))
        let text = String(decoding: try ReportSample.report().pdf().suffix(400), as: UTF8.self)
        #expect(text.contains(/\/ID \[<[0-9A-F]{32}> <[0-9A-F]{32}>\]/))
    }

    @Test("has no transparency, no interpolation and no font without outlines")
    func forbidden() throws {
        let file = try sample()
        for object in file.objects.values {
            #expect(object.value["Group"] == nil)
            #expect(object.value["SMask"] == nil)
            #expect(object.value["Interpolate"] == nil)
            #expect(object.value["Subtype"]?.asName != "Type3")
        }
        #expect(file.objects.values.contains { $0.value["Subtype"]?.asName == "Image" })
    }

    @Test("says which glyphs each subset holds")
    func glyphSets() throws {
        let file = try sample()
        let fonts = file.objects.values.map(\.value).filter { $0["DW"] != nil || $0["W"] != nil }
        #expect(!fonts.isEmpty)
        for font in fonts {
            let descriptor = try #require(font["FontDescriptor"]?.asReference.flatMap { file.objects[$0]?.value })
            let set = try #require(descriptor["CIDSet"]?.asReference.flatMap { file.objects[$0]?.stream })
            let glyphs = try #require(font["W"]?.asArray?.last?.asArray?.count)
            #expect(set.reduce(0) { $0 + $1.nonzeroBitCount } == glyphs)
        }
    }

    @Test(
        "reads the syntax cairo doesn't write today",
        arguments: [
            "<< /A [1 -2.5 3 0 R] /B (a\\)b(c)) /C <414> >> % end", "<</A[1 -2.5 3 0 R]/B(a\\)b(c))/C<41 40>>>",
        ])
    func syntax(text: String) throws {
        var parser = PDFParser(Array(text.utf8), at: 0)
        let value = try parser.value()
        #expect(value["A"] == .array([.number("1"), .number("-2.5"), .reference(3)]))
        #expect(value["B"] == .ascii("a)b(c)"))
        #expect(value["C"] == .string([0x41, 0x40]))
    }

    @Test("refuses what is no PDF", arguments: ["", "%PDF-1.4", "startxref 999999", "startxref 0"])
    func unreadable(text: String) {
        #expect(throws: TypesettingError(code: .notArchivable, message: "")) { try PDFFile(parsing: Data(text.utf8)) }
    }
}
