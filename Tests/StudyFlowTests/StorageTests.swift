import Archive
import Audit
import Database
import Foundation
import Reading
import Relay
import Routing
import StudyFlow
import TestSupport
import Testing
import Vocabulary

/// A network whose disks are always too full, so that everything that may go goes.
private func crowdedNetwork(_ rules: String = FlowNetwork.forwardEverything) throws -> FlowNetwork {
    try FlowNetwork(countyRules: rules) { node in
        if node.name == .edge { node.reachable = [.city: .county] }
        node.storage = StoragePolicy(
            retention: .seconds(3600), evictAbovePercent: 0, evictToPercent: -1,
            reserve: SpaceReserve(minimumBytes: 0), custodyWindow: DailyWindow("22:00-06:00"))
    }
}

extension FlowNetwork {
    /// Read, signed and home.
    fileprivate func finish(_ study: StudyInstanceUID, at place: NodeName) async throws {
        let desk = ReadingDesk(self[place].flow)
        let entry = try #require(try await StudyViews(self[place].flow).worklist().first { $0.task.study == study })
        let text = ReportText(findings: "双肺纹理清晰。", impression: "未见明显异常。")
        _ = try await desk.claim(entry.task.id, by: reader)
        let draft = try await desk.saveDraft(entry.task.id, text, over: 0, by: reader)
        let preliminary = try await desk.signPreliminary(entry.task.id, text, over: draft.version, by: reader)
        _ = try await desk.claim(entry.task.id, by: reviewer)
        _ = try await desk.signFinal(entry.task.id, text, over: preliminary.version, by: reviewer)
        try await run()
    }

    fileprivate func fetchFiles(_ name: NodeName) async throws {
        let service = FileReturnService(self[name].flow, fetching: DirectFetching(network: nodes))
        _ = try await service.fetchDue()
    }
}

extension TestNode {
    fileprivate func acquired(_ study: StudyInstanceUID) throws -> [InstanceRecord] {
        try flow.database.readBlocking { try flow.catalogue.instances(of: study, in: $0) }.filter { !$0.isNetworkMade }
    }

    fileprivate func states(_ study: StudyInstanceUID) throws -> Set<FileState> {
        Set(try acquired(study).map(\.fileState))
    }

    fileprivate func bytes(_ instance: InstanceRecord) throws -> Data {
        try Data(contentsOf: flow.store.url(of: instance.path)).dropFirst(Int(instance.dataSetOffset))
    }

    fileprivate func isOnDisk(_ instance: InstanceRecord) throws -> Bool { try flow.store.holds(instance.path) }

    fileprivate func flipBit(of instance: InstanceRecord) throws {
        let url = try flow.store.url(of: instance.path)
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count - 3] ^= 0x10
        try bytes.write(to: url)
    }

    fileprivate func audited(_ action: AuditAction) throws -> Int {
        var query = AuditTrail.Query()
        query.actions = [action]
        return try flow.database.readBlocking { try flow.audit.events(query, in: $0) }.count
    }
}

@Suite("Keeping files")
struct StorageTests {
    // MARK: Eviction

