import Foundation
import Reading
import TestSupport
import Testing
import Vocabulary

@Suite("Reports")
struct ReportTests {
    @Test("a save that started from an older version is refused and changes nothing")
    func staleDraft() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        try fixture.claim(task.id)
        let now = fixture.now
        func save(_ findings: String, over version: Int) throws -> Report {
            try fixture.write {
                try fixture.book.saveDraft(
                    task.id, text: ReportText(findings: findings), version: version, by: author, at: now, in: $0)
            }
        }
        #expect(try save("一", over: 0).version == 1)
        #expect(try save("二", over: 1).version == 2)
        let before = try fixture.task(task.id)
        for stale in [0, 1, 3] {
            expectRefusal(.staleDraft) { _ = try save("三", over: stale) }
        }
        #expect(try fixture.report(task.id).text.findings == "二")
        #expect(try fixture.task(task.id) == before)
    }

    @Test("of two tabs that save at once over one version, one wins")
    func concurrentSaves() async throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        try fixture.claim(task.id)
        let now = fixture.now
        let saved = await withTaskGroup(of: Int.self) { group in
            for number in 0..<16 {
                group.addTask {
                    do {
                        try await fixture.database.write {
                            _ = try fixture.book.saveDraft(
                                task.id, text: ReportText(findings: "\(number)"), version: 0, by: author, at: now,
                                in: $0)
                        }
                        return 1
                    } catch { return 0 }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(saved == 1)
        #expect(try fixture.report(task.id).version == 1)
    }

    @Test("goes from draft over preliminary to final by two people, and keeps what each signed")
    func twoPeople() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.preliminaryTask()
        #expect(task.state == .preliminary && task.claimedBy == nil)
        try fixture.claim(task.id, by: reviewer)
        #expect(try fixture.task(task.id).state == .preliminary)
        let edited = ReportText(findings: text.findings, impression: "右上肺结节。")
        let now = fixture.now
        let (final, report) = try fixture.write { transaction in
            let draft = try fixture.book.saveDraft(
                task.id, text: edited, version: 1, by: reviewer, at: now, in: transaction)
            #expect(draft.author == author && draft.state == .preliminary && draft.preliminaryText == text)
            return try fixture.book.signFinal(
                task.id, text: edited, version: 2, by: reviewer, at: now, in: transaction)
        }
        #expect(final.state == .final && final.claimedBy == nil)
        #expect(report.author == author && report.reviewer == reviewer)
        #expect(report.preliminaryText == text && report.wasChangedByReviewer)
        let signed = try fixture.read { try fixture.book.signedReports(of: task.id, in: $0) }
        #expect(signed.map(\.state) == [.preliminary, .final])
        #expect(signed.map(\.signer) == [author, reviewer])
        #expect(signed.map(\.text) == [text, edited])
        #expect(try fixture.read { try fixture.book.awaitingRelease(in: $0) }.map(\.id) == [task.id])
    }

    @Test("the author can't sign or review the final report")
    func sameSigner() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.preliminaryTask()
        let now = fixture.now
        expectRefusal(.sameSigner) { try fixture.claim(task.id, by: author) }
        expectRefusal(.sameSigner) {
            try fixture.write {
                _ = try fixture.book.signFinal(task.id, text: text, version: 1, by: author, at: now, in: $0)
            }
        }
        #expect(try fixture.task(task.id).state == .preliminary)
    }

    @Test("a preliminary report must come first")
    func finalWithoutPreliminary() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        try fixture.claim(task.id)
        let now = fixture.now
        expectRefusal(.refused(.needsPreliminary)) {
            try fixture.write {
                _ = try fixture.book.signFinal(task.id, text: text, version: 0, by: author, at: now, in: $0)
            }
        }
    }

    @Test("where one reader is enough, the author signs both, in two steps or in one")
    func singleReader() throws {
        let fixture = try ReadingFixture(singleReaderAllowed: true)
        let now = fixture.now
        let two = try fixture.preliminaryTask()
        try fixture.claim(two.id, by: author)
        let inTwo = try fixture.write {
            try fixture.book.signFinal(two.id, text: text, version: 1, by: author, at: now, in: $0).report
        }
        #expect(inTwo.author == author && inTwo.reviewer == author)

        let one = try fixture.readyTask()
        try fixture.claim(one.id)
        let inOne = try fixture.write {
            try fixture.book.signFinal(one.id, text: text, version: 0, by: author, at: now, in: $0).report
        }
        #expect(inOne.state == .final && inOne.author == author && inOne.reviewer == author)
        #expect(!inOne.wasChangedByReviewer)
    }

    @Test("an empty report can't be signed, nor can one that somebody else holds")
    func refusedSignatures() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        try fixture.claim(task.id)
        let now = fixture.now
        expectRefusal(.blankReport) {
            try fixture.write {
                _ = try fixture.book.signPreliminary(
                    task.id, text: ReportText(findings: " \n"), version: 0, by: author, at: now, in: $0)
            }
        }
        expectRefusal(.claimedByAnother) {
            try fixture.write {
                _ = try fixture.book.signPreliminary(task.id, text: text, version: 0, by: reviewer, at: now, in: $0)
            }
        }
        let preliminary = try fixture.preliminaryTask()
        try fixture.claim(preliminary.id, by: reviewer)
        expectRefusal(.claimedByAnother) {
            try fixture.write {
                let third = Person(user: "chen", displayName: "陈医生")
                _ = try fixture.book.signFinal(preliminary.id, text: text, version: 1, by: third, at: now, in: $0)
            }
        }
    }

    @Test("goes back to its author with a reason, and is signed again")
    func returnToAuthor() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.preliminaryTask()
        try fixture.claim(task.id, by: reviewer)
        let now = fixture.now
        let (returned, report) = try fixture.write {
            try fixture.book.returnToAuthor(task.id, reason: "请补充测量", by: reviewer, at: now, in: $0)
        }
        #expect(returned.state == .ready && returned.reason == "请补充测量" && returned.claimedBy == nil)
        #expect(report.state == .draft && report.text == text && report.author == author)
        try fixture.claim(task.id)
        let again = try fixture.write {
            try fixture.book.signPreliminary(
                task.id, text: text, version: report.version, by: author, at: now, in: $0
            ).task
        }
        #expect(again.state == .preliminary && again.reason == nil)
    }

    @Test("a recalled report becomes a draft that supersedes it, and late news of the old one changes nothing")
    func recall() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.releasedTask()
        let old = try #require(try fixture.report(task.id).srInstance)
        let now = fixture.now
        let recalled = try fixture.write { try fixture.book.recall(task.id, reason: "左右颠倒", at: now, in: $0) }
        #expect(recalled.state == .recalled && recalled.reason == "左右颠倒")
        var report = try fixture.report(task.id)
        #expect(report.state == .draft && report.supersededSR == old && report.srInstance == nil)
        try fixture.claim(task.id)
        let late = try fixture.write { try fixture.book.acknowledged(task.id, byName: "技师", at: now, in: $0) }
        #expect(late.state == .claimed && late.acknowledgedAt == nil)
        let version = report.version
        try fixture.write {
            try fixture.book.signPreliminary(task.id, text: text, version: version, by: author, at: now, in: $0)
            try fixture.book.signFinal(task.id, text: text, version: version + 1, by: reviewer, at: now, in: $0)
            _ = try fixture.book.released(task.id, sr: .generate(), pdf: nil, at: now + .seconds(1), in: $0)
        }
        report = try fixture.report(task.id)
        #expect(report.supersededSR == old && report.srInstance != old)
        #expect(try fixture.read { try fixture.book.signedReports(of: task.id, in: $0) }.count == 4)
    }

    @Test("release, delivery and acknowledgement told twice change nothing")
    func twice() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.releasedTask()
        let instances = try fixture.report(task.id)
        let later = fixture.now + .seconds(60)
        let again = try fixture.write {
            try fixture.book.released(task.id, sr: .generate(), pdf: nil, at: later, in: $0)
        }
        #expect(again == task)
        #expect(try fixture.report(task.id) == instances)
        let seen = try fixture.write { try fixture.book.acknowledged(task.id, byName: "技师甲", at: later, in: $0) }
        #expect(seen.state == .acknowledged && seen.deliveredAt == later)
        let repeated = try fixture.write {
            _ = try fixture.book.delivered(task.id, at: later + .seconds(5), in: $0)
            return try fixture.book.acknowledged(task.id, byName: "技师乙", at: later + .seconds(9), in: $0)
        }
        #expect(repeated == seen)
    }

    @Test("a retake makes a signed preliminary report a draft again and ends when new images are there")
    func retake() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.preliminaryTask()
        let now = fixture.now
        let returned = try fixture.write {
            try fixture.book.requestRetake(task.id, reason: "呼吸伪影", by: reviewer, at: now, in: $0)
        }
        #expect(returned.state == .returnedForRetake && returned.reason == "呼吸伪影")
        #expect(try fixture.report(task.id).state == .draft)
        expectRefusal(.refused(.retakeAwaited)) { try fixture.claim(task.id) }
        #expect(try fixture.write { try fixture.book.markComplete(task.id, at: now, in: $0) } == returned)
        #expect(try fixture.write { try fixture.book.retakeDone(task.id, at: now, in: $0) }.state == .ready)
    }
}
