import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@Suite("Report objects")
struct ReportObjectTests {
    private func subject(_ directory: TemporaryDirectory) throws -> (ReportSubject, TestFile) {
        let study = TestStudy(seed: "report", patient: .chinese, encoding: .gbkDeclaredLatin1)
        let file = try study.radiograph(size: 16, in: directory.path)
        return (ReportSubject(try InstanceHeader.read(file: file.path)), file)
    }

    private func identity(_ name: String) -> ReportObjectIdentity {
        ReportObjectIdentity(
            sopInstance: TestUID.make(name), series: TestUID.make("\(name) series"), seriesNumber: 9001,
            institution: "示例市人民医院", created: Timestamp(milliseconds: 1_767_600_000_000))
    }

    @Test("a report is a Basic Text SR that DCMTK reads without complaint", .enabled(if: Tool.isInstalled("dsrdump")))
    func basicTextSR() throws {
        let directory = try TemporaryDirectory()
        let (subject, image) = try subject(directory)
        let evidence = BasicTextSR.Reference(
            series: image.seriesInstanceUID, sopClass: image.sopClass, sopInstance: image.sopInstanceUID)
        let earlier = BasicTextSR.Reference(
            series: TestUID.make("old series"), sopClass: .basicTextSR, sopInstance: TestUID.make("old"))
        for verifier in [
            nil, BasicTextSR.Observer(name: "审核^医生", organization: "示例市人民医院", at: Timestamp(milliseconds: 0)),
        ] {
            let report = BasicTextSR(
                subject: subject, identity: identity("sr"), findings: "双肺纹理清晰。\n心影不大。", impression: "未见明显异常",
                author: "报告^医生", verifier: verifier, evidence: [evidence], predecessor: earlier)
            let path = directory.appending("sr.dcm")
            try report.dataSet().write(to: path)
            let dump = try Tool.run("dsrdump", path)
            #expect(dump.status == 0)
            let complaints = dump.output.split(separator: "\n").filter { $0.hasPrefix("W: ") || $0.hasPrefix("E: ") }
            // DCMTK 3.6.7 checks no lengths in UTF-8, and says so.
            #expect(complaints.allSatisfy { $0.contains("VR checker does not support") }, "\(complaints)")
            #expect(dump.output.contains("双肺纹理清晰"))
            #expect(dump.output.contains("未见明显异常"))
            #expect(dump.output.contains(verifier == nil ? ": UNVERIFIED" : ": VERIFIED"))
            let header = try InstanceHeader.read(file: path)
            #expect(header.patientName == "TEST^JIA=测试^甲")
            #expect(header.studyInstanceUID == image.studyInstanceUID)
            #expect(header.specificCharacterSet == "ISO_IR 192")
            #expect(throws: Never.self) { try StructureGuard.check(file: path) }
        }
    }

    @Test("a PDF comes back out of its instance", .enabled(if: Tool.isInstalled("dcm2pdf")))
    func encapsulatedPDF() throws {
        let directory = try TemporaryDirectory()
        let (subject, _) = try subject(directory)
        let pdf = Data("%PDF-1.4\n%odd\n%%EOF".utf8)
        let object = EncapsulatedPDFObject(
            subject: subject, identity: identity("pdf"), title: "影像报告", pdf: pdf, source: TestUID.make("sr"))
        let path = directory.appending("pdf.dcm")
        try object.dataSet().write(to: path)
        let result = try Tool.run("dcm2pdf", path, directory.appending("out.pdf"))
        #expect(result.status == 0, "\(result.output)")
        let extracted = try Data(contentsOf: directory.url.appending(path: "out.pdf"))
        #expect(extracted.starts(with: pdf))
        #expect(try DICOMFile(path).dataSet().bulkData(at: "00420011")?.bytes.starts(with: pdf) == true)
    }

    @Test("what the builder writes, DCMTK and the reader read alike", .enabled(if: Tool.isInstalled("dcmdump")))
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        var item = DataSetBuilder()
        item.set(.codeMeaning, "胸部")
        var builder = DataSetBuilder()
        builder.set(.sopClassUID, SOPClass.secondaryCapture)
        builder.set(.sopInstanceUID, "2.25.12")
        builder.set(.patientName, "奇")
        builder.set(Tag(0x0008, 0x2218), items: [item])
        builder.set(.rows, 513)
        builder.set(.sliceLocation, decimals: [1.0 / 3])
        builder.set(Tag(0x0018, 0x9306), decimals: [0.625])
        let path = directory.appending("a.dcm")
        for syntax in [.explicitVRLittleEndian, .implicitVRLittleEndian, .deflatedExplicitVRLittleEndian]
            as [TransferSyntax]
        {
            try builder.write(to: path, transferSyntax: syntax)
            #expect(try Tool.run("dcmdump", "-q", path).status == 0)
            let dataSet = try DICOMFile(path).dataSet()
            #expect(try dataSet.string(.patientName) == "奇")
            #expect(try dataSet.integer(.rows) == 513)
            #expect(try dataSet.numbers(.sliceLocation) == [0.333333333333])
            #expect(try dataSet.numbers(Tag(0x0018, 0x9306)) == [0.625])
            #expect(try dataSet.items(Tag(0x0008, 0x2218)).first?.string(.codeMeaning) == "胸部")
        }
    }
}
