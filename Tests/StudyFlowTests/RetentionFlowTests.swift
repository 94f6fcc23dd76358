import Archive
import Database
import Foundation
import Priors
import Reading
import Retention
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Studies that were kept long enough")
struct RetentionFlowTests {
    private let network: FlowNetwork
    private let year: Duration = StoragePolicy.day * 380

    init() throws { network = try FlowNetwork() }

    /// A node's flow with rules that keep everything one year and destroy after ten days.
    private func flow(_ name: NodeName) throws -> FlowContext {
        var flow = network[name].flow
        flow.retention = try RetentionRules(
            yaml: "rules: []\notherwise: {keepYears: 1}\ngraceDays: 10", file: "retention.yaml")
        return flow
    }

    /// With a key image and a picture of it.
    @discardableResult
    private func read(_ study: StudyInstanceUID) async throws -> TaskID {
        let city = network[.city]
        let task = try #require(try await city.journey(study).task)
        let desk = ReadingDesk(city.flow)
        let text = ReportText(findings: "所见", impression: "印象")
        _ = try await desk.claim(task.id, by: reader)
        let image = try #require(try files(study, at: .city).first?.0)
        _ = try await ReportDesk(city.flow).mark(
            KeyImage(series: image.seriesInstanceUID, instance: image.sopInstanceUID), of: task.id, by: reader)
        try await MeasurementDesk(city.flow).keep(
            KeyPicture(instance: image.sopInstanceUID, frame: 1, png: Data([1])), of: task.id, by: reader)
        _ = try await desk.signPreliminary(task.id, text, over: 0, by: reader)
        _ = try await desk.signFinal(task.id, text, over: 1, by: reviewer)
        try await network.run()
        return task.id
    }

    private func sent() async throws -> StudyInstanceUID {
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        return paper.study
    }

    private func files(_ study: StudyInstanceUID, at name: NodeName) throws -> [(InstanceRecord, Bool)] {
        let flow = network[name].flow
        return try flow.database.readBlocking { try flow.catalogue.instances(of: study, in: $0) }.map {
            ($0, try flow.store.holds($0.path))
        }
    }

    private let operatorPerson = Person(user: "wang", displayName: "王运维")

