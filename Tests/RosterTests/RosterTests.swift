import Roster
import TestSupport
import Testing
import Vocabulary

@Suite("Who is on duty")
struct RosterTests {
    static let yaml = """
        readers:
          - name: chen.li
            modalities: [CT, MR]
            regions: [head, spine]
          - {name: wang.fang, institutions: [paotai], pace: 1.5}
          - {name: zhao.min, rights: [write, verify]}
        shifts:
          - name: 白班
            days: mon-fri
            from: 08:00
            to: 17:30
            off: 2026-11-25
            readers: [chen.li, wang.fang]
          - name: 夜班
            from: 17:30
            to: 08:00
            readers: [zhao.min]
            workTypes: [emergency-dr, emergency-head]
        mustCover: [emergency-dr]
        """
    static let types = ["emergency-dr", "emergency-head", "routine-dr"].compactMap(WorkType.init(rawValue:))

    private func roster(_ yaml: String = yaml) throws -> Roster { try Roster(yaml: yaml, file: "roster.yaml") }

    private func time(_ date: String, _ minutes: Int) throws -> Timestamp {
        try #require(CivilDate(date)).at(minute: minutes)
    }

    private func demand(
        _ type: String, _ modalities: [String] = ["DX"], _ region: BodyRegion? = nil, institution: String = "paotai"
    ) throws -> ReadingDemand {
        ReadingDemand(
            workType: try #require(WorkType(rawValue: type)), modalities: modalities, region: region,
            institution: institution)
    }

    @Test("a shift past midnight holds until its end on the next day")
    func pastMidnight() throws {
        let roster = try roster()
        let night = roster.duties(at: try time("2026-11-24", 2 * 60))
        #expect(night.duties.map(\.reader.name) == ["zhao.min"])
        #expect(night.until == (try time("2026-11-24", 8 * 60)))
        let day = roster.duties(at: try time("2026-11-24", 8 * 60))
        #expect(day.duties.map(\.reader.name) == ["chen.li", "wang.fang"])
        #expect(day.duty(of: "chen.li")?.until == (try time("2026-11-24", 17 * 60 + 30)))
    }

    @Test("nobody is on duty on a date off, and the day shows as uncovered before it comes")
    func dateOff() throws {
        let roster = try roster()
        #expect(roster.duties(at: try time("2026-11-25", 600)).duties.isEmpty)
        let gaps = roster.uncovered(
            workTypes: Self.types, from: try time("2026-11-24", 0), to: try time("2026-11-27", 0))
        #expect(gaps.count == 1)
        #expect(gaps.first?.shift == nil)
        #expect(gaps.first?.workTypes.map(\.rawValue) == ["emergency-dr"])
        #expect(gaps.first?.from == (try time("2026-11-25", 8 * 60)))
        #expect(gaps.first?.to == (try time("2026-11-25", 17 * 60 + 30)))
    }

    @Test("a shift whose only reader is away is uncovered for as long as that lasts")
    func away() throws {
        let roster = try roster()
        let absence = Absence(
            reader: "zhao.min", from: try time("2026-11-24", 20 * 60), until: try time("2026-11-24", 22 * 60))
        let gaps = roster.uncovered(
            workTypes: Self.types, from: try time("2026-11-24", 9 * 60), to: try time("2026-11-25", 7 * 60),
            absences: [absence])
        #expect(gaps.map(\.shift) == ["夜班"])
        #expect(gaps.first?.workTypes.map(\.rawValue) == ["emergency-dr", "emergency-head"])
        #expect(gaps.first?.from == absence.from)
        #expect(gaps.first?.to == absence.until)
        let now = roster.duties(at: absence.from, absences: [absence])
        #expect(now.duties.isEmpty)
        #expect(now.until == absence.until)
    }

