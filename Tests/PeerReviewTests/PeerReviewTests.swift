import Database
import PeerReview
import TestSupport
import Testing
import Vocabulary
import WrittenRules

private let author = ReviewPerson(user: "li", displayName: "李医生")
private let reviewer = ReviewPerson(user: "zhao", displayName: "赵主任")
private let second = ReviewPerson(user: "wu", displayName: "吴医生")
private let third = ReviewPerson(user: "qian", displayName: "钱医生")

@Suite("Double reading")
struct PeerReviewTests {
    private struct Fixture {
        let database: Database
        let directory: TemporaryDirectory
        let clock = ManualClock()
        let book = PeerReviewBook()
        let id: String

        init() throws {
            (database, directory) = try temporaryDatabase(PeerReviewSchema.migrations)
            let (book, now) = (book, clock.now)
            try database.writeBlocking { transaction in
                for _ in 0..<2 {
                    try book.propose(
                        NewPeerReview(
                            task: "task", study: StudyInstanceUID(unchecked: "1.2"),
                            origin: NodeName(rawValue: "paotai")!, ruleName: "抽查", author: author,
                            reviewer: reviewer, first: ReviewText(findings: "清晰", impression: "正常")),
                        at: now, in: transaction)
                }
            }
            id = try #require(try database.readBlocking { try book.waiting(for: "wu", at: now, in: $0) }.first).id
        }

        @discardableResult
        func take(_ person: ReviewPerson) throws -> PeerReview {
            let (book, id, now) = (book, id, clock.now)
            return try database.writeBlocking { try book.take(id, by: person, at: now, in: $0) }
        }

        @discardableResult
        func save(_ text: ReviewText, over version: Int, by person: ReviewPerson) throws -> PeerReview {
            let (book, id, now) = (book, id, clock.now)
            return try database.writeBlocking {
                try book.save(text, over: version, of: id, by: person, at: now, in: $0)
            }
        }

        @discardableResult
        func sign(_ person: ReviewPerson) throws -> PeerReview {
            let (book, id, now) = (book, id, clock.now)
            return try database.writeBlocking { try book.sign(id, by: person, at: now, in: $0) }
        }

        @discardableResult
        func grade(
            _ code: String, by person: ReviewPerson, _ rules: PeerReviewRules = PeerReviewRules()
        ) throws -> PeerReview {
            let (book, id, now) = (book, id, clock.now)
            return try database.writeBlocking {
                try book.grade(id, as: code, comment: "见左肺", teaching: "", by: person, rules, at: now, in: $0)
            }
        }
    }

