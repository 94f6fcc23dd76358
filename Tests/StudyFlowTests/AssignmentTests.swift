import Foundation
import Observability
import Reading
import Roster
import StudyFlow
import TestSupport
import Testing
import Vocabulary
import Workload

@Suite("Assignment and clocks")
struct AssignmentTests {
    static let accounts = [
        ReaderAccount(name: "chen.li", displayName: "陈丽", rights: [.write]),
        ReaderAccount(name: "wang.fang", displayName: "王芳", rights: [.write, .verify]),
        ReaderAccount(name: "zhao.min", displayName: "赵敏", rights: [.write, .verify]),
    ]
    static let chen = Person(user: "chen.li", displayName: "陈丽")
    static let wang = Person(user: "wang.fang", displayName: "王芳")
    static let zhao = Person(user: "zhao.min", displayName: "赵敏")

    static let roster = """
        readers:
          - {name: chen.li, modalities: [CT, MR]}
          - {name: wang.fang, modalities: [CT, DX], institutions: [paotai]}
          - {name: zhao.min, modalities: [DX]}
        shifts:
          - {name: 白班, from: 08:00, to: 18:00, readers: [chen.li, wang.fang]}
          - {name: 夜班, from: 18:00, to: 08:00, readers: [zhao.min], workTypes: [emergency-dr]}
        """

    /// A network whose county reads by this roster, at 10:00 of a Tuesday.
    private func network(
        roster: String? = AssignmentTests.roster, _ mode: AssignmentPolicy.Mode = .pull,
        offShift: AssignmentPolicy.OffShift = .keep,
        accounts: @escaping Workforce.Accounts = { _ in AssignmentTests.accounts }
    ) throws -> FlowNetwork {
        let workforce = Workforce(
            roster: try roster.map { try Roster(yaml: $0, file: "roster.yaml") },
            policy: AssignmentPolicy(mode: mode, offShift: offShift), accounts: accounts)
        let network = try FlowNetwork(countyRules: FlowNetwork.readHere, workforce: workforce)
        let ten = try #require(CivilDate("2026-11-24")).at(minute: 600)
        network.clock.advance(by: ten.elapsed(since: network.clock.now))
        return network
    }

    /// Sends a study to the county and returns its task there.
    private func ready(
        _ network: FlowNetwork, _ modality: String = "CT", _ bodyPart: String = "HEAD", _ priority: Priority = .routine,
        patientID: String = "0001"
    ) async throws -> ReadingTask {
        let paper = try PaperStudy(
            1, in: network.directory, patientID: patientID, modality: modality, bodyPart: bodyPart)
        for file in paper.files { try network[.edge].take(file) }
        if priority != .routine {
            try await StudyDesk(network[.edge].flow).setPriority(priority, of: paper.study, by: radiographer)
        }
        try await network.run(rounds: 3)
        return try #require(try await network[.county].journey(paper.study).task)
    }

    private func task(_ id: TaskID, at node: TestNode) async throws -> ReadingTask {
        let tasks = node.flow.tasks
        return try #require(try await node.flow.database.read { try tasks.task(id, in: $0) })
    }

    private func sight(_ person: Person, _ network: FlowNetwork) async throws -> WorklistSight {
        let flow = network[.county].flow
        return try await flow.database.read { WorklistSight(person.user, try flow.staff(at: flow.clock.now(), in: $0)) }
    }

    @Test("a task that becomes ready has its work type and its limit in the same transaction")
    func planned() async throws {
        let network = try network()
        let task = try await ready(network, "CT", "HEAD", .stat)
        let plan = try #require(task.plan)
        #expect(plan.workType.rawValue == "emergency-head")
        #expect(plan.dueAt == plan.startedAt + .seconds(1800))
        #expect(plan.startedAt == task.readyAt)
        #expect(plan.region == .head)
        #expect(plan.institution == "paotai")
        // The edge is told until when, by the owner's clock.
        try await network.run(rounds: 2)
        #expect(try await network[.edge].journey(task.study).task?.remoteDueAt == plan.dueAt)
    }

    @Test("a change of priority changes the work type and the limit")
    func replanned() async throws {
        let network = try network()
        let task = try await ready(network)
        #expect(task.plan?.workType.rawValue == "outpatient-ct-mr")
        try await StudyDesk(network[.county].flow).setPriority(.stat, of: task.study, by: AssignmentTests.wang)
        let changed = try await self.task(task.id, at: network[.county])
        #expect(changed.plan?.workType.rawValue == "emergency-head")
        #expect(changed.plan?.startedAt == task.plan?.startedAt)
    }

