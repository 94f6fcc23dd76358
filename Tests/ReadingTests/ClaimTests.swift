import Foundation
import Reading
import TestSupport
import Testing
import Vocabulary

@Suite("Claims")
struct ClaimTests {
    @Test("of many who claim one task at once, one wins and the others learn who")
    func oneWinner() async throws {
        let fixture = try ReadingFixture()
        for _ in 0..<10 {
            let task = try fixture.readyTask()
            let (now, lease) = (fixture.now, fixture.lease)
            let winners = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        let person = Person(user: "doctor-\(number)", displayName: "医生 \(number)")
                        do {
                            let claimed = try await fixture.database.write {
                                try fixture.book.claim(task.id, by: person, until: lease, at: now, in: $0)
                            }
                            return claimed.claimedBy?.user
                        } catch let error as ReadingError where error.code == .claimedByAnother {
                            #expect(error.message.contains("医生"))
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: [String]()) { if let winner = $1 { $0.append(winner) } }
            }
            #expect(winners.count == 1)
            #expect(try fixture.task(task.id).claimedBy?.user == winners.first)
            #expect(try fixture.task(task.id).state == .claimed)
        }
    }

    @Test("the holder's second claim renews the lease")
    func secondClaim() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        let first = try fixture.claim(task.id)
        fixture.clock.advance(by: .seconds(60))
        let second = try fixture.claim(task.id)
        #expect(second.leaseUntil! > first.leaseUntil!)
        #expect(second.revision == first.revision)
    }

    @Test("an expired lease frees the task and keeps the draft")
    func expiry() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        try fixture.claim(task.id)
        let now = fixture.now
        try fixture.write { try fixture.book.saveDraft(task.id, text: text, version: 0, by: author, at: now, in: $0) }
        let early = fixture.now + .seconds(119)
        #expect(try fixture.write { try fixture.book.expireLeases(at: early, in: $0) }.isEmpty)
        #expect(try fixture.read { try fixture.book.nextDeadline(in: $0) } == fixture.lease)

        let late = fixture.now + .seconds(121)
        let freed = try fixture.write { try fixture.book.expireLeases(at: late, in: $0) }
        #expect(freed.map(\.id) == [task.id])
        #expect(freed.first?.state == .ready && freed.first?.claimedByName == nil)
        #expect(try fixture.write { try fixture.book.expireLeases(at: late, in: $0) }.isEmpty)
        #expect(try fixture.report(task.id).text == text)
        #expect(try fixture.read { try fixture.book.nextDeadline(in: $0) } == nil)

        let other = try fixture.write {
            try fixture.book.claim(task.id, by: reviewer, until: late + .seconds(60), at: late, in: $0)
        }
        #expect(other.claimedBy == reviewer)
        expectRefusal(.claimedByAnother) {
            try fixture.write {
                _ = try fixture.book.saveDraft(task.id, text: text, version: 1, by: author, at: late, in: $0)
            }
        }
    }

    @Test("a lease that ran out holds nothing even before it is swept up, and its holder may save until then")
    func lapsed() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        try fixture.claim(task.id)
        fixture.clock.advance(by: .seconds(500))
        let (now, lease) = (fixture.now, fixture.lease)
        let report = try fixture.write {
            try fixture.book.saveDraft(task.id, text: text, version: 0, by: author, at: now, in: $0)
        }
        #expect(report.version == 1)
        let taken = try fixture.write { try fixture.book.claim(task.id, by: reviewer, until: lease, at: now, in: $0) }
        #expect(taken.claimedBy == reviewer)
    }

    @Test("giving up frees the task, and somebody else's giving up does not")
    func unclaim() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        try fixture.claim(task.id)
        let now = fixture.now
        let kept = try fixture.write { try fixture.book.unclaim(task.id, by: reviewer, at: now, in: $0) }
        #expect(kept.claimedBy == author)
        let freed = try fixture.write { try fixture.book.unclaim(task.id, by: author, at: now, in: $0) }
        #expect(freed.state == .ready && freed.claimedBy == nil && freed.leaseUntil == nil)
        expectRefusal(.notClaimant) {
            try fixture.write { _ = try fixture.book.renewLease(task.id, by: author, until: now, at: now, in: $0) }
        }
        try fixture.claim(task.id)
        #expect(try fixture.write { try fixture.book.endClaim(task.id, at: now, in: $0) }.state == .ready)
    }

    @Test("a task without images, and one nobody knows, can't be claimed")
    func refusals() throws {
        let fixture = try ReadingFixture()
        let now = fixture.now
        let waiting = try fixture.write {
            try fixture.book.create(NewReadingTask(study: .generate(), origin: paotai), at: now, in: $0)
        }
        expectRefusal(.refused(.imagesMissing)) { _ = try fixture.claim(waiting.id) }
        expectRefusal(.unknownTask) { try fixture.claim(.generate()) }
    }
}