    @Test("two away of two leave a gap, one of two does not")
    func oneOfTwo() throws {
        let roster = try roster()
        let (from, to) = (try time("2026-11-24", 8 * 60), try time("2026-11-24", 17 * 60))
        let one = [Absence(reader: "chen.li", from: from)]
        #expect(roster.uncovered(workTypes: Self.types, from: from, to: to, absences: one).isEmpty)
        let both = one + [Absence(reader: "wang.fang", from: from)]
        let gaps = roster.uncovered(workTypes: Self.types, from: from, to: to, absences: both)
        #expect(gaps.first?.workTypes == Self.types.sorted())
    }

    @Test("speciality, institution, right and the shift's list decide who may read a study")
    func qualification() throws {
        let roster = try roster()
        let day = roster.duties(at: try time("2026-11-24", 600))
        #expect(
            day.readers(for: try demand("emergency-head", ["CT"], .head)).map(\.reader.name) == [
                "chen.li", "wang.fang",
            ])
        #expect(day.readers(for: try demand("emergency-head", ["CT"], .chest)).map(\.reader.name) == ["wang.fang"])
        #expect(
            day.readers(for: try demand("emergency-head", ["CT"], .head, institution: "other")).map(\.reader.name) == [
                "chen.li"
            ])
        // Nothing is known of the region: the speciality does not exclude.
        #expect(day.covers(try demand("emergency-head", ["MR"], nil, institution: "other")))
        #expect(!day.covers(try demand("routine-dr", ["DX"], nil, institution: "other")))
        let night = roster.duties(at: try time("2026-11-24", 23 * 60))
        #expect(night.covers(try demand("emergency-dr")))
        #expect(!night.covers(try demand("routine-dr")))
    }

    @Test("without a roster everybody is on duty at all hours")
    func open() throws {
        let roster = Roster.open([RosterReader(name: "a"), RosterReader(name: "b")])
        for minute in [0, 719, 1439] {
            let list = roster.duties(at: try time("2026-11-24", minute))
            #expect(list.readers(for: try demand("routine-dr")).map(\.reader.name) == ["a", "b"])
        }
        #expect(
            roster.uncovered(
                workTypes: Self.types, from: try time("2026-11-24", 0), to: try time("2026-12-01", 0)
            ).isEmpty)
    }

    @Test("marks of absence are kept, ended and pruned")
    func awayBook() async throws {
        let (database, directory) = try temporaryDatabase(RosterSchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        let book = AwayBook()
        let now = try time("2026-11-24", 600)
        try await database.write { transaction in
            try book.mark(Absence(reader: "a", from: now, until: nil), by: "a", in: transaction)
            try book.mark(
                Absence(reader: "a", from: now + .seconds(90_000), until: now + .seconds(99_000)), by: "op", note: "会议",
                in: transaction)
        }
        #expect(try await database.read { try book.absences(at: now, in: $0) }.count == 2)
        let wasAway = try await database.write { try book.comeBack("a", at: now + .seconds(60), in: $0) }
        #expect(wasAway)
        let left = try await database.read { try book.marks(at: now, in: $0) }
        #expect(left.map(\.note) == ["会议"])
        try await database.write { try book.prune(endedBefore: now + .seconds(100_000), in: $0) }
        #expect(try await database.read { try book.marks(at: now, in: $0) }.isEmpty)
    }
}

