import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@Suite("Text")
struct TextTests {
    @Test("reads Chinese names however the modality declares them", arguments: TextEncoding.allCases)
    func chinese(encoding: TextEncoding) throws {
        let directory = try TemporaryDirectory()
        let study = TestStudy(seed: "text", patient: .chinese, encoding: encoding)
        let file = try study.radiograph(size: 16, in: directory.path)
        let header = try InstanceHeader.read(file: file.path)
        #expect(header.patientName == "TEST^JIA=测试^甲")
        #expect(header.patientID == "测试0002")
        #expect(header.institutionName == "示例卫生院")
        #expect(header.studyDescription == "胸部正位")
    }

    private func decode(_ declared: String, _ bytes: [UInt8], _ vr: VR = .PN) -> [String] {
        CharacterSets(Array(declared.utf8)).values(of: bytes, vr: vr)
    }

    private func gbk(_ text: String) throws -> [UInt8] { try #require(CharacterSets.encode(text, in: "GB18030")) }

    @Test("knows terms in any spelling")
    func spellings() throws {
        #expect(decode("iso_ir 192", Array("测试".utf8)) == ["测试"])
        #expect(decode("ISO-IR 192", Array("测试".utf8)) == ["测试"])
        #expect(decode("gbk", try gbk("测试")) == ["测试"])
        #expect(decode("ISO_IR 192\\ISO 2022 IR 58", Array("测试".utf8)) == ["测试"])
    }

    @Test("keeps Latin-1 where it is Latin-1")
    func latin1() {
        #expect(decode("ISO_IR 100", [0x42, 0x75, 0x63, 0x5E, 0x4A, 0xE9, 0x72, 0xF4, 0x6D, 0x65]) == ["Buc^Jérôme"])
    }

    @Test("reads a set without repeated escapes, and a single value of ISO 2022 IR 58")
    func lenientIR58() throws {
        let escape: [UInt8] = [0x1B, 0x24, 0x29, 0x41]
        let name = escape + (try gbk("测")) + [0x5E] + (try gbk("试"))
        #expect(decode("\\ISO 2022 IR 58", name) == ["测^试"])
        #expect(decode("ISO 2022 IR 58", try gbk("测^试")) == ["测^试"])
        #expect(decode("\\ISO 2022 IR 58", try gbk("测^试")) == ["测^试"])
    }

    @Test("does not split GB18030 at a backslash inside a character")
    func backslashInside() throws {
        let bytes = try gbk("誠\\乙")
        #expect(bytes.filter { $0 == 0x5C }.count == 2)
        #expect(decode("GB18030", bytes, .LO) == ["誠", "乙"])
    }

    @Test("replaces what no encoding explains, and never fails")
    func garbage() {
        #expect(decode("ISO_IR 192", [0x41, 0xFF, 0xFE, 0x42]) == ["AÿþB"])
        #expect(decode("GB18030", [0x41, 0x80, 0x20]).count == 1)
        #expect(decode("ISO 2022 IR 87", [0x1B, 0x24, 0x42, 0x30]).count == 1)
    }

    @Test(
        "reads the standard's examples", .enabled(if: RealFiles.arePresent, RealFiles.wanted),
        arguments: [
            ("chrX1", "Wang^XiaoDong=王^小東="), ("chrX2", "Wang^XiaoDong=王^小东="),
            ("chrH31", "Yamada^Tarou=山田^太郎=やまだ^たろう"), ("chrI2", "Hong^Gildong=洪^吉洞=홍^길동"),
            ("chrFren", "Buc^Jérôme"), ("chrRuss", "Люкceмбypг"), ("chrGreek", "Διονυσιος"),
        ])
    func standardExamples(file: String, name: String) throws {
        let dataSet = try DICOMFile(RealFiles.path("charset/\(file).dcm")).dataSet()
        #expect(try dataSet.string(.patientName) == name)
    }
}

@Suite("DICOM JSON")
struct DICOMJSONTests {
    private let json = DICOMJSON { "bulk/\($0)" }

