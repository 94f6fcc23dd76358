import Archive
import Database
import Foundation
import Reading
import Relay
import TestSupport
import Testing
import Vocabulary

@testable import StudyFlow

@Suite("A study that gets no further")
struct StudyTroubleTests {
    private let network: FlowNetwork
    private var edge: TestNode { network[.edge] }

    init() throws { network = try FlowNetwork() }

    /// A study at the edge with a rejected image, which has not settled; its note is moved away.
    private func stuck() async throws -> (paper: PaperStudy, file: URL, note: SOPInstanceUID) {
        let paper = try PaperStudy(3, in: network.directory)
        let flow = edge.flow
        // While it had no parent: nothing was announced yet.
        var node = flow.node
        node.parents = []
        let alone = FlowContext(
            node: node, database: flow.database, store: flow.store, rules: flow.rules, singleReaderAllowed: false,
            signals: flow.signals, clock: flow.clock, logger: flow.logger)
        for file in paper.files.prefix(2) { _ = try InstanceIntake(alone).accept(edge.arrival(file, from: nil)) }
        let notes = try await CorrectionDesk(alone).reject(
            of: paper.study, for: .quality, remark: "运动伪影", by: reviewer, right: .everything)
        try await flow.database.write { _ = try $0.execute("UPDATE study_passage SET decided_at = NULL") }
        let note = try #require(notes.first)
        let record = try #require(
            try edge.flow.database.readBlocking { try edge.flow.catalogue.instance(note, in: $0) })
        let file = try edge.flow.store.url(of: record.path)
        try FileManager.default.moveItem(at: file, to: network.directory.url.appending(path: "away.dcm"))
        return (paper, file, note)
    }

    private func obligations(_ study: StudyInstanceUID) async throws -> [Obligation] {
        try await NodeViews(edge.flow).obligations(study: study).groups.flatMap(\.obligations)
    }

    private func reached(_ study: StudyInstanceUID) async throws -> Int? {
        let county = network[.county].flow
        return try county.database.readBlocking { try county.catalogue.study(study, in: $0)?.acquiredCount }
    }

    @Test("for want of its rejection note waits, takes images, holds up no other, and is on the operator's list")
    func waits() async throws {
        let (paper, file, note) = try await stuck()
        // Its third image is taken, though it cannot be sent on.
        #expect(try edge.take(paper.files[2]).wasKnown == false)
        let other = try PaperStudy(2, in: network.directory, patientID: "0002")
        for file in other.files { try edge.take(file) }
        let since = network.clock.now
        try await network.run()
        #expect(try await reached(other.study) == 2)
        #expect(try await network[.county].journey(other.study).task != nil)
        #expect(try await reached(paper.study) == nil)
        let stuck = try #require(try await obligations(paper.study).first { $0.kind == .stuck })
        #expect(stuck.since <= since && stuck.nextAttemptAt != nil)
        #expect(stuck.lastError?.contains("rejection note \(note)") == true)
        #expect(stuck.trouble == .fileDamaged)
        #expect(try await NodeViews(edge.flow).obligationSummary().total >= 1)

        try FileManager.default.moveItem(at: network.directory.url.appending(path: "away.dcm"), to: file)
        try await network.run(rounds: 30)
        #expect(try await reached(paper.study) == 3)
        #expect(try await obligations(paper.study).allSatisfy { $0.kind != .stuck })
        let county = network[.county].flow
        let shown = try county.database.readBlocking {
            try county.catalogue.study(paper.study, in: $0)?.shownAcquiredCount
        }
        #expect(shown == 1)
        #expect(try await network[.county].journey(paper.study).task != nil)
    }

    @Test("from below settles and goes on when the node above can read its note again; its manifest is not lost")
    func fromBelow() async throws {
        let paper = try PaperStudy(2, in: network.directory)
        let (county, city) = (network[.county].flow, network[.city].flow)
        for file in paper.files { try edge.take(file) }
        let notes = try await CorrectionDesk(edge.flow).reject(
            of: paper.study, for: .quality, remark: "运动伪影", by: reviewer, right: .everything)
        // The county hears of the study and of its note; the images come later.
        network.clock.advance(by: .seconds(60))
        try await edge.work()
        try await network.exchange(.edge, .county)
        let path = try #require(
            try county.database.readBlocking { try county.catalogue.instance(notes[0], in: $0)?.path })
        let (file, away) = (try county.store.url(of: path), network.directory.url.appending(path: "away.dcm"))
        try FileManager.default.moveItem(at: file, to: away)
        try await network.run()
        let here = try county.database.readBlocking { try county.catalogue.study(paper.study, in: $0) }
        #expect(here?.acquiredCount == 2)
        #expect(try county.database.readBlocking { try county.inbox.parkedCount(in: $0) } == 0)
        #expect(try city.database.readBlocking { try city.catalogue.study(paper.study, in: $0) } == nil)
        let found = try await NodeViews(county).obligations(study: paper.study).groups.flatMap(\.obligations)
        #expect(found.contains { $0.kind == .stuck })
        try FileManager.default.moveItem(at: away, to: file)
        try await network.run(rounds: 30)
        let record = try city.database.readBlocking { try city.catalogue.study(paper.study, in: $0) }
        #expect(record?.acquiredCount == 2 && record?.shownAcquiredCount == 0)
        let passage = try county.database.readBlocking { try county.passages.passage(of: paper.study, in: $0) }
        #expect(passage?.settledAt != nil)
    }

    @Test("goes on without the note once the rejection is taken back")
    func lifted() async throws {
        let (paper, _, note) = try await stuck()
        try await network.run()
        #expect(try await reached(paper.study) == nil)
        try await CorrectionDesk(edge.flow).lift(
            note, of: paper.study, reason: "误操作", by: radiographer, right: .ownStudies)
        try await network.run(rounds: 30)
        #expect(try await reached(paper.study) == 2)
        #expect(try await obligations(paper.study).allSatisfy { $0.kind != .stuck })
    }

    @Test("is not taken for one whose note is whole: other bytes under its name are no note")
    func altered() async throws {
        let (paper, file, _) = try await stuck()
        var bytes = try Data(contentsOf: network.directory.url.appending(path: "away.dcm"))
        bytes[bytes.count - 3] ^= 1
        try bytes.write(to: file)
        try await network.run()
        #expect(try await reached(paper.study) == nil)
        #expect(try await obligations(paper.study).contains { $0.kind == .stuck })
    }

    @Test("is tried less and less often, and a clock that is put back does not keep it waiting")
    func pauses() throws {
        let (flow, study, clock) = (edge.flow, StudyInstanceUID.generate(), network.clock)
        var pauses: [Duration] = []
        for _ in 0..<8 {
            let trouble = try flow.database.writeBlocking { transaction in
                try flow.troubles.note(study, reason: "x", at: clock.now, in: transaction)
                // An image that comes meanwhile changes nothing.
                try flow.troubles.note(study, reason: "y", at: clock.now, in: transaction)
                return try flow.troubles.trouble(of: study, in: transaction)
            }
            let next = try #require(trouble?.nextAttemptAt)
            pauses.append(next.elapsed(since: clock.now))
            clock.advance(by: next.elapsed(since: clock.now))
        }
        #expect(pauses.map { Int($0.seconds) } == [30, 60, 120, 240, 480, 600, 600, 600])
        clock.advance(by: .seconds(-7200))
        try flow.database.writeBlocking { transaction in
            try ClockSetBack(flow).mend(at: clock.now, in: transaction)
            #expect(try flow.troubles.due(at: clock.now, limit: 5, in: transaction).map(\.study) == [study])
        }
    }
}
