import Testing
import Vocabulary

@Suite("AE titles")
struct AETitleTests {
    @Test("have 1 to 16 characters", arguments: ["A", "PAOTAI", "CT 64 #1", "ct_64-b", "1234567890123456", "~!@"])
    func accepted(text: String) {
        #expect(AETitle(rawValue: text)?.rawValue == text)
    }

    @Test(
        "lose spaces at both ends and NULs at the end",
        arguments: ["PAOTAI          ", "  PAOTAI", "PAOTAI\0\0", " PAOTAI \0"])
    func padding(text: String) {
        #expect(AETitle(rawValue: text)?.rawValue == "PAOTAI")
    }

    @Test("may be 16 characters and padding beyond")
    func longest() {
        #expect(AETitle(rawValue: "1234567890123456  ")?.rawValue == "1234567890123456")
    }

    @Test(
        "refuse what PS3.5 6.2 forbids",
        arguments: ["", "    ", "\0", "12345678901234567", "A\\B", "A\tB", "A\nB", "A\0B", "炮台", "É", "A\u{7F}"])
    func refused(text: String) {
        #expect(AETitle(rawValue: text) == nil)
    }

    @Test("tell capitals from small letters")
    func comparison() throws {
        #expect(AETitle(rawValue: "ct") != AETitle(rawValue: "CT"))
        #expect(try #require(AETitle(rawValue: "A")) < (try #require(AETitle(rawValue: "B"))))
    }

    @Test("travel as plain JSON strings, and a wrong one is named in the refusal")
    func codable() throws {
        let title = try #require(AETitle(rawValue: "PAOTAI"))
        #expect(try json(title) == #""PAOTAI""#)
        #expect(try value(AETitle.self, from: #"" PAOTAI ""#) == title)
        #expect(
            refusal(AETitle.self, of: #""12345678901234567""#)
                == "'12345678901234567' is not an AE title (1 to 16 characters)")
        #expect(refusal(AETitle.self, of: "1") != nil)
    }
}