    @Test("an order that says inpatient or complex gives the limit of that")
    func patientClass() async throws {
        let network = try network()
        let task = try await ready(network)
        _ = try await OrderDesk(network[.edge].flow).place(
            OrderForm(
                study: task.study, clinicalQuestion: "头痛三天", priority: .routine, hasConsent: true,
                patientClass: .inpatient), by: radiographer)
        try await network.run(rounds: 3)
        #expect(try await self.task(task.id, at: network[.county]).plan?.workType.rawValue == "inpatient")
    }

    @Test("visibility widens at 50, 75 and 100 per cent of the limit, from the own list to the parent")
    func widening() async throws {
        let network = try network()
        let county = network[.county]
        let task = try await ready(network, "CT", "CHEST", .stat)
        let due = try #require(task.plan?.dueAt)
        // 60 minutes: on the list of who reads CT now, and on nobody else's.
        #expect(try await sight(Self.chen, network).scope(of: task) == .own)
        #expect(try await sight(Self.zhao, network).scope(of: task) == .all)
        let before: [(Int, VisibilityStage, WorklistScope)] = [
            (31, .own, .all), (29, .institution, .institution), (14, .tier, .institution), (0, .parent, .institution),
        ]
        for (minutes, stage, scope) in before {
            network.clock.advance(by: (due - .seconds(minutes * 60)).elapsed(since: network.clock.now))
            _ = try await county.assignment.sweep()
            let now = try await self.task(task.id, at: county)
            #expect(now.visibility == stage)
            // Zhao reads no CT, but for every institution.
            #expect(try await sight(Self.zhao, network).scope(of: now) == scope)
        }
    }

    @Test("the next sweep comes when a list widens or a shift changes")
    func nextSweep() async throws {
        let network = try network()
        let task = try await ready(network, "DX", "CHEST", .stat)
        let next = try await network[.county].assignment.sweep()
        let plan = try #require(task.plan)
        #expect(next == plan.institutionAt.elapsed(since: network.clock.now))
    }