    @Test("files go when their report is home and two nodes above hold them; rows stay, a rebuilt catalogue too")
    func evicted() async throws {
        let network = try crowdedNetwork()
        let paper = try PaperStudy(4, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let edge = network[.edge]
        network.clock.advance(by: .seconds(7200))
        #expect(try await Eviction(edge.flow).sweep().obstacle == .reading)
        try await network.finish(paper.study, at: .city)
        #expect(try await Eviction(edge.flow).sweep().obstacle == .retention)
        network.clock.advance(by: .seconds(7200))

        let before = try edge.acquired(paper.study)
        let report = try await Eviction(edge.flow).sweep()
        #expect(report.files == 4)
        #expect(try edge.states(paper.study) == [.evicted])
        #expect(try before.allSatisfy { try !edge.isOnDisk($0) })
        #expect(try edge.audited(.studyEvicted) == 1)
        let journey = try await edge.journey(paper.study)
        #expect(journey.study.acquiredCount == 4)
        #expect(journey.hops.first?.safe == 4)
        // Its report stays.
        let made = try await edge.flow.database.read { try edge.flow.catalogue.networkMade(of: paper.study, in: $0) }
        #expect(made.count == 2)
        #expect(made.map(\.isHere) == [true, true])

        let verify = try Verify(store: edge.flow.store, database: edge.flow.database).run()
        #expect(verify.isClean)
        #expect(verify.evicted == 4)
        let rebuilt = try Reindex(store: edge.flow.store, database: edge.flow.database, node: .edge).run()
        #expect(rebuilt.away == 4)
        #expect(rebuilt.lost.isEmpty)
        #expect(try edge.acquired(paper.study).map(\.digest) == before.map(\.digest))
        #expect(try edge.states(paper.study) == [.evicted])
    }

    @Test("an evicted study comes back when a person asks, bit for bit, and stays for a while")
    func recalled() async throws {
        let network = try crowdedNetwork()
        let paper = try PaperStudy(3, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let (edge, county) = (network[.edge], network[.county])
        let before = try edge.acquired(paper.study).map { try edge.bytes($0) }
        try await network.finish(paper.study, at: .city)
        network.clock.advance(by: .seconds(7200))
        _ = try await Eviction(edge.flow).sweep()
        // The county gave its files up as well: it fetches them from the city first.
        _ = try await Eviction(county.flow).sweep()
        #expect(try county.states(paper.study) == [.evicted])

        #expect(try await StorageDesk(edge.flow).recall(paper.study, by: radiographer) == 3)
        try await network.fetchFiles(.edge)
        #expect(try edge.states(paper.study) == [.evicted])
        try await network.fetchFiles(.county)
        #expect(try county.states(paper.study) == [.here])
        network.clock.advance(by: .seconds(3600))
        try await network.fetchFiles(.edge)
        #expect(try edge.states(paper.study) == [.here])
        #expect(try edge.acquired(paper.study).map { try edge.bytes($0) } == before)
        #expect(try edge.audited(.studyRecalled) == 1)

        network.clock.advance(by: .seconds(7200))
        #expect(try await Eviction(edge.flow).sweep().obstacle == .recalled)
        network.clock.advance(by: .seconds(8 * 86400))
        #expect(try await Eviction(edge.flow).sweep().files == 3)
    }

    @Test("a modality that sends an evicted instance again brings it back")
    func sentAgain() async throws {
        let network = try crowdedNetwork()
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        try await network.finish(paper.study, at: .city)
        network.clock.advance(by: .seconds(7200))
        let edge = network[.edge]
        _ = try await Eviction(edge.flow).sweep()
        #expect(try edge.take(paper.files[0]).wasKnown)
        #expect(
            try edge.acquired(paper.study).map(\.fileState).sorted { $0.rawValue < $1.rawValue } == [.evicted, .here])
    }

    @Test("nothing goes where nobody is above, or where files stay for ever")
    func neverAtTheTop() async throws {
        let network = try crowdedNetwork()
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        try await network.finish(paper.study, at: .city)
        network.clock.advance(by: .seconds(7200))
        #expect(try await Eviction(network[.city].flow).sweep().obstacle == .noNodeAbove)
        #expect(try network[.city].states(paper.study) == [.here])
    }

    // MARK: Integrity

    @Test("a flipped bit is found by the re-hash, kept aside, and repaired from the parent, bit for bit")
    func repairedFromAbove() async throws {
        let network = try crowdedNetwork()
        let paper = try PaperStudy(5, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let edge = network[.edge]
        let victim = try edge.acquired(paper.study)[2]
        let before = try edge.bytes(victim)
        try edge.flipBit(of: victim)

        let step = try await RehashService(edge.flow).step()
        #expect(step.faults == 1)
        let overview = try await NodeViews(edge.flow).overview()
        #expect(overview.files.troubles.map(\.absence.instance.sopInstanceUID) == [victim.sopInstanceUID])
        #expect(overview.files.troubles.first?.absence.state == .damaged)
        let aside = try #require(overview.files.troubles.first?.absence.asidePath)
        #expect(try edge.flow.store.holds(aside))
        #expect(try edge.audited(.instanceDamaged) == 1)

        try await network.fetchFiles(.edge)
        #expect(try edge.states(paper.study) == [.here])
        #expect(try edge.bytes(victim) == before)
        #expect(try edge.audited(.instanceRepaired) == 1)
        #expect(try edge.flow.store.holds(aside), "what was damaged is never deleted")
        #expect(try Verify(store: edge.flow.store, database: edge.flow.database).run().isClean)
        #expect(try await NodeViews(edge.flow).overview().files.troubles.isEmpty)
    }

    @Test("a file that is gone at the county is sent again by the edge, and its receipt comes anew")
    func repairedFromBelow() async throws {
        let network = try crowdedNetwork(FlowNetwork.readHere)
        let paper = try PaperStudy(3, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let county = network[.county]
        let victim = try county.acquired(paper.study)[0]
        let before = try county.bytes(victim)
        try county.flow.store.remove(victim.path)
        #expect(try await RehashService(county.flow).step().faults == 1)
        #expect(try county.states(paper.study) == [.here, .missing])

        // Nobody above has it: the edge is asked, and until it has sent it nothing is given up there.
        try await network.fetchFiles(.county)
        try await network.exchange(.edge, .county)
        network.clock.advance(by: .seconds(7200))
        _ = try await Eviction(network[.edge].flow).sweep()
        #expect(try network[.edge].states(paper.study) == [.here])
        try await network.run()
        #expect(try county.states(paper.study) == [.here])
        #expect(try county.bytes(victim) == before)
        let edge = network[.edge].flow
        let open = try await edge.database.read { try edge.deliveries.hasOpen(of: paper.study, in: $0) }
        #expect(!open)
    }

    @Test("a parent doesn't sign for what it lost")
    func noReceiptForDamage() async throws {
        let network = try crowdedNetwork(FlowNetwork.readHere)
        let paper = try PaperStudy(1, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.exchange(.edge, .county)
        try await network.exchange(.edge, .county)
        try await network.deliver(from: .edge, to: .county)
        let county = network[.county]
        let victim = try #require(try county.acquired(paper.study).first)
        _ = try await county.flow.database.write { try $0.execute("DELETE FROM receipt_due") }
        try county.flow.store.remove(victim.path)
        #expect(try await RehashService(county.flow).step().faults == 1)
        // The edge asks for the receipt, hears that it is missing, and sends it again.
        try await network.run()
        #expect(try county.states(paper.study) == [.here])
        let edge = try await network[.edge].journey(paper.study)
        #expect(edge.hops.last?.safe == 1)
    }

    @Test("the re-hash goes on where it was, and begins anew at the end")
    func rehashRounds() async throws {
        let network = try crowdedNetwork()
        let paper = try PaperStudy(30, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        let edge = network[.edge]
        #expect(try await RehashService(edge.flow).step().files == 20)
        // As after a restart.
        #expect(try await RehashService(edge.flow).step().files == 10)
        #expect(try await RehashService(edge.flow).step().files == 0)
        let round = try #require(try await edge.flow.database.read { try RehashBook().round(in: $0) })
        #expect(round.cursor == "")
        #expect(round.lastFinishedAt != nil)
        #expect(try edge.audited(.archiveVerified) == 1)
    }

    // MARK: Custody copies

    @Test("a study read at the county goes up at night, to be kept and not read, and its receipts count below")
    func custodyCopy() async throws {
        let network = try crowdedNetwork(FlowNetwork.readHere)
        let paper = try PaperStudy(3, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let (edge, county, city) = (network[.edge], network[.county], network[.city])
        try await network.finish(paper.study, at: .county)
        network.clock.advance(by: .seconds(7200))
        #expect(try await Eviction(edge.flow).sweep().obstacle == .copies)

        try network.advance(toHour: 12)
        try await CustodyCopies(county.flow).sweep()
        try await network.run()
        #expect(try city.acquired(paper.study).isEmpty)
        try network.advance(toHour: 23)
        try await CustodyCopies(county.flow).sweep()
        try await network.run()
        #expect(try city.acquired(paper.study).count == 3)
        #expect(try await StudyViews(city.flow).worklist().isEmpty)
        #expect(try await city.journey(paper.study).task == nil)
        #expect(try await city.journey(paper.study).passage?.decision?.basis == .custodyCopy)
        #expect(try await StorageViews(city.flow).holding(of: paper.study).isCustodyCopy)
        #expect(try await edge.journey(paper.study).hops.last?.safe == 3)
        network.clock.advance(by: .seconds(7200))
        #expect(try await Eviction(edge.flow).sweep().files == 3)
        // Nothing is copied twice.
        let sent = try county.audited(.custodyCopied)
        try await CustodyCopies(county.flow).sweep()
        #expect(try county.audited(.custodyCopied) == sent)
    }

    @Test("a custody copy waits behind everything, and rests when the night is over")
    func custodyWaits() async throws {
        let network = try crowdedNetwork(FlowNetwork.readHere)
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let county = network[.county]
        try network.advance(toHour: 23)
        try await CustodyCopies(county.flow).sweep()
        try await network.exchange(.county, .city)
        func deliveries() async throws -> [Delivery] {
            try await county.flow.database.read {
                try county.flow.deliveries.list(DeliveryFilter(destination: .city), in: $0).deliveries
            }
        }
        #expect(try await deliveries().map(\.state) == [.waiting, .waiting])
        #expect(try await deliveries().allSatisfy { $0.studyQueuedAt > network.clock.now + .seconds(86400) })
        try network.advance(toHour: 9)
        try await CustodyCopies(county.flow).sweep()
        #expect(try await deliveries().map(\.state) == [.held, .held])
        try network.advance(toHour: 1)
        try await CustodyCopies(county.flow).sweep()
        #expect(try await deliveries().map(\.state) == [.waiting, .waiting])
    }
}

extension FlowNetwork {
    /// To the next time the clock on the wall shows that hour.
    fileprivate func advance(toHour hour: Int) throws {
        let minute = Weekday.civil(clock.now).minute
        clock.advance(by: .seconds(((hour * 60 - minute + 1440) % 1440) * 60))
    }
}
