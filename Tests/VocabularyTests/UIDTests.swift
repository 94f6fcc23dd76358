import Testing
import Vocabulary

@Suite("Unique identifiers")
struct UIDTests {
    @Test(
        "take digits and dots as they are, however irregular",
        arguments: ["1.2.840.10008.1.1", "1", "1.02.003", "1..2", ".1.", "0", String(repeating: "1", count: 64)])
    func accepted(text: String) {
        #expect(StudyInstanceUID(rawValue: text)?.rawValue == text)
    }

    @Test(
        "lose the padding that DICOM and its writers put around them",
        arguments: ["1.2.3\0", "1.2.3 ", " 1.2.3", "1.2.3\0\0", "  1.2.3 \0 "])
    func padding(text: String) {
        #expect(SeriesInstanceUID(rawValue: text)?.rawValue == "1.2.3")
    }

    @Test("keep 64 characters that need no padding removed, and 65 with one NUL")
    func longest() {
        let longest = String(repeating: "1.", count: 32)
        #expect(SOPInstanceUID(rawValue: longest)?.rawValue == longest)
        #expect(SOPInstanceUID(rawValue: longest + "\0")?.rawValue == longest)
    }

    @Test(
        "refuse what is no UID",
        arguments: [
            "", " ", "\0", "1.2.a", "1.2 .3", "1.2\\1.3", "1,2", "1.2\n", "-1", "１.２", "1.2.3é",
            String(repeating: "1", count: 65), "../../etc/passwd",
        ])
    func refused(text: String) {
        #expect(SOPInstanceUID(rawValue: text) == nil)
        #expect(SOPClass(rawValue: text) == nil)
        #expect(TransferSyntax(rawValue: text) == nil)
    }

    @Test("travel as plain JSON strings, and a wrong one is named in the refusal")
    func codable() throws {
        let uid = StudyInstanceUID(unchecked: "1.2.3")
        #expect(try json(uid) == #""1.2.3""#)
        #expect(try value(StudyInstanceUID.self, from: #""1.2.3 ""#) == uid)
        #expect(refusal(StudyInstanceUID.self, of: #""1.2.x""#) == "'1.2.x' is not a DICOM UID")
        #expect(refusal(StudyInstanceUID.self, of: "7") != nil)
        let long = String(repeating: "9", count: 500)
        #expect(refusal(StudyInstanceUID.self, of: "\"\(long)\"").map { $0.count < 120 } == true)
    }

    @Test("are made below 2.25 from 128 bits, all different and never too long")
    func generated() {
        let made = (0..<1000).map { _ in SOPInstanceUID.generate() }
        #expect(Set(made).count == 1000)
        for uid in made {
            #expect(uid.rawValue.hasPrefix("2.25."))
            #expect(SOPInstanceUID(rawValue: uid.rawValue) == uid)
        }
        var largest = Constant(UInt64.max)
        #expect(SOPInstanceUID.generate(using: &largest).rawValue.count <= 44)
    }

    @Test("sort by their characters, so that lists are the same on every node")
    func order() {
        #expect(SeriesInstanceUID(unchecked: "1.10") < SeriesInstanceUID(unchecked: "1.9"))
        #expect("\(SeriesInstanceUID(unchecked: "1.9"))" == "1.9")
    }
}

private struct Constant: RandomNumberGenerator {
    let value: UInt64
    init(_ value: UInt64) { self.value = value }
    mutating func next() -> UInt64 { value }
}