    @Test("in push mode each task goes to the reader on duty with the least predicted minutes")
    func push() async throws {
        let network = try network(.push)
        var assigned: [String: Int] = [:]
        for number in 1...6 {
            let task = try await ready(network, "CT", "CHEST", patientID: "p\(number)")
            let now = try await self.task(task.id, at: network[.county])
            assigned[try #require(now.assignedTo?.user), default: 0] += 1
        }
        #expect(assigned == ["chen.li": 3, "wang.fang": 3])
        // Only one of both reads DX.
        let plain = try await ready(network, "DX", "CHEST", patientID: "p7")
        #expect(try await task(plain.id, at: network[.county]).assignedTo?.user == "wang.fang")
    }

    @Test("a study that nobody on duty may read stays on no list until it is seen more widely")
    func nobody() async throws {
        let network = try network(.push)
        let task = try await ready(network, "US", "ABDOMEN")
        #expect(try await self.task(task.id, at: network[.county]).assignedTo == nil)
    }

    @Test("whoever is away loses claims and list in the same moment, the draft stays, and others get the work")
    func away() async throws {
        let network = try network(.push)
        let county = network[.county]
        let task = try await ready(network, "MR", "HEAD")
        #expect(try await self.task(task.id, at: county).assignedTo?.user == "chen.li")
        _ = try await ReadingDesk(county.flow).claim(task.id, by: Self.chen)
        _ = try await ReadingDesk(county.flow).saveDraft(
            task.id, ReportText(findings: "未见异常", impression: ""), over: 0, by: Self.chen)
        let freed = try await RosterDesk(county.flow).markAway("chen.li", by: Self.chen)
        #expect(freed == 1)
        let now = try await self.task(task.id, at: county)
        #expect(now.state == .ready)
        #expect(now.claimedBy == nil && now.assignedTo == nil)
        let report = try await StudyViews(county.flow).reading(task.id)?.report
        #expect(report?.text.findings == "未见异常")
        // Nobody else reads MR: it stays free while they are away, and comes back to their list with them.
        _ = try await county.assignment.sweep()
        #expect(try await self.task(task.id, at: county).assignedTo == nil)
        #expect(try await RosterDesk(county.flow).view().uncovered.isEmpty)
        try await RosterDesk(county.flow).comeBack("chen.li", by: Self.chen)
        _ = try await county.assignment.sweep()
        #expect(try await self.task(task.id, at: county).assignedTo?.user == "chen.li")
    }

    @Test("a reader whose account is disabled while holding claims loses them")
    func disabled() async throws {
        let disabled = LockedBox(false)
        let network = try network(accounts: { _ in
            AssignmentTests.accounts.map { account in
                var account = account
                if account.name == "chen.li" { account.isDisabled = disabled.withLock { $0 } }
                return account
            }
        })
        let task = try await ready(network)
        _ = try await ReadingDesk(network[.county].flow).claim(task.id, by: Self.chen)
        disabled.withLock { $0 = true }
        _ = try await network[.county].assignment.sweep()
        #expect(try await self.task(task.id, at: network[.county]).state == .ready)
    }

    @Test("at the end of a shift claims are finished, or freed where the policy says so", arguments: [true, false])
    func offShift(frees: Bool) async throws {
        let network = try network(offShift: frees ? .free : .keep)
        let county = network[.county]
        let task = try await ready(network)
        network.clock.advance(by: .seconds(7 * 3600 + 1800))
        _ = try await ReadingDesk(county.flow).claim(task.id, by: Self.chen)
        _ = try await county.assignment.sweep()
        #expect(try await self.task(task.id, at: county).claimedBy?.user == "chen.li")
        network.clock.advance(by: .seconds(1800))
        _ = try await county.assignment.sweep()
        #expect(try await self.task(task.id, at: county).claimedBy == nil ? frees : !frees)
    }

    @Test("a task is handed over with a note, to somebody who can read it")
    func handOver() async throws {
        let network = try network()
        let county = network[.county]
        let desk = AssignmentDesk(county.flow)
        let task = try await ready(network, "CT", "CHEST")
        _ = try await ReadingDesk(county.flow).claim(task.id, by: Self.chen)
        await #expect(throws: AssignmentError(code: .cannotRead, message: "")) {
            try await desk.handOver(task.id, to: "zhao.min", note: "请看", by: Self.chen)
        }
        await #expect(throws: AssignmentError(code: .unknownReader, message: "")) {
            try await desk.handOver(task.id, to: "nobody", note: "请看", by: Self.chen)
        }
        await #expect(throws: ReadingError(code: .claimedByAnother, message: "")) {
            try await desk.handOver(task.id, to: nil, note: "请看", by: Self.wang)
        }
        let given = try await desk.handOver(task.id, to: "wang.fang", note: "右肺结节请会诊", by: Self.chen)
        #expect(given.state == .ready)
        #expect(given.assignedTo?.user == "wang.fang")
        #expect(given.handover?.note == "右肺结节请会诊")
        #expect(given.handover?.by == "陈丽")
        #expect(try await sight(Self.wang, network).scope(of: given) == .own)
        #expect(try await sight(Self.chen, network).scope(of: given) == .all)
        // What lies on somebody's list is not another reader's to give.
        await #expect(throws: ReadingError(code: .notClaimant, message: "")) {
            try await desk.handOver(task.id, to: nil, note: "还给大家", by: Self.chen)
        }
        // A sweep takes nothing from a list that a person put there.
        _ = try await county.assignment.sweep()
        #expect(try await self.task(task.id, at: county).assignedTo?.user == "wang.fang")
        let recalled = try await desk.recall(task.id, by: Person(user: "op", displayName: "运维"))
        #expect(recalled.assignedTo == nil)
        #expect(try await sight(Self.chen, network).scope(of: recalled) == .own)
    }

    @Test("the clock runs on when a task goes to another node, whatever the clocks say")
    func clockTravels() async throws {
        let network = try FlowNetwork()
        let task = try await {
            let paper = try PaperStudy(1, in: network.directory, modality: "CT", bodyPart: "HEAD")
            for file in paper.files { try network[.edge].take(file) }
            try await network.run()
            return try #require(try await network[.city].journey(paper.study).task)
        }()
        // It was never ready below: its clock starts at the city.
        #expect(task.waitedBefore == 0)
        let county = network[.county].flow
        let offered = try await county.database.read { try county.tasks.task(task.id, in: $0) }
        #expect(offered?.remoteDueAt == task.plan?.dueAt)
        let offer = TaskOffer(
            task: .generate(), study: .generate(), origin: .edge, priority: .routine, createdAt: network.clock.now,
            revision: 1, waitedMilliseconds: 5_400_000)
        let city = network[.city].flow
        let now = network.clock.now
        let late = try await city.database.write { transaction in
            let received = try city.tasks.receiveOffer(
                offer, from: .county, at: now, in: transaction)
            let ready = try city.tasks.markComplete(received.id, at: now, in: transaction)
            return try WorkPlanner(city).plan(ready, in: transaction)
        }
        #expect(late.plan?.startedAt == network.clock.now - .seconds(5400))
    }

    @Test("alarms go by age: what is overdue, since when, and who is on duty")
    func alarms() async throws {
        let network = try network()
        let county = network[.county]
        let task = try await ready(network, "DX", "CHEST", .stat)
        #expect(try await NodeViews(county.flow).alarms().tasks.overdue == 0)
        network.clock.advance(by: .seconds(3600))
        _ = try await county.assignment.sweep()
        let alarms = try await NodeViews(county.flow).alarms()
        #expect(alarms.tasks.overdue == 1)
        #expect(alarms.tasks.oldest == task.id)
        #expect(alarms.oldestOverdue == network.clock.now.elapsed(since: try #require(task.plan?.dueAt)))
        #expect(alarms.tasks.waiting == [.parent: 1])
        #expect(alarms.readersOnDuty == ["chen.li", "wang.fang"])
        #expect(alarms.backlog.minutesPerReader == 0.75)
    }

    @Test("signing teaches how long reading takes, and a restart remembers it")
    func learning() async throws {
        let network = try network()
        let county = network[.county].flow
        let facts = WorkFacts(modalities: ["CT"], region: .head)
        let before = county.workforce.rules.times.minutes(for: facts)
        let desk = ReadingDesk(county)
        for number in 1...5 {
            let task = try await ready(network, patientID: "p\(number)")
            _ = try await desk.claim(task.id, by: Self.chen)
            network.clock.advance(by: .seconds(15 * 60))
            let draft = try await desk.saveDraft(
                task.id, ReportText(findings: "示例", impression: "示例"), over: 0, by: Self.chen)
            _ = try await desk.signPreliminary(task.id, draft.text, over: draft.version, by: Self.chen)
        }
        #expect(county.workforce.rules.times.minutes(for: facts) > before + 1)
        let kept = try await county.database.read { try county.readingTimes.newest(10, in: $0) }
        #expect(kept.map(\.minutes) == [15, 15, 15, 15, 15])
    }

    @Test("a report that is returned goes back to its author's list")
    func returned() async throws {
        let network = try network()
        let desk = ReadingDesk(network[.county].flow)
        let task = try await ready(network)
        _ = try await desk.claim(task.id, by: Self.chen)
        let draft = try await desk.saveDraft(
            task.id, ReportText(findings: "示例", impression: "示例"), over: 0, by: Self.chen)
        _ = try await desk.signPreliminary(task.id, draft.text, over: draft.version, by: Self.chen)
        _ = try await desk.returnToAuthor(task.id, reason: "请补充测量", by: Self.wang)
        #expect(try await self.task(task.id, at: network[.county]).assignedTo?.user == "chen.li")
    }

    @Test("a roster takes rights away: who may only write can't review")
    func rights() async throws {
        let roster = """
            readers: [{name: chen.li}, {name: wang.fang, rights: [write]}]
            shifts: [{name: 全天, from: 00:00, to: 24:00, readers: [chen.li, wang.fang]}]
            """
        let network = try network(roster: roster)
        let desk = ReadingDesk(network[.county].flow)
        let task = try await ready(network)
        _ = try await desk.claim(task.id, by: Self.chen)
        let draft = try await desk.saveDraft(
            task.id, ReportText(findings: "示例", impression: "示例"), over: 0, by: Self.chen)
        _ = try await desk.signPreliminary(task.id, draft.text, over: draft.version, by: Self.chen)
        await #expect(throws: AssignmentError(code: .cannotRead, message: "")) {
            try await desk.claim(task.id, by: Self.wang)
        }
    }

    @Test("without a roster every list has everything, as it was")
    func open() async throws {
        let network = try network(roster: nil)
        let task = try await ready(network, "US", "ABDOMEN")
        for person in [Self.chen, Self.zhao] {
            #expect(try await sight(person, network).scope(of: task) == .own)
        }
        #expect(try await RosterDesk(network[.county].flow).view().uncovered.isEmpty)
    }

    @Test("a roster is written whole or not at all, and holds at once")
    func editing() async throws {
        let folder = try TemporaryDirectory()
        let file = folder.appending("roster.yaml")
        let workforce = Workforce(rosterFile: file, accounts: { _ in AssignmentTests.accounts })
        let network = try FlowNetwork(countyRules: FlowNetwork.readHere, workforce: workforce)
        let desk = RosterDesk(network[.county].flow)
        let operatorPerson = Person(user: "op", displayName: "运维")
        try await desk.replace(Self.roster, by: operatorPerson)
        #expect(workforce.written?.shifts.count == 2)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.roster)
        let stranger = Self.roster.replacing("zhao.min", with: "nobody")
        await #expect(throws: RosterError(code: .unknownReader, message: "")) {
            try await desk.replace(stranger, by: operatorPerson)
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.roster)
    }
}
