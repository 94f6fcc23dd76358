// Text as modalities write it, right and wrong.

import DICOM
import Vocabulary

/// One small radiograph whose text says `patientName` and `description`, and how it says so.
package struct TextSample: Sendable {
    package var file: String
    /// Specific Character Set (0008,0005); `nil` where the element is absent.
    package var declared: String?
    /// As a person would read it.
    package var patientName: String
    package var description: String
    /// Patient Comments (0010,4000), over several lines.
    package var comments: String?
    /// What an operator has to say first; `nil` where the bytes say enough.
    package var truth: CharacterEncoding?
    package var purpose: String
    var encode: @Sendable (Element, String) -> [UInt8]

    enum Element { case name, description, comments }

    private init(
        _ file: String, _ declared: String?, _ patientName: String, _ description: String, comments: String? = nil,
        truth: CharacterEncoding? = nil, _ purpose: String, encode: @escaping @Sendable (Element, String) -> [UInt8]
    ) {
        self.file = file
        self.declared = declared
        self.patientName = patientName
        self.description = description
        self.comments = comments
        self.truth = truth
        self.purpose = purpose
        self.encode = encode
    }

    /// A character cut off at the end is read as this.
    private static let half = "\u{FFFD}"
    private static let ir58: [UInt8] = [0x1B, 0x24, 0x29, 0x41]

    private static func bytes(_ text: String, _ encoding: String) -> [UInt8] {
        CharacterSets.encode(text, in: encoding) ?? Array("?".utf8)
    }

    private static func all(_ encoding: String) -> @Sendable (Element, String) -> [UInt8] {
        { _, text in bytes(text, encoding) }
    }

    package static let all: [TextSample] = [
        TextSample(
            "gbk-as-latin1", "ISO_IR 100", "测试^子涵", "胸部正位（卧位）", "GBK declared as ISO_IR 100", encode: all("GB18030")),
        TextSample(
            "gbk-like-utf8", "ISO_IR 100", "陆^伟", "联通", "GBK whose bytes are also valid UTF-8",
            encode: all("GB18030")),
        TextSample(
            "gbk-beyond-gb2312", "ISO_IR 100", "朱^镕基", "胸部DR，王珺复核", "GBK with second bytes below 0xA1",
            encode: all("GB18030")),
        TextSample(
            "gbk-lower-case", "gbk", "测试^小雅", "胸部正位", comments: "第一行\r\n第二行", "a term that is none",
            encode: all("GB18030")),
        TextSample(
            "gb18030-four-bytes", "GB18030", "测试^𠮷", "胸部診断", "four bytes; a second byte of 0x5C",
            encode: all("GB18030")),
        TextSample(
            "gb18030-trail-bytes", "GB18030", "TEST^ER=测试^誠僞=", "胸部診", "second bytes of 0x5C and 0x5E in a name",
            encode: all("GB18030")),
        TextSample(
            "utf8-undeclared", nil, "测试^阳光", "胸部正位", "UTF-8 without any declaration", encode: all("UTF-8")),
        TextSample(
            "utf8-lower-case", "iso_ir 192", "CESHI^JIA=测试^甲=ceshi^jia", "胸部侧位",
            "lower case; alphabetic, ideographic and phonetic groups", encode: all("UTF-8")),
        TextSample(
            "utf8-as-gb18030", "GB18030", "测试^小东", "胸部正位", "UTF-8 declared as GB18030", encode: all("UTF-8")),
        TextSample(
            "mixed", "ISO_IR 100", "测试^曾", "胸部平扫", "a name in GBK, a description in UTF-8",
            encode: { element, text in bytes(text, element == .name ? "GB18030" : "UTF-8") }),
        TextSample(
            "ir58-escaped-once", "\\ISO 2022 IR 58", "TEST^SAN=测试^单=", "胸部正位",
            comments: "第一行\r\n第二行 ABC\r\n第三行", "one escape for a whole value, over several lines",
            encode: { element, text in
                guard element == .name, let sign = text.firstIndex(of: "=") else { return ir58 + bytes(text, "GB2312") }
                return Array(text[...sign].utf8) + ir58 + bytes(String(text[text.index(after: sign)...]), "GB2312")
            }),
        TextSample(
            "ir58-alone", "iso 2022 ir 58", "测试^仇", "胸部正位", comments: "一\r\n二", "a single lower-case term, no escapes",
            encode: all("GB18030")),
        TextSample(
            "gbk-cut-off", nil, "测试^欧阳娜" + half, "胸部正位片复查" + half, "characters cut in half at the end",
            encode: { element, text in
                bytes(text.replacing(half, with: "娜"), "GB18030").dropLast()
            }),
        TextSample(
            "utf8-cut-off", "ISO_IR 192", "测试^解小" + half, "胸部正位", "a character cut off after its first byte",
            encode: { element, text in
                element == .name ? Array(text.replacing(half, with: "东").utf8.dropLast(2)) : Array(text.utf8)
            }),
        TextSample(
            "latin1", "ISO_IR 100", "Test^Jérôme", "Größe, Müßig", "Latin-1 that is Latin-1",
            encode: all("ISO-8859-1")),
        TextSample(
            "japanese", "ISO 2022 IR 13\\ISO 2022 IR 87", "ﾃｽﾄ^ﾀﾛｳ=試験^太郎=てすと^たろう", "TEST", "PS3.5 annex H",
            encode: { _, text in japanese(text) }),
        TextSample(
            "korean", "\\ISO 2022 IR 149", "Test^Gildong=試驗^吉洞=시험^길동", "TEST", "PS3.5 annex I",
            encode: { _, text in escaped(text, [0x1B, 0x24, 0x29, 0x43], "EUC-KR") }),
        TextSample(
            "big5-as-latin1", "ISO_IR 100", "測試^陳大文", "胸部正位", truth: .big5, "Big5, which an operator has to know",
            encode: all("CP950")),
    ]

    /// Half-width kana as they are, the rest as JIS X 0208 between escapes, around each delimiter anew.
    private static func japanese(_ text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            if scalar.isASCII { return [UInt8(scalar.value)] }
            if (0xFF61...0xFF9F).contains(scalar.value) { return [UInt8(scalar.value - 0xFF61 + 0xA1)] }
            let pair = bytes(String(scalar), "EUC-JP").map { $0 & 0x7F }
            return [0x1B, 0x24, 0x42] + pair + [0x1B, 0x28, 0x4A]
        }
    }

    private static func escaped(_ text: String, _ escape: [UInt8], _ encoding: String) -> [UInt8] {
        var (bytes, designated): ([UInt8], Bool) = ([], false)
        for character in text {
            if !character.isASCII, !designated { bytes += escape }
            designated = "^=".contains(character) ? false : designated || !character.isASCII
            bytes += Self.bytes(String(character), encoding)
        }
        return bytes
    }

    // MARK: Files

    package func write(in directory: String) throws -> TestFile {
        let study = TestStudy(
            seed: "text \(file)", patient: TestPatient(name: "", id: "TX-\(file.uppercased())"), institution: "TEST",
            accessionNumber: "TX\(Self.all.firstIndex { $0.file == file } ?? 0)", date: "20260111")
        let series = TestStudy.Series(
            number: 1, modality: "DX", sopClass: .dxImageForPresentation, description: "CHEST PA", bodyPart: "CHEST")
        var dataSet = study.common(series, instance: 1)
        dataSet.remove(.specificCharacterSet)
        if let declared { dataSet.set(.specificCharacterSet, bytes: Array(declared.utf8), vr: .CS) }
        dataSet.set(.patientName, bytes: encode(.name, patientName), vr: .PN)
        dataSet.set(.studyDescription, bytes: encode(.description, description), vr: .LO)
        if let comments { dataSet.set(Tag(0x0010, 0x4000), bytes: encode(.comments, comments), vr: .LT) }
        dataSet.remove(.referringPhysicianName)
        dataSet.set(.stationName, "TEXT1")
        dataSet.set(.imageType, ["ORIGINAL", "PRIMARY"])
        dataSet.setImagePixel(
            rows: 64, columns: 64, bits: 16, stored: 12, isSigned: false, photometric: "MONOCHROME2")
        dataSet.set(.windowCenter, decimals: [1800])
        dataSet.set(.windowWidth, decimals: [3200])
        dataSet.set(.pixelData, bytes: Phantoms.chestRadiograph(size: 64, seed: 1).words, vr: .OW)
        try TestStudy.makeDirectory(directory)
        let path = "\(directory)/\(file).dcm"
        try dataSet.write(to: path, declaresText: declared != nil)
        return study.file(series, instance: 1, path: path)
    }
}
