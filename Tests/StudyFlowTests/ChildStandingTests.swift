import Archive
import Foundation
import Outbox
import TestSupport
import Testing
import Vocabulary

@testable import Reading
@testable import StudyFlow

@Suite("For whom a child may speak")
struct ChildStandingTests {
    private let network: FlowNetwork
    private var county: FlowContext { network[.county].flow }
    private var city: FlowContext { network[.city].flow }

    init() throws {
        network = try FlowNetwork(
            hasSiblings: true,
            adjust: { node in
                if node.name == .county { node.reachable = [NodeName(rawValue: "shantou")!: .city] }
            })
    }

    /// A study of the township below the county, which the city has.
    private func sent() async throws -> StudyInstanceUID {
        let paper = try PaperStudy(1, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        return paper.study
    }

    /// - Returns: the sentence with which the event was parked; `nil` where it was applied.
    private func tell(
        _ event: some NodeEvent, from child: NodeName, to parent: NodeName
    ) async throws -> String? {
        let (sender, receiver) = (network[child].flow, network[parent].flow)
        let id = try await sender.database.write { transaction in
            var wakes = Wakes()
            return try Messenger(sender).send(event, to: parent, in: transaction, wakes: &wakes).id
        }
        try await network.exchange(child, parent)
        return try receiver.database.readBlocking { try receiver.inbox.parked(in: $0) }
            .first { $0.envelope.id == id }?.reason
    }

    private func announced(
        _ issuer: String, at origin: NodeName, study: StudyInstanceUID = .generate(), order: Order? = nil
    ) -> StudyAnnounced {
        StudyAnnounced(
            study: study, issuer: issuer, origin: origin, priority: .routine, instanceCount: 1, order: order)
    }

    private func origin(of study: StudyInstanceUID, at flow: FlowContext) async throws -> StudyOrigin? {
        try flow.database.readBlocking { try flow.catalogue.origin(of: study, in: $0) }
    }

    @Test("not for the node itself, its parents, what lies beyond them, or its other children")
    func neighbours() async throws {
        for (origin, child, parent) in [
            (NodeName.city, NodeName.county, NodeName.city), (.otherCounty, .county, .city), (.county, .edge, .county),
            (.city, .edge, .county), (NodeName(rawValue: "shantou")!, .edge, .county),
        ] {
            let issuer = child == .county ? "puning" : "paotai"
            let announcement = announced(issuer, at: origin)
            let reason = try #require(try await tell(announcement, from: child, to: parent))
            #expect(reason.contains("is said to come from \(origin), which is not below it"))
            #expect(try await self.origin(of: announcement.study, at: network[parent].flow) == nil)
            let hold = LegalHold(
                study: .generate(), isSet: true,
                decision: Decision(at: network.clock.now, node: child, by: "TEST", reason: "x"))
            let correction = StudyCorrected(study: hold.study, issuer: issuer, origin: origin, change: .held(hold))
            #expect(try await tell(correction, from: child, to: parent) != nil)
            #expect(try await self.origin(of: hold.study, at: network[parent].flow) == nil)
        }
    }

    @Test("not for another child's hospitals, by the file or by what came before; what nobody knows is believed")
    func issuers() async throws {
        _ = try await sent()
        for issuer in ["jieyang", "huilai", "qianzhan"] {
            let reason = try await tell(announced(issuer, at: .county), from: .county, to: .city)
            #expect(reason?.contains("'\(issuer)'") == true)
        }
        // Came through the first county.
        #expect(try await tell(announced("paotai", at: .edge), from: .otherCounty, to: .city) != nil)
        let other = try await tell(announced("huilai", at: .edge), from: .otherCounty, to: .city)
        #expect(other?.contains("whose studies come through puning") == true)
        let new = announced("xichang", at: NodeName(rawValue: "xichang")!)
        #expect(try await tell(new, from: .otherCounty, to: .city) == nil)
        #expect(try await origin(of: new.study, at: city)?.issuer == "xichang")
        #expect(try await tell(announced("xichang", at: new.origin), from: .otherCounty, to: .city) == nil)
        // Its first announcement was right; now it claims the other county's patient.
        #expect(
            try await tell(announced("puning", at: new.origin, study: new.study), from: .otherCounty, to: .city) != nil)
        #expect(try await origin(of: new.study, at: city)?.issuer == "xichang")
    }

