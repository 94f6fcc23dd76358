import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@Suite("Signed report objects", .enabled(if: Tool.isInstalled("openssl")))
struct SignatureTests {
    private let directory: TemporaryDirectory
    private let key: SigningKeyFiles

    init() async throws {
        directory = try TemporaryDirectory()
        key = try Self.newKey(["rsa:2048"], "report", in: directory)
        // OpenSSL's certificates begin with the present second, and DCMTK takes none that begins as it signs.
        try await Task.sleep(for: .seconds(1.1))
    }

    private static func newKey(
        _ kind: [String], _ name: String, in directory: TemporaryDirectory
    ) throws -> SigningKeyFiles {
        let files = SigningKeyFiles(
            key: directory.appending("\(name).key"), certificate: directory.appending("\(name).pem"))
        let made = try Tool.run(
            "openssl",
            ["req", "-x509", "-newkey"] + kind + [
                "-nodes", "-keyout", files.key, "-out", files.certificate, "-days", "30", "-subj",
                "/CN=reports of a test",
            ])
        try #require(made.status == 0, "\(made.output)")
        return files
    }

    private func identity(_ name: String) -> ReportObjectIdentity {
        ReportObjectIdentity(
            sopInstance: TestUID.make(name), series: TestUID.make("\(name) series"), seriesNumber: 9001,
            institution: "示例市人民医院", created: Timestamp(milliseconds: 1_767_600_000_000))
    }

    /// SR, PDF and key object about one image.
    private func objects() throws -> [(name: String, dataSet: DataSetBuilder, isStructuredReport: Bool)] {
        let study = TestStudy(seed: "signature", patient: .chinese, encoding: .gbkDeclaredLatin1)
        let image = try study.radiograph(size: 16, in: directory.path)
        let subject = ReportSubject(try InstanceHeader.read(file: image.path))
        let reference = BasicTextSR.Reference(
            series: image.seriesInstanceUID, sopClass: image.sopClass, sopInstance: image.sopInstanceUID)
        let time = Timestamp(milliseconds: 1_767_600_000_000)
        var sr = BasicTextSR(
            subject: subject, identity: identity("sr"), findings: "双肺纹理清晰。", impression: "未见明显异常", author: "报告^医生",
            verifier: .init(name: "审核^医生", organization: "示例市人民医院", at: time, account: "zhao"),
            evidence: [reference])
        sr.addenda = ["补充：未见变化。"]
        sr.laterVerifiers = [.init(name: "审核^医生", organization: "示例市人民医院", at: time)]
        sr.measurements = [SRMeasurement(name: "结节长径", value: 12.5, unit: "mm")]
        let pdf = EncapsulatedPDFObject(
            subject: subject, identity: identity("pdf"), title: "影像报告", pdf: Data("%PDF-1.4\n%%EOF".utf8),
            source: TestUID.make("sr"))
        let keyObject = KeyObjectSelection(
            subject: subject, identity: identity("ko"), title: .ofInterest, observer: "报告^医生", text: "最大层面",
            items: [.init(reference)])
        return [
            ("sr", sr.dataSet(), true), ("pdf", pdf.dataSet(), false), ("ko", keyObject.dataSet(), true),
        ]
    }

    private func signedFile(_ object: (name: String, dataSet: DataSetBuilder, isStructuredReport: Bool)) throws -> URL {
        let url = directory.url.appending(path: "\(object.name).dcm")
        try object.dataSet.signedPart10(with: key, isStructuredReport: object.isStructuredReport).write(to: url)
        return url
    }

    @Test("are read as before, pass the guard, and DCMTK's own tool finds the signature valid")
    func valid() throws {
        for object in try objects() {
            let file = try signedFile(object)
            let signatures = try DICOMFile.signatures(inFile: file.path)
            #expect(signatures.count == 1 && signatures.allSatisfy { $0.isIntact }, "\(object.name): \(signatures)")
            #expect(signatures.first?.certificate.isEmpty == false && signatures.first?.time != nil)
            #expect(throws: Never.self) { try StructureGuard.check(file: file.path) }
            #expect(try InstanceHeader.read(file: file.path).patientName == "TEST^JIA=测试^甲")
            guard Tool.isInstalled("dcmsign") else { continue }
            // It knows no authority of ours; that is for `DocumentCertificates`.
            let checked = try Tool.run("dcmsign", "--verify", file.path)
            #expect(checked.output.contains("signature is OK"), "\(object.name): \(checked.output)")
        }
    }

    @Test("are invalid once a letter is changed, an element added, or the report swapped for another's")
    func tampered() throws {
        let sr = try #require(try objects().first)
        let file = try signedFile(sr)
        let original = try Data(contentsOf: file)
        let changed = directory.url.appending(path: "changed.dcm")
        func verdict(_ bytes: Data) throws -> [DigitalSignature] {
            try bytes.write(to: changed)
            return try DICOMFile.signatures(inFile: changed.path)
        }
        var letter = original
        let place = try #require(letter.range(of: Data("未见明显异常".utf8)))
        letter.replaceSubrange(place, with: Data("可见明显异常".utf8))
        #expect(try verdict(letter).allSatisfy { !$0.isIntact && !$0.reason.isEmpty })
        // (0008,1010) Station Name: nothing that was signed is touched.
        var added = original
        let start = Int(try FileMetaInformation.read(fromFile: file.path).dataSetOffset)
        added.insert(contentsOf: [0x08, 0x00, 0x10, 0x10, 0x53, 0x48, 0x04, 0x00] + Array("EVIL".utf8), at: start)
        #expect(try verdict(added).allSatisfy { !$0.isIntact })
        #expect(try verdict(original).allSatisfy { $0.isIntact })
    }

    @Test("are not made with a key that the profile does not allow, or that is another's")
    func wrongKeys() throws {
        let sr = try #require(try objects().first)
        let curve = try Self.newKey(["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "curve", in: directory)
        #expect(throws: DICOMError.self) { try sr.dataSet.signedPart10(with: curve, isStructuredReport: true) }
        let other = try Self.newKey(["rsa:2048"], "other", in: directory)
        let mixed = SigningKeyFiles(key: key.key, certificate: other.certificate)
        #expect(throws: DICOMError.self) { try sr.dataSet.signedPart10(with: mixed, isStructuredReport: true) }
    }

    @Test("are told from unsigned ones")
    func unsigned() throws {
        let sr = try #require(try objects().first)
        let file = directory.url.appending(path: "plain.dcm")
        try sr.dataSet.part10().write(to: file)
        #expect(try DICOMFile.signatures(inFile: file.path).isEmpty)
    }
}