@Suite("Mistakes in a roster")
struct RosterMistakeTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var what: String
        var yaml: String
        var code: RosterError.Code
        var place: String
        var testDescription: String { what }
    }

    static let mistakes = [
        Mistake(what: "an empty file", yaml: "", code: .badFile, place: "roster.yaml:1:1: "),
        Mistake(
            what: "a shift with somebody who is no reader",
            yaml: "readers: [{name: a}]\nshifts:\n  - {name: s, from: 08:00, to: 09:00, readers: [b]}",
            code: .unknownReader,
            place: "roster.yaml:3:5: "),
        Mistake(
            what: "two shifts of one reader at once",
            yaml: "readers: [{name: a}]\nshifts:\n  - {name: s, from: 08:00, to: 12:00, readers: [a]}\n"
                + "  - {name: t, days: wed, from: 11:00, to: 13:00, readers: [a]}", code: .overlappingShifts,
            place: "roster.yaml:4:5: "),
        Mistake(
            what: "a night that runs into the next morning's shift",
            yaml: "readers: [{name: a}]\nshifts:\n  - {name: night, days: sun, from: 20:00, to: 09:00, readers: [a]}\n"
                + "  - {name: day, days: mon, from: 08:00, to: 13:00, readers: [a]}", code: .overlappingShifts,
            place: "roster.yaml:4:5: "),
        Mistake(
            what: "a single date on top of a weekly shift",
            yaml: "readers: [{name: a}]\nshifts:\n  - {name: s, from: 08:00, to: 12:00, readers: [a]}\n"
                + "  - {name: t, dates: 2026-11-24, from: 11:00, to: 13:00, readers: [a]}", code: .overlappingShifts,
            place: "roster.yaml:4:5: "),
        Mistake(
            what: "a shift without length",
            yaml: "readers: [{name: a}]\nshifts:\n  - {name: s, from: 08:00, to: 08:00, readers: [a]}", code: .badFile,
            place: "roster.yaml:3:5: "),
        Mistake(
            what: "a time that does not exist",
            yaml: "readers: [{name: a}]\nshifts:\n  - {name: s, from: 25:00, to: 08:00, readers: [a]}", code: .badFile,
            place: "roster.yaml:3:21: "),
        Mistake(
            what: "an unknown key", yaml: "readers: [{name: a, speciality: CT}]\nshifts: []", code: .badFile,
            place: "roster.yaml:1:21: "),
        Mistake(
            what: "a reader twice", yaml: "readers: [{name: a}, {name: a}]\nshifts: []", code: .badFile,
            place: "roster.yaml:1:22: "),
        Mistake(
            what: "a pace of zero", yaml: "readers: [{name: a, pace: 0}]\nshifts: []", code: .badFile,
            place: "roster.yaml:1:27: "),
    ]

    @Test("is refused with its place", arguments: mistakes)
    func refused(_ mistake: Mistake) throws {
        let error = #expect(throws: RosterError.self) { try Roster(yaml: mistake.yaml, file: "roster.yaml") }
        #expect(error?.code == mistake.code)
        #expect(error?.message.hasPrefix(mistake.place) == true, "\(error?.message ?? "")")
    }

    @Test("a day off in one shift makes room for another")
    func noOverlap() throws {
        let yaml = """
            readers: [{name: a}]
            shifts:
              - {name: s, days: mon-fri, from: 08:00, to: 12:00, off: 2026-11-24, readers: [a]}
              - {name: t, dates: 2026-11-24, from: 10:00, to: 13:00, readers: [a]}
              - {name: u, days: mon-fri, from: 13:00, to: 18:00, readers: [a]}
            """
        #expect(try Roster(yaml: yaml, file: "roster.yaml").shifts.count == 3)
    }

    @Test("a reader without an account and a work type that does not exist are named with their place")
    func validation() throws {
        let roster = try Roster(yaml: RosterTests.yaml, file: "roster.yaml")
        let types = Set(RosterTests.types)
        let all: Set<ReadingRight> = [.write, .verify]
        try roster.validate(accounts: ["chen.li": [.write], "wang.fang": [.write], "zhao.min": all], workTypes: types)
        let unknown = #expect(throws: RosterError.self) {
            try roster.validate(accounts: ["chen.li": [.write], "zhao.min": all], workTypes: types)
        }
        #expect(unknown?.code == .unknownReader)
        #expect(unknown?.message.hasPrefix("roster.yaml:5:5: ") == true, "\(unknown?.message ?? "")")
        let excess = #expect(throws: RosterError.self) {
            try roster.validate(
                accounts: ["chen.li": [.write], "wang.fang": [.write], "zhao.min": [.write]], workTypes: types)
        }
        #expect(excess?.message.contains("verify") == true)
        let type = #expect(throws: RosterError.self) { try roster.validate(workTypes: []) }
        #expect(type?.code == .unknownWorkType)
    }
}