    @Test("a hospital that moved below another child is believed where the file says so")
    func moved() async throws {
        _ = try await sent()
        var node = city.node
        node.issuersBelow[.otherCounty] = ["qianzhan", "paotai"]
        let city = FlowContext(
            node: node, database: city.database, store: city.store, rules: city.rules, singleReaderAllowed: false,
            signals: city.signals, clock: city.clock, logger: city.logger)
        try city.database.readBlocking { snapshot in
            let standing = ChildStanding(city, of: .otherCounty)
            try standing.check(issuer: "paotai", origin: .edge, of: "study 1.2.3", in: snapshot)
            #expect(throws: EventError.self) { try standing.check(.edge, issuer: "huilai", of: "it", in: snapshot) }
            // The county through which it came before still has its earlier ones.
            #expect(try ChildStanding(city, of: .county).holds("paotai", in: snapshot))
        }
    }

    @Test("not about tasks, reminders and contents of studies that came another way")
    func studies() async throws {
        let study = try await sent()
        let offer = TaskOffer(
            task: .generate(), study: study, origin: .edge, priority: .stat, createdAt: network.clock.now, revision: 1)
        #expect(try await tell(TaskOffered(offer: offer), from: .otherCounty, to: .city) != nil)
        #expect(
            try await tell(TaskWithdrawn(offer: offer, reason: "x"), from: .otherCounty, to: .city) != nil)
        #expect(try city.database.readBlocking { try city.tasks.task(offer.task, in: $0) } == nil)
        let reminder = StudyReminded(id: UUID(), study: study, node: .otherCounty, byName: "TEST")
        #expect(try await tell(reminder, from: .otherCounty, to: .city) != nil)
        #expect(try city.database.readBlocking { try city.reminders.count(of: study, in: $0).number } == 0)
        let manifest = StudyManifest(studyInstanceUID: .generate(), revision: 1, items: [])
        let settled = StudySettled(study: manifest.studyInstanceUID, origin: .city, manifest: manifest)
        #expect(try await tell(settled, from: .county, to: .city) != nil)
        // Its own hospital's is heard.
        let own = StudyReminded(id: UUID(), study: study, node: .edge, byName: "TEST")
        #expect(try await tell(own, from: .county, to: .city) == nil)
        #expect(try city.database.readBlocking { try city.reminders.count(of: study, in: $0).number } == 1)
    }

    @Test("an order that comes with a study takes no other study's order away")
    func orders() async throws {
        let study = try await sent()
        func order(_ origin: NodeName, _ issuer: String, _ matched: StudyInstanceUID?) -> Order {
            var order = Order(
                origin: origin, issuer: issuer, patientID: "0001", clinicalQuestion: "x", priority: .routine,
                requestedBy: radiographer, hasConsent: true, placedAt: network.clock.now)
            order.matchedStudy = matched
            order.state = matched == nil ? .placed : .matched
            return order
        }
        let own = StudyInstanceUID.generate()
        for order in [
            order(.otherCounty, "huilai", study), order(.city, "huilai", own), order(.otherCounty, "jieyang", own),
            order(.county, "huilai", nil),
        ] {
            let announcement = announced("huilai", at: .otherCounty, study: own, order: order)
            #expect(try await tell(announcement, from: .otherCounty, to: .city) != nil)
            #expect(try city.database.readBlocking { try city.orders.order(order.id, in: $0) } == nil)
        }
        let good = announced("huilai", at: .otherCounty, study: own, order: order(.otherCounty, "huilai", own))
        #expect(try await tell(good, from: .otherCounty, to: .city) == nil)
        #expect(try city.database.readBlocking { try city.orders.order(of: own, in: $0)?.id } == good.order?.id)
    }

    @Test("a report is received and seen by the child that it went to, and by no other")
    func reports() async throws {
        let study = try await sent()
        let task = try #require(try await network[.city].journey(study).task)
        let desk = ReadingDesk(city)
        let text = ReportText(findings: "所见", impression: "印象")
        _ = try await desk.claim(task.id, by: reader)
        _ = try await desk.signPreliminary(task.id, text, over: 0, by: reader)
        _ = try await desk.signFinal(task.id, text, over: 1, by: reviewer)
        try await network[.city].work()
        let version = try #require(
            try city.database.readBlocking {
                try ReportHomecoming(city).report(of: task.id, in: $0)?.announcement.report.version
            })
        let seen = ReportAcknowledged(task: task.id, version: version, byName: "TEST")
        #expect(try await tell(seen, from: .otherCounty, to: .city) != nil)
        let delivered = ReportDelivered(task: task.id, version: version)
        #expect(try await tell(delivered, from: .otherCounty, to: .city) != nil)
        let known = try #require(try city.database.readBlocking { try city.tasks.task(task.id, in: $0) })
        #expect(known.deliveredAt == nil && known.acknowledgedAt == nil)
    }
}
