import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

/// What Chinese modalities really send, built byte by byte.
@Suite("Text as a person would read it")
struct TextReadingTests {
    private func read(
        _ declared: String, _ bytes: [UInt8], _ vr: VR = .PN, truth: CharacterEncoding? = nil
    ) -> TextReading {
        CharacterSets(Array(declared.utf8), truth: truth).reading(of: bytes, vr: vr)
    }

    private func bytes(_ text: String, _ encoding: String = "GB18030") throws -> [UInt8] {
        try #require(CharacterSets.encode(text, in: encoding))
    }

    @Test(
        "reads Chinese in GBK that is declared as Latin-1, or not at all",
        arguments: [
            "测试^甲", "王^小东", "欧阳^娜娜", "TEST^JIA=测试^甲", "陆^伟", "陆", "小小", "朱^镕基", "王^珺", "张^喆", "陶^喆", "堃", "李^堃",
            "胸部正位（卧位）", "CT 胸部平扫+增强", "联通", "仇^英", "解^晓东=解^晓东",
        ], ["ISO_IR 100", "", "iso_ir 100", "ISO_IR_100", "ISO_IR 6"])
    func mislabelled(text: String, declared: String) throws {
        let reading = read(declared, try bytes(text))
        #expect(reading == TextReading(values: [text], basis: .guessed(.gb18030)))
    }

