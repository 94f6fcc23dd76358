import Testing
import Vocabulary

@Suite("Days on the calendar")
struct CivilDateTests {
    @Test(
        "a day is written and read back over leap years and centuries",
        arguments: [
            "1970-01-01", "1969-12-31", "2000-02-29", "2024-02-29", "2026-11-21", "2100-03-01", "1900-02-28",
        ])
    func roundTrip(_ text: String) throws {
        #expect(try #require(CivilDate(text)).description == text)
    }

    @Test(
        "what is no day is refused",
        arguments: [
            "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026/01/01", "",
            "2026-04-31",
        ])
    func refused(_ text: String) { #expect(CivilDate(text) == nil) }

    @Test(
        "a moment is written by the clock on the wall",
        arguments: [
            (0, "1970-01-01 08:00"), (1_795_262_459_999, "2026-11-21 20:00"), (1_795_276_800_000, "2026-11-22 00:00"),
            (-28_860_000, "1969-12-31 23:59"),
        ] as [(Int64, String)])
    func minute(milliseconds: Int64, text: String) {
        #expect(CivilTime.minute(of: Timestamp(milliseconds: milliseconds)) == text)
    }

    @Test("a day begins at midnight of China's time")
    func midnight() throws {
        let date = try #require(CivilDate("2026-11-21"))
        #expect(date.start.description == "2026-11-20T16:00:00.000Z")
        #expect(CivilDate(of: date.start) == date)
        #expect(CivilDate(of: date.start - .milliseconds(1)) == date + -1)
        #expect(date.weekday == .saturday)
        #expect(Weekday.civil(date.at(minute: 90)).minute == 90)
    }

    @Test("consecutive days follow one another for four centuries")
    func consecutive() throws {
        let first = try #require(CivilDate("1970-01-01"))
        for offset in stride(from: 0, to: 146_097, by: 17) {
            let date = first + offset
            #expect(CivilDate(date.description) == date)
        }
    }

    @Test(
        "body parts as modalities and people write them",
        arguments: [
            ("HEAD", BodyRegion.head), ("头颅平扫", .head), ("CHEST", .chest), ("胸部CT", .chest), ("C-SPINE", .spine),
            ("腰椎", .spine),
            ("L SPINE", .spine), ("KNEE", .lowerLimb), ("HAND", .upperLimb), ("ABDOMEN", .abdomen),
            ("ABDOMENPELVIS", .pelvis),
            ("Breast", .breast), ("颈椎正侧位", .spine), ("胸椎", .spine), ("CORONARY CTA", .heart), ("WHOLEBODY", .wholeBody),
        ])
    func regions(_ text: String, _ region: BodyRegion) {
        #expect(BodyRegion(bodyPart: text) == region)
    }

    @Test("a description helps where the body part says nothing")
    func descriptions() {
        #expect(BodyRegion(bodyParts: ["UNKNOWN"], descriptions: ["头颅CT平扫"]) == .head)
        #expect(BodyRegion(bodyParts: [], descriptions: [""]) == nil)
    }
}