    private func object(_ dataSet: DataSet) throws -> [String: [String: Any]] {
        let parsed = try JSONSerialization.jsonObject(with: json.encode(dataSet))
        return try #require(parsed as? [String: [String: Any]])
    }

    @Test("writes names, numbers, sequences and bulk data")
    func writes() throws {
        let directory = try TemporaryDirectory()
        let study = TestStudy(seed: "json", patient: .chinese, encoding: .gb18030)
        let file = try #require(try study.ct(slices: 1, size: 32, in: directory.path).first)
        let dataSet = try DICOMFile(file.path).dataSet()
        let object = try object(dataSet)
        #expect(
            object["00100010"]?["Value"] as? [[String: String]] == [["Alphabetic": "TEST^JIA", "Ideographic": "测试^甲"]])
        #expect(object["00280010"]?["Value"] as? [Int] == [32])
        #expect(object["00281050"]?["Value"] as? [Double] == [40, -600])
        #expect(object["7FE00010"]?["BulkDataURI"] as? String == "bulk/7FE00010")
        #expect(object["00201040"]?["Value"] == nil)
        #expect(object["00020010"] == nil)
        let pixels = try #require(try dataSet.bulkData(at: "7FE00010"))
        #expect(pixels.bytes.count == 32 * 32 * 2)
        #expect(try dataSet.bulkData(at: "00280010/0/00280010") == nil)
        #expect(try dataSet.bulkData(at: "nonsense") == nil)
    }

    @Test("fetches a value inside an item")
    func nestedBulk() throws {
        let directory = try TemporaryDirectory()
        var inner = DataSetBuilder()
        inner.set(.lutData, bytes: [UInt8](repeating: 7, count: 5000), vr: .OW)
        var outer = DataSetBuilder()
        outer.set(.sopClassUID, SOPClass.secondaryCapture)
        outer.set(.sopInstanceUID, "2.25.1")
        outer.set(.voiLUTSequence, items: [DataSetBuilder(), inner])
        try outer.write(to: directory.appending("a.dcm"))
        let dataSet = try DICOMFile(directory.appending("a.dcm")).dataSet()
        let items = try #require(try object(dataSet)["00283010"]?["Value"] as? [[String: [String: String]]])
        #expect(items[1]["00283006"]?["BulkDataURI"] == "bulk/00283010/1/00283006")
        #expect(try dataSet.bulkData(at: "00283010/1/00283006")?.bytes.count == 5000)
    }

    @Test(
        "writes numbers as JSON has them",
        arguments: [
            ("1.50", true), ("-0.5e-3", true), ("+1", false), (".5", false), ("01", false), ("1.", false),
            ("abc", false),
        ])
    func numbers(text: String, isJSON: Bool) throws {
        let directory = try TemporaryDirectory()
        var builder = DataSetBuilder()
        builder.set(.sopClassUID, SOPClass.secondaryCapture)
        builder.set(.sopInstanceUID, "2.25.1")
        builder.set(.sliceLocation, text)
        try builder.write(to: directory.appending("a.dcm"))
        let dataSet = try DICOMFile(directory.appending("a.dcm")).dataSet()
        let encoded = String(decoding: json.encode(dataSet), as: UTF8.self)
        #expect(encoded.contains("[\(text)]") == isJSON)
        #expect(try object(dataSet)["00201041"]?["vr"] as? String == "DS")
    }

    @Test(
        "writes valid JSON of every file whose structure passes", .enabled(if: RealFiles.arePresent, RealFiles.wanted))
    func realFiles() throws {
        for entry in RealFiles.entries {
            guard let dataSet = try? DICOMFile(entry.path).dataSet() else { continue }
            #expect(throws: Never.self, "\(entry.file)") { try object(dataSet) }
        }
    }
}