    @Test(
        "leaves the Latin-1 of Latin-1 alone",
        arguments: ["Buc^Jérôme", "Äneas^Rüdiger", "Müßig^Größe", "créée", "José", "Ünal^Öz", "Ångström^Åse"])
    func latin1(text: String) throws {
        #expect(
            read("ISO_IR 100", try bytes(text, "ISO-8859-1")) == TextReading(values: [text], basis: .declared))
        #expect(read("", try bytes(text, "ISO-8859-1")).values == [text])
    }

    @Test(
        "reads UTF-8 under a wrong label", arguments: ["王^小东", "TEST^JIA=测试^甲", "Buc^Jérôme", "胸部正位"],
        ["ISO_IR 100", "", "GB18030", "GBK", "\\ISO 2022 IR 58"])
    func mislabelledUTF8(text: String, declared: String) throws {
        // French in UTF-8 is also valid GBK: there the label counts.
        guard text.contains("王") || text.contains("测") || text.contains("胸") || !declared.hasPrefix("GB") else {
            return
        }
        #expect(read(declared, Array(text.utf8)) == TextReading(values: [text], basis: .guessed(.utf8)))
    }

    @Test("reads GBK that is labelled UTF-8, and says so")
    func mislabelledGBK() throws {
        #expect(
            read("ISO_IR 192", try bytes("王^小东")) == TextReading(values: ["王^小东"], basis: .guessed(.gb18030)))
    }

    @Test("takes what is declared for known, and ASCII for plain")
    func declared() throws {
        #expect(read("GB18030", try bytes("王^小东")).basis == .declared)
        #expect(read("ISO_IR 192", Array("王^小东".utf8)).basis == .declared)
        #expect(read("gb18030 ", try bytes("王^小东")).basis == .declared)
        #expect(read("ISO 2022 GBK", try bytes("王^珺")).values == ["王^珺"])
        #expect(read("ISO_IR 100", Array("WANG^XIAODONG".utf8)).basis == .plain)
    }

    @Test("splits neither values nor names inside a character", arguments: ["ISO_IR 100", "", "GB18030", "GBK"])
    func trailBytes(declared: String) throws {
        // 誠 ends in 0x5C and 僞 in 0x5E: delimiters of values and of a name's components.
        let names = try bytes("王^誠誠誠=王^僞王")
        #expect(names.contains(0x5C) && names.filter { $0 == 0x5E }.count == 3)
        #expect(read("GB18030", names).values == ["王^誠誠誠=王^僞王"])
        let values = try bytes("胸部誠\\腹部胸部")
        #expect(read(declared, values, .LO).values == ["胸部誠", "腹部胸部"])
    }

    @Test("reads mixed encodings in one object, each element by itself")
    func mixed() throws {
        let directory = try TemporaryDirectory()
        var builder = DataSetBuilder()
        builder.set(.sopClassUID, SOPClass.secondaryCapture)
        for tag in [Tag.sopInstanceUID, .studyInstanceUID, .seriesInstanceUID] { builder.set(tag, "2.25.7") }
        builder.set(.specificCharacterSet, "ISO_IR 100")
        builder.set(.patientName, bytes: try bytes("王^小东"), vr: .PN)
        builder.set(.studyDescription, bytes: Array("胸部正位".utf8), vr: .LO)
        builder.set(.institutionName, bytes: try bytes("Hôpital", "ISO-8859-1"), vr: .LO)
        builder.set(.referringPhysicianName, "LI^SI", vr: .PN)
        let file = directory.appending("mixed.dcm")
        try builder.write(to: file)
        let before = try Data(contentsOf: URL(filePath: file))
        let header = try InstanceHeader.read(file: file)
        #expect(header.patientName == "王^小东")
        #expect(header.studyDescription == "胸部正位")
        #expect(header.institutionName == "Hôpital")
        #expect(header.textBasis == .guessed(.gb18030))
        #expect(try InstanceHeader.read(file: file, truth: .gb18030).textBasis == .guessed(.utf8))
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test("reads GB 2312 by code extension without repeated escapes, over several lines and values")
    func codeExtension() throws {
        let escape: [UInt8] = [0x1B, 0x24, 0x29, 0x41]
        for declared in ["\\ISO 2022 IR 58", "ISO 2022 IR 58", "ISO 2022 IR 6\\ISO 2022 IR 58", "iso 2022 ir 58"] {
            let lines = escape + (try bytes("第一行\r\n第二行")) + [0x0D, 0x0A] + escape + (try bytes("第三行"))
            #expect(read(declared, lines, .LT).values == ["第一行\r\n第二行\r\n第三行"], "\(declared)")
            #expect(read(declared, escape + (try bytes("胸部\\腹部")), .LO).values == ["胸部", "腹部"])
            let name = Array("Zhang^XiaoDong=".utf8) + escape + (try bytes("张^小东="))
            #expect(read(declared, name).values == ["Zhang^XiaoDong=张^小东="])
            // No escape at all, and a character that GB 2312 lacks.
            #expect(read(declared, try bytes("王^珺")).values == ["王^珺"])
            #expect(read(declared, escape + (try bytes("王^珺"))).values == ["王^珺"])
        }
        let afterLatin = escape + (try bytes("张^小东"))
        #expect(read("ISO 2022 IR 100\\ISO 2022 IR 58", afterLatin).values == ["张^小东"])
    }

    @Test(
        "keeps what is whole of a name that was cut in the middle of a character",
        arguments: ["GB18030", "GBK", "ISO_IR 100", "", "\\ISO 2022 IR 58"])
    func truncatedGBK(declared: String) throws {
        let cut = Array(try bytes("王^小东方").dropLast())
        #expect(read(declared, cut).values == ["王^小东\u{FFFD}"])
        #expect(read(declared, cut + [0x20]).values == ["王^小东\u{FFFD}"])
        #expect(read(declared, cut + [0x3D] + (try bytes("王^小东"))).values == ["王^小东\u{FFFD}=王^小东"])
    }

    @Test("does so in UTF-8, wherever it is cut", arguments: ["ISO_IR 192", "ISO_IR 100", "", "GB18030"], [1, 2])
    func truncatedUTF8(declared: String, by count: Int) throws {
        let cut = Array("王^小东方".utf8.dropLast(count))
        #expect(read(declared, cut).values == ["王^小东\u{FFFD}"])
        #expect(read(declared, cut + [0x20]).values == ["王^小东\u{FFFD}"])
    }

    @Test("reads Japanese and Korean as declared, also where their sets are not designated")
    func neighbours() throws {
        #expect(read("ISO_IR 13", try bytes("ﾔﾏﾀﾞ^ﾀﾛｳ", "CP932")).values == ["ﾔﾏﾀﾞ^ﾀﾛｳ"])
        #expect(read("ISO_IR 13", try bytes("ﾔﾏﾀﾞ", "CP932") + [0x5C, 0x41], .LO).values == ["ﾔﾏﾀﾞ", "A"])
        #expect(read("\\ISO 2022 IR 149", try bytes("김^희중", "UHC")).values == ["김^희중"])
        #expect(read("ISO_IR 166", try bytes("นามสกุล", "TIS-620")).values == ["นามสกุล"])
    }

    @Test("believes the operator where the bytes allow it", arguments: CharacterEncoding.allCases)
    func told(encoding: CharacterEncoding) throws {
        let text: String =
            switch encoding {
            case .gb18030, .utf8: "镕^娟"
            case .big5: "陳^大文"
            case .shiftJIS: "山田^太郎"
            case .eucKR: "김^희중"
            case .latin1: "Buc^Jérôme"
            case .cyrillic: "Люкceмбypг"
            case .arabic: "قباني^لنزار"
            }
        let written = try #require(CharacterSets.encode(text, in: encoding))
        for declared in ["ISO_IR 100", "", "GB18030"] {
            #expect(read(declared, written, truth: encoding).values == [text], "\(declared)")
        }
        #expect(read("ISO_IR 100", written, truth: encoding).basis == .told(encoding))
        #expect(read("ISO_IR 100", Array("PLAIN".utf8), truth: encoding).basis == .plain)
    }

    @Test("falls back on declaration and guess where the operator's word can't be true")
    func toldWrongly() throws {
        #expect(read("ISO_IR 100", try bytes("王^小东"), truth: .utf8).values == ["王^小东"])
        #expect(read("ISO_IR 192", Array("王^小东".utf8), truth: .gb18030).values == ["王^小东"])
        let escape: [UInt8] = [0x1B, 0x24, 0x29, 0x41]
        #expect(read("\\ISO 2022 IR 58", escape + (try bytes("王^小东")), truth: .big5).values == ["王^小东"])
    }

    @Test("never fails, whatever the bytes")
    func anything() {
        var state: UInt64 = 88
        for _ in 0..<4000 {
            let bytes = (0..<Int(state >> 60) + 3).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state >> 33 & 7 == 0 ? 0x1B : UInt8(truncatingIfNeeded: state >> 40)
            }
            for declared in [
                "", "ISO_IR 100", "GB18030", "ISO_IR 192", "\\ISO 2022 IR 58", "ISO 2022 IR 13\\ISO 2022 IR 87",
            ] {
                #expect(!read(declared, bytes, .LT).values.isEmpty)
            }
        }
    }

    @Test(
        "reads every file of the collection", .enabled(if: RealFiles.arePresent, RealFiles.wanted),
        arguments: [
            ("chrArab", "قباني^لنزار"), ("chrFren", "Buc^Jérôme"), ("chrFrenMulti", "Buc^Jérôme"),
            ("chrGerm", "Äneas^Rüdiger"), ("chrGreek", "Διονυσιος"), ("chrH31", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
            ("chrH32", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"), ("chrHbrw", "שרון^דבורה"), ("chrI2", "Hong^Gildong=洪^吉洞=홍^길동"),
            ("chrJapMulti", "やまだ^たろう"), ("chrJapMultiExplicitIR6", "やまだ^たろう"), ("chrKoreanMulti", "김희중"),
            ("chrRuss", "Люкceмбypг"), ("chrX1", "Wang^XiaoDong=王^小東="), ("chrX2", "Wang^XiaoDong=王^小东="),
        ])
    func collection(file: String, name: String) throws {
        let dataSet = try DICOMFile(RealFiles.path("charset/\(file).dcm")).dataSet()
        let reading = try #require(try dataSet.reading(.patientName))
        #expect(reading == TextReading(values: [name], basis: .declared))
        let otherNames = try dataSet.strings(Tag(0x0010, 0x1001))
        #expect(otherNames.allSatisfy { $0.isEmpty || $0 == name })
        if let text = try dataSet.string(Tag(0x0010, 0x21B0)) { #expect(["たろう", "김희중"].contains(text)) }
    }

    @Test(
        "reads names inside items, by the item's own declaration or the one above it",
        .enabled(if: RealFiles.arePresent, RealFiles.wanted), arguments: ["chrSQEncoding", "chrSQEncoding1"])
    func items(file: String) throws {
        func names(_ dataSet: DataSet) throws -> [String] {
            try dataSet.elements.flatMap { element -> [String] in
                if case .items(let items) = element.content { return try items.flatMap(names) }
                return element.tag == .patientName ? try dataSet.strings(element) : []
            }
        }
        let dataSet = try DICOMFile(RealFiles.path("charset/\(file).dcm")).dataSet()
        #expect(try names(dataSet) == ["ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"])
    }
}

/// The committed images, for where the collection is absent.
@Suite("Text of the test images")
struct TextSampleTests {
    private func path(_ sample: TextSample) -> String {
        RealFiles.packageRoot.appending(path: "TestImages/text/\(sample.file).dcm").path
    }

    @Test("reads what modalities write, right and wrong", arguments: TextSample.all)
    func samples(sample: TextSample) throws {
        let file = try DICOMFile(path(sample))
        let header = try InstanceHeader.read(file, truth: sample.truth)
        #expect(header.patientName == sample.patientName)
        #expect(header.studyDescription == sample.description)
        #expect(header.specificCharacterSet == sample.declared)
        let dataSet = try file.dataSet(truth: sample.truth)
        #expect(try dataSet.string(.patientName) == sample.patientName)
        if let comments = sample.comments { #expect(try dataSet.text(Tag(0x0010, 0x4000)) == comments) }
        // What an operator has to know is not to be had from the bytes.
        if sample.truth != nil { #expect(try file.dataSet().string(.patientName) != sample.patientName) }
    }

    @Test("gives the same in DICOM JSON, in UTF-8 and labelled so", arguments: TextSample.all)
    func json(sample: TextSample) throws {
        let dataSet = try DICOMFile(path(sample)).dataSet(truth: sample.truth)
        let encoded = DICOMJSON { $0 }.encode(dataSet)
        let object = try #require(try JSONSerialization.jsonObject(with: encoded) as? [String: [String: Any]])
        let names = try #require(object["00100010"]?["Value"] as? [[String: String]])
        let groups = sample.patientName.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        for (key, text) in zip(["Alphabetic", "Ideographic", "Phonetic"], groups) {
            #expect(names.first?[key] ?? "" == text, "\(key)")
        }
        #expect(object["00081030"]?["Value"] as? [String] == [sample.description])
        if sample.declared != nil { #expect(object["00080005"]?["Value"] as? [String] == ["ISO_IR 192"]) }
    }
}

extension TextSample: CustomTestStringConvertible {
    public var testDescription: String { file }
}