    private func expect(_ code: PeerReviewError.Code, _ body: () throws -> Void) {
        #expect {
            try body()
        } throws: { ($0 as? PeerReviewError)?.code == code }
    }

    @Test("goes from waiting over reading and signed to graded, and is fed back to who signed the report")
    func wholeLine() throws {
        let fixture = try Fixture()
        for person in [author, reviewer] { expect(.notIndependent) { try fixture.take(person) } }
        let taken = try fixture.take(second)
        expect(.taken) { try fixture.take(third) }
        expect(.blank) { try fixture.sign(second) }
        let saved = try fixture.save(ReviewText(findings: "结节", impression: "结节"), over: taken.version, by: second)
        expect(.stale) { try fixture.save(ReviewText(findings: "x"), over: taken.version, by: second) }
        expect(.notYours) { try fixture.save(ReviewText(findings: "x"), over: saved.version, by: third) }
        expect(.notSigned) { try fixture.grade("2b", by: second) }
        #expect(try fixture.sign(second).state == .signed)
        expect(.notYours) { try fixture.save(ReviewText(), over: saved.version, by: second) }
        expect(.unknownGrade) { try fixture.grade("9", by: second) }
        expect(.notIndependent) { try fixture.grade("2b", by: third) }
        #expect(try fixture.grade("2b", by: second).grade == "2b")
        expect(.alreadyGraded) { try fixture.grade("1", by: second) }
        let feedback = try fixture.database.readBlocking { try fixture.book.feedback(for: "li", in: $0) }
        #expect(feedback.map(\.comment) == ["见左肺"])
        #expect(try fixture.database.readBlocking { try fixture.book.feedback(for: "wu", in: $0) }.isEmpty)
    }

    @Test("graded by a third doctor, where the rules say so")
    func arbiter() throws {
        let fixture = try Fixture()
        let rules = PeerReviewRules(grader: .arbiter)
        let taken = try fixture.take(second)
        try fixture.save(ReviewText(findings: "结节"), over: taken.version, by: second)
        try fixture.sign(second)
        for person in [author, reviewer, second] {
            expect(.notIndependent) { try fixture.grade("1", by: person, rules) }
        }
        #expect(try fixture.grade("1", by: third, rules).gradedBy == third)
    }

    @Test("left half done, it is free for another after hours, without the first one's draft")
    func left() throws {
        let fixture = try Fixture()
        let taken = try fixture.take(second)
        try fixture.save(ReviewText(findings: "草稿"), over: taken.version, by: second)
        fixture.clock.advance(by: PeerReviewBook.patience + .seconds(1))
        let now = fixture.clock.now
        #expect(try fixture.database.readBlocking { try fixture.book.waiting(for: "qian", at: now, in: $0) }.count == 1)
        #expect(try fixture.take(third).second == ReviewText())
    }

    @Test("keeps the report from who reads again, until that is signed")
    func blind() throws {
        let fixture = try Fixture()
        let study = StudyInstanceUID(unchecked: "1.2")
        func isBlind() throws -> Bool {
            try fixture.database.readBlocking { try fixture.book.isBlind("wu", to: study, in: $0) }
        }
        #expect(try !isBlind())
        let taken = try fixture.take(second)
        #expect(try isBlind())
        try fixture.save(ReviewText(findings: "结节"), over: taken.version, by: second)
        try fixture.sign(second)
        #expect(try !isBlind())
    }
}

@Suite("Rules of double reading")
struct PeerReviewRuleTests {
    private let work = ReviewedWork(
        modalities: ["CT"], bodyParts: ["CHEST"], institutions: ["paotai"], workType: "门诊CT")

    @Test("choose about the share they name, and the same tasks each time")
    func share() throws {
        let rules = try PeerReviewRules(
            yaml: "rules:\n  - {name: 抽查, modality: ct, share: 10%}\n", file: "review.yaml")
        let tasks = (0..<4000).map { "task \($0)" }
        let chosen = tasks.filter { rules.choice(of: work, task: $0) != nil }
        #expect((300...500).contains(chosen.count), "\(chosen.count)")
        #expect(chosen == tasks.filter { rules.choice(of: work, task: $0) != nil })
        #expect(rules.grades == PeerReviewRules.radpeer && rules.grader == .second)
    }

    @Test("fit by modality, body part and hospital")
    func conditions() throws {
        func chooses(_ yaml: String) throws -> Bool {
            try PeerReviewRules(yaml: "rules:\n  - {name: 甲, \(yaml)}\n", file: "r").choice(of: work, task: "t") != nil
        }
        #expect(try chooses("modality: [MR, CT]"))
        #expect(try chooses("bodyPart: chest, institution: paotai"))
        #expect(try chooses("workType: [门诊CT]"))
        #expect(try !chooses("workType: [急诊CT]"))
        #expect(try !chooses("modality: MR"))
        #expect(try !chooses("institution: elsewhere"))
        #expect(PeerReviewRules().choice(of: work, task: "t") == nil)
    }

    @Test(
        "that are wrong are refused with the line",
        arguments: [
            ("rules:\n  - {name: 甲, share: 0%}\n", "r.yaml:2:22"), ("rules:\n  - {share: 5%}\n", "r.yaml:2:5"),
            ("rules:\n  - {name: 甲, modalty: CT}\n", "r.yaml:2:"),
            ("rules:\n  - name: 甲\n  - name: 甲\n", "r.yaml:3:5"), ("gradedBy: first\n", "r.yaml:1:11"),
            ("grades:\n  - {grade: '1', meaning: 一致}\n", "r.yaml:2:3"),
        ])
    func mistakes(yaml: String, place: String) {
        #expect {
            try PeerReviewRules(yaml: yaml, file: "r.yaml")
        } throws: { ($0 as? RuleFault)?.message.hasPrefix(place) == true }
    }
}
