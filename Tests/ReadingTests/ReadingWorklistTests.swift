import Foundation
import Reading
import TestSupport
import Testing
import Vocabulary

@Suite("Reading worklist")
struct ReadingWorklistTests {
    @Test("shows STAT, then urgent, then routine, each oldest first")
    func order() throws {
        let fixture = try ReadingFixture()
        var made: [(Priority, TaskID)] = []
        for priority in [Priority.routine, .stat, .urgent, .routine, .stat, .urgent] {
            made.append((priority, try fixture.readyTask(priority: priority).id))
            fixture.clock.advance(by: .seconds(60))
        }
        let worklist = ReadingWorklist(node: jieyang)
        let expected = made.enumerated().sorted { ($0.1.0, $0.0) < ($1.1.0, $1.0) }.map(\.element.1)
        #expect(try fixture.read { try worklist.tasks(in: $0) }.map(\.id) == expected)
        let page = WorklistFilter(limit: 2, offset: 1)
        #expect(try fixture.read { try worklist.tasks(page, in: $0) }.map(\.id) == Array(expected[1...2]))
    }

    @Test("shows what is owned here and on the desk; filters by state, priority, holder and studies")
    func filters() throws {
        let fixture = try ReadingFixture()
        let study = StudyInstanceUID.generate()
        let stat = try fixture.readyTask(study, priority: .stat)
        let held = try fixture.readyTask()
        try fixture.claim(held.id)
        let offered = try fixture.readyTask()
        let signed = try fixture.preliminaryTask()
        let now = fixture.now
        try fixture.write { _ = try fixture.book.offer(offered.id, to: puning, at: now, in: $0) }
        let worklist = ReadingWorklist(node: jieyang)
        func ids(_ filter: WorklistFilter) throws -> Set<TaskID> {
            Set(try fixture.read { try worklist.tasks(filter, in: $0) }.map(\.id))
        }
        #expect(try ids(WorklistFilter()) == [stat.id, held.id, signed.id])
        #expect(try ids(WorklistFilter(states: [.offered])) == [offered.id])
        #expect(try ids(WorklistFilter(priorities: [.stat])) == [stat.id])
        #expect(try ids(WorklistFilter(claimedBy: author.user)) == [held.id])
        #expect(try ids(WorklistFilter(studies: [study])) == [stat.id])
        #expect(try ids(WorklistFilter(states: [])) == [])
        #expect(try fixture.read { try ReadingWorklist(node: puning).tasks(in: $0) } == [])

        let counts = try fixture.read { try worklist.counts(in: $0) }
        #expect(counts[.ready] == 1 && counts[.claimed] == 1 && counts[.preliminary] == 1 && counts[.offered] == 1)
        #expect(counts.readyByPriority == [.stat: 1] && counts.oldestReadyAt == stat.readyAt)
    }

    @Test("shows what was read last first, whatever its priority, and finds it by its study")
    func history() throws {
        let fixture = try ReadingFixture()
        var made: [ReadingTask] = []
        for (number, priority) in [Priority.routine, .stat, .urgent, .routine].enumerated() {
            fixture.clock.advance(by: .seconds(60))
            let task = try fixture.readyTask(priority: priority)
            let (state, at) = (number % 2 == 0 ? ReadingTaskState.released : .acknowledged, fixture.now)
            try fixture.write {
                try $0.execute(
                    "UPDATE reading_task SET state = ?, changed_at = ? WHERE id = ?", state, at, task.id)
            }
            made.append(task)
        }
        let worklist = ReadingWorklist(node: jieyang)
        func ids(_ filter: WorklistFilter) throws -> [TaskID] {
            try fixture.read { try worklist.tasks(filter, in: $0) }.map(\.id)
        }
        let newest = Array(made.map(\.id).reversed())
        #expect(try ids(WorklistFilter(states: ReadingTaskState.read)) == newest)
        #expect(
            try ids(WorklistFilter(states: ReadingTaskState.read, limit: 2, offset: 1)) == Array(newest[1...2]))
        #expect(try ids(WorklistFilter(states: [.acknowledged])) == [newest[0], newest[2]])
        let some: Set = [made[0].study, made[3].study, .generate()]
        #expect(try ids(WorklistFilter(states: ReadingTaskState.read, studies: some)) == [newest[0], newest[3]])
        #expect(try ids(WorklistFilter(studies: some)) == [])
        #expect(
            try ids(WorklistFilter(states: ReadingTaskState.read, priorities: [.stat], limit: 10)) == [made[1].id])
        let counts = try fixture.read { try worklist.counts(in: $0) }
        #expect(counts[.released] == 2 && counts[.acknowledged] == 2 && counts[.ready] == 0)
    }

    @Test("making a study's task twice makes one; a cancelled one leaves room for another")
    func create() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        #expect(try fixture.readyTask(task.study) == task)
        let now = fixture.now
        let cancelled = try fixture.write {
            try fixture.book.cancel(task.id, reason: "重复检查", at: now, in: $0)
        }
        #expect(cancelled.state == .cancelled)
        #expect(try fixture.readyTask(task.study).id != task.id)
    }

    @Test("waits for an expected order at most until its deadline")
    func orderWait() throws {
        let fixture = try ReadingFixture()
        let (now, deadline) = (fixture.now, fixture.now + .seconds(600))
        func waiting() throws -> ReadingTask {
            try fixture.write { transaction in
                let task = try fixture.book.create(
                    NewReadingTask(study: .generate(), origin: paotai), at: now, in: transaction)
                return try fixture.book.markComplete(
                    task.id, awaitingOrderUntil: deadline, at: now, in: transaction)
            }
        }
        let task = try waiting()
        #expect(task.state == .waitingForImages && task.orderAwaitedUntil == deadline)
        #expect(try fixture.read { try fixture.book.nextDeadline(in: $0) } == deadline)
        #expect(try fixture.write { try fixture.book.endOrderWaits(at: now, in: $0) }.isEmpty)
        #expect(try fixture.write { try fixture.book.endOrderWaits(at: deadline, in: $0) }.map(\.state) == [.ready])

        let ordered = try waiting()
        let order = Order(
            origin: paotai, issuer: "paotai", studyInstanceUID: ordered.study, clinicalQuestion: "外伤",
            priority: .stat, requestedBy: author, hasConsent: true, placedAt: now)
        let changed = try fixture.write { transaction in
            try fixture.orders.place(order, in: transaction)
            let matched = try fixture.orders.attach(
                order.id, to: ordered.study, by: author, at: now, in: transaction)
            return try fixture.book.apply(matched, at: now, in: transaction)
        }
        #expect(changed.map(\.state) == [.ready])
        #expect(changed.first?.priority == .stat && changed.first?.clinicalQuestion == "外伤")
        let bare = try fixture.write {
            try fixture.book.removeOrder(order.id, from: ordered.study, at: now, in: $0)
        }
        #expect(bare.first?.clinicalQuestion == nil && bare.first?.order == nil)
    }
}