    @Test("are proposed, hidden when confirmed, destroyed after the grace, and stay gone in a rebuilt catalogue")
    func lifeEnds() async throws {
        let study = try await sent()
        let task = try await read(study)
        let city = RetentionDesk(try flow(.city))
        #expect(try await city.list().isEmpty)
        #expect(try await city.expire([study], by: operatorPerson).refused == [study: .notExpired])
        network.clock.advance(by: year)
        let proposed = try await city.list()
        #expect(proposed.map(\.study.studyInstanceUID) == [study] && proposed[0].obstacle == nil)
        #expect(try await city.expire([study, .generate()], by: operatorPerson).expired == [study])
        try await network.run()
        #expect(try await city.list().isEmpty)
        for name in [NodeName.edge, .county, .city] {
            #expect(try files(study, at: name).allSatisfy { $0.1 })
            #expect(try await StudyViews(network[name].flow).journeys(matching: StudyQuery()).isEmpty)
        }
        network.clock.advance(by: StoragePolicy.day * 9)
        #expect(try await Destruction(try flow(.city)).sweep().files == 0)
        network.clock.advance(by: StoragePolicy.day * 2)
        let report = try await Destruction(try flow(.city)).sweep()
        #expect(report.studies == 1 && report.files == 5 && report.bytes > 0)
        for (record, isThere) in try files(study, at: .city) {
            #expect(isThere == (record.withheld == .note))
            #expect(record.fileState == (record.withheld == .note ? .here : .destroyed))
        }
        let node = network[.city].flow
        #expect(try node.database.readBlocking { try node.tasks.keyPictures(of: task, in: $0) }.isEmpty)
        // Another node has rules of its own, and these do not agree yet.
        #expect(try await Destruction(network[.county].flow).sweep().files == 0)
        let database = network[.city].flow.database
        _ = try Reindex(store: network[.city].flow.store, database: database, node: .city).run()
        let rows = try files(study, at: .city).map(\.0)
        #expect(
            rows.count == 6 && rows.filter { $0.fileState == .destroyed && $0.withheld == .retentionExpired }.count == 5
        )
        let verified = try Verify(store: network[.city].flow.store, database: database).run()
        #expect(verified.missing.isEmpty)
        let note = try #require(rows.first { $0.withheld == .note })
        await #expect(throws: CorrectionError(code: .destroyed, message: "")) {
            try await CorrectionDesk(network[.city].flow).lift(
                note.sopInstanceUID, of: study, reason: "x", by: reviewer, right: .everything)
        }
    }

    @Test("take the patient's identity number and their loans along, and no rebuilt catalogue brings it back")
    func numbers() async throws {
        let card = "11010519491231002X"
        let paper = try PaperStudy(2, in: network.directory, otherIDs: [card])
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let (study, flow) = (paper.study, try flow(.city))
        try await read(study)
        func number() throws -> String? {
            try flow.database.readBlocking { try flow.priors.card(of: study, in: $0) }
        }
        #expect(try number() == card)
        // Made again from the files, in a catalogue that lost it.
        try await flow.database.write { _ = try $0.execute("DELETE FROM patient_card") }
        _ = try CatalogueRebuild(flow).run()
        #expect(try number() == card)
        // As in a database that never had it.
        let fresh = try Database(path: network.directory.appending("fresh.sqlite"), migrations: FlowContext.migrations)
        let rebuilt = FlowContext(
            node: flow.node, database: fresh, store: flow.store, rules: flow.rules, singleReaderAllowed: false,
            signals: FlowSignals(), clock: flow.clock, logger: flow.logger)
        _ = try CatalogueRebuild(rebuilt).run()
        #expect(try fresh.readBlocking { try rebuilt.priors.card(of: study, in: $0) } == card)

        try await flow.database.write { transaction in
            try flow.priors.note(card: card, of: .generate(), in: transaction)
            try flow.priorLoans.want(
                PriorLoan(
                    study: study, borrower: .county, query: "", lender: nil, state: .given, since: flow.clock.now()),
                in: transaction)
        }
        network.clock.advance(by: year)
        #expect(try await RetentionDesk(flow).expire([study], by: operatorPerson).expired == [study])
        #expect(try number() == card)
        network.clock.advance(by: StoragePolicy.day * 11)
        #expect(try await Destruction(flow).sweep().studies == 1)
        #expect(try number() == nil)
        #expect(try flow.database.readBlocking { try flow.priorLoans.loans(of: study, in: $0) } == [])
        _ = try CatalogueRebuild(flow).run()
        #expect(try number() == nil)
        // Nor is anybody's whose study is not here.
        #expect(try flow.database.readBlocking { try $0.row("SELECT 1 FROM patient_card LIMIT 1") } == nil)
    }

    @Test("are all found, however many came in one moment and however far down the list they stand")
    func candidatesByKey() async throws {
        var papers: [StudyInstanceUID] = []
        for number in 0..<230 {
            let paper = try PaperStudy(1, in: network.directory, patientID: "\(number)")
            try network[.city].take(paper.files[0])
            papers.append(paper.study)
            if number == 120 { network.clock.advance(by: .seconds(1)) }
        }
        network.clock.advance(by: year)
        // The first pages hold only what must be kept: seen again a moment ago.
        let recent = try PaperStudy(
            study: papers[0], numbers: 2...2, in: network.directory, patientID: "0")
        try network[.city].take(recent.files[0])
        let found = try await RetentionDesk(try flow(.city)).list(limit: 500).map(\.study.studyInstanceUID)
        #expect(found.count == Set(found).count)
        #expect(Set(found) == Set(papers.dropFirst()))
    }

    @Test("that were taken back and confirmed again have the whole grace once more")
    func confirmedAgain() async throws {
        let study = try await sent()
        try await read(study)
        network.clock.advance(by: year)
        let (flow, desk) = (network[.city].flow, RetentionDesk(try self.flow(.city)))
        #expect(try await desk.expire([study], by: operatorPerson).expired == [study])
        let entries = try await flow.database.read { try flow.rejections.entries(of: study, in: $0) }
        let note = try #require(entries.first).note
        try await CorrectionDesk(flow).lift(note, of: study, reason: "还要用", by: reviewer, right: .everything)
        network.clock.advance(by: StoragePolicy.day * 20)
        #expect(try await Destruction(try self.flow(.city)).sweep().files == 0)
        #expect(try await desk.expire([study], by: operatorPerson).expired == [study])
        #expect(try await Destruction(try self.flow(.city)).sweep().files == 0)
        network.clock.advance(by: StoragePolicy.day * 11)
        #expect(try await Destruction(try self.flow(.city)).sweep().files == 5)
    }

    @Test("are kept while a hold is set, at every node, and while somebody has still to read them")
    func held() async throws {
        let (study, unread) = (try await sent(), try await sent())
        try await read(study)
        network.clock.advance(by: year)
        try await CorrectionDesk(network[.edge].flow).hold(study, isSet: true, reason: "医疗纠纷", by: operatorPerson)
        try await network.run()
        let city = RetentionDesk(try flow(.city))
        #expect(
            try await city.expire([study, unread], by: operatorPerson).refused == [study: .onHold, unread: .reading])
        try await CorrectionDesk(network[.edge].flow).hold(study, isSet: false, reason: "结案", by: operatorPerson)
        try await network.run()
        #expect(try await city.expire([study], by: operatorPerson).expired == [study])
        // Set again within the grace, it stops the destruction.
        try await CorrectionDesk(network[.city].flow).hold(study, isSet: true, reason: "再查", by: operatorPerson)
        network.clock.advance(by: StoragePolicy.day * 20)
        let report = try await Destruction(try flow(.city)).sweep()
        #expect(report.files == 0 && report.obstacles == [.onHold: 1])
    }

    @Test("are not let go at a node below before a node above has signed for every image")
    func notSafeAbove() async throws {
        let paper = try PaperStudy(1, in: network.directory)
        let edge = network[.edge]
        for file in paper.files { try edge.take(file) }
        network.clock.advance(by: .seconds(60))
        _ = try await edge.settlement.sweep()
        network.clock.advance(by: year)
        let outcome = try await RetentionDesk(try flow(.edge)).expire([paper.study], by: operatorPerson)
        #expect(outcome.expired.isEmpty && outcome.refused.count == 1)
    }
}
