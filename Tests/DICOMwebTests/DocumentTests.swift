import Archive
import DICOM
import Foundation
import HTTPTypes
import Testing
import Vocabulary

@Suite("Documents")
struct DocumentTests {
    @Test("gives an encapsulated PDF as a PDF that only this node's pages may frame")
    func pdf() async throws {
        let fixture = try DICOMwebFixture()
        let instance = try fixture.store("pdf.dcm", Self.document(Data("%PDF-1.4 odd".utf8 + [0x0A])))
        try await fixture.withClient { client in
            let answer = try await client.get(
                locator(instance) + "/rendered?accept=application/pdf", accept: "text/html")
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "application/pdf")
            // Thirteen bytes: the one that pads them is not the document's.
            #expect(answer.data == Data("%PDF-1.4 odd\n".utf8))
            #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'self'") == true)
            let frames = try #require(HTTPField.Name("X-Frame-Options"))
            #expect(answer.headers[frames] == "SAMEORIGIN")
            #expect(answer.headers[.contentDisposition]?.hasPrefix("inline") == true)
            let tag = try #require(answer.headers[.eTag])
            let again = try await client.get(
                locator(instance) + "/rendered?accept=application/pdf", headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(try await client.get(locator(instance) + "/rendered", accept: "image/png").status == .notAcceptable)
            #expect(try await client.get(locator(instance) + "/thumbnail", accept: "image/png").status == .notFound)
        }
    }

    @Test("gives nothing under a PDF's name that is none", arguments: ["<html><script>1</script>", "", "%PD"])
    func noPDF(content: String) async throws {
        let fixture = try DICOMwebFixture()
        let instance = try fixture.store("fake.dcm", Self.document(Data(content.utf8)))
        try await fixture.withClient { client in
            let answer = try await client.get(locator(instance) + "/rendered?accept=application/pdf")
            #expect(answer.status == .notFound)
            #expect(answer.headers[.contentType] != "application/pdf")
        }
    }

    @Test("keeps what a report says in its metadata, in UTF-8, however long the finding")
    func longText() async throws {
        let fixture = try DICOMwebFixture()
        let finding = String(repeating: "两肺纹理清晰。", count: 400)
        var report = DataSetBuilder.image("1.2.3.31")
        var item = DataSetBuilder()
        item.set(Tag(0x0040, 0xA160), finding)
        report.set(Tag(0x0040, 0xA730), items: [item])
        report.set(.pixelData, bytes: Array(repeating: 0, count: 64), vr: .OB)
        let instance = try fixture.store("sr.dcm", report)
        try await fixture.withClient { client in
            let metadata = try #require(try await client.json(locator(instance) + "/metadata").first)
            #expect(metadata["0040A730"]?.values?.count == 1)
            let text = try await client.get(locator(instance) + "/metadata", accept: "application/dicom+json").text
            #expect(text.contains(finding))
        }
    }

    static func document(_ content: Data) -> DataSetBuilder {
        var data = DataSetBuilder()
        data.set(.sopClassUID, SOPClass.encapsulatedPDF)
        data.set(.sopInstanceUID, "1.2.3.30")
        data.set(.studyInstanceUID, "1.2.3.30.1")
        data.set(.seriesInstanceUID, "1.2.3.30.1.1")
        data.set(.patientID, "T0009")
        data.set(.modality, "DOC")
        let bytes = [UInt8](content)
        data.set(.encapsulatedDocument, bytes: bytes.count.isMultiple(of: 2) ? bytes : bytes + [0], vr: .OB)
        data.set(.encapsulatedDocumentLength, bytes.count)
        return data
    }
}
