import Archive
import DICOM
import Database
import Foundation
import Reading
import TestSupport
import Testing
import Vocabulary

@testable import StudyFlow

@Suite("Wrong patients, merged studies, moved series")
struct CorrectionTests {
    private let network: FlowNetwork
    private var edge: TestNode { network[.edge] }
    private var county: TestNode { network[.county] }
    private var city: TestNode { network[.city] }
    private let text = ReportText(findings: "所见", impression: "印象")

    init() throws { network = try FlowNetwork() }

    private func sent(_ count: Int = 2, patientID: String = "0001") async throws -> StudyInstanceUID {
        let paper = try PaperStudy(count, in: network.directory, patientID: patientID)
        for file in paper.files { try edge.take(file) }
        try await network.run()
        return paper.study
    }

    private func record(_ study: StudyInstanceUID, at node: TestNode) throws -> StudyRecord {
        try #require(try node.flow.database.readBlocking { try node.flow.catalogue.study(study, in: $0) })
    }

    private func correct(
        _ study: StudyInstanceUID, to id: String, at node: TestNode, recalling: Bool = false
    ) async throws {
        try await CorrectionDesk(node.flow).correctPatient(
            of: study, to: PatientIdentity(patientID: id, name: "ZHAO^MIN=赵^敏", birthDate: "1980-02-03", sex: "F"),
            reason: "设备上选错", recallingReport: recalling, by: reviewer, right: .everything)
        network.clock.advance(by: .seconds(1))
    }

    @Test("a corrected patient is named everywhere and survives a rebuild; the bytes and the original stay")
    func patient() async throws {
        let study = try await sent()
        try await correct(study, to: "0777", at: edge)
        try await network.run()
        for node in [edge, county, city] {
            let patient = try record(study, at: node).patient
            #expect(patient.identifier.patientID == "0777" && patient.name == "ZHAO^MIN=赵^敏" && patient.sex == "F")
            #expect(patient.identifier.issuer == "paotai")
            let corrections = try #require(try await CorrectionViews(node.flow).corrections(of: study))
            #expect(corrections.original?.identifier.patientID == "0001")
            #expect(corrections.patient?.decision.reason == "设备上选错")
        }
        _ = try Reindex(store: edge.flow.store, database: edge.flow.database, node: .edge).run()
        #expect(try record(study, at: edge).patientID == "0777")
        let file = try edge.flow.database.readBlocking { try edge.flow.catalogue.instances(of: study, in: $0)[0].path }
        #expect(try InstanceHeader.read(file: edge.flow.store.url(of: file).path).patientID == "0001")

        try await CorrectionDesk(city.flow).restorePatient(
            of: study, reason: "原来是对的", recallingReport: false, by: reviewer, right: .everything)
        try await network.run()
        for node in [edge, county, city] {
            #expect(try record(study, at: node).patientID == "0001")
            #expect(try record(study, at: node).patient.name == "TEST^PAPER=测试^纸=")
        }
    }

    @Test("of two corrections the later one stands at every node, in whatever order they are heard")
    func laterWins() async throws {
        let study = try await sent()
        try await correct(study, to: "early", at: city)
        try await correct(study, to: "late", at: edge)
        try await network.run()
        for node in [edge, county, city] { #expect(try record(study, at: node).patientID == "late") }
    }

    @Test("a signed report for the wrong patient is recalled, and the new one names the right patient")
    func reportRecalled() async throws {
        let study = try await sent()
        let task = try #require(try await city.journey(study).task)
        let desk = ReadingDesk(city.flow)
        _ = try await desk.claim(task.id, by: reader)
        _ = try await desk.signPreliminary(task.id, text, over: 0, by: reader)
        _ = try await desk.signFinal(task.id, text, over: 1, by: reviewer)
        try await network.run()
        await #expect(throws: CorrectionError(code: .reportSigned, message: "")) {
            try await correct(study, to: "0777", at: edge)
        }
        try await correct(study, to: "0777", at: edge, recalling: true)
        try await network.run()
        let recalled = try #require(try await city.journey(study).task)
        #expect(recalled.state == .recalled)
        _ = try await desk.claim(task.id, by: reader)
        let draft = try #require(try await StudyViews(city.flow).reading(task.id)?.report)
        let preliminary = try await desk.signPreliminary(task.id, text, over: draft.version, by: reader)
        _ = try await desk.signFinal(task.id, text, over: preliminary.version, by: reviewer)
        try await network.run()
        let report = try #require(try await edge.journey(study).report?.announcement.report)
        let sr = try #require(
            try edge.flow.database.readBlocking { try edge.flow.catalogue.instance(report.srInstance, in: $0) })
        let header = try InstanceHeader.read(file: edge.flow.store.url(of: sr.path).path)
        #expect(header.patientID == "0777" && header.patientName == "ZHAO^MIN=赵^敏")
    }

    @Test("what cannot be a patient is turned down before anything is said")
    func badPatients() async throws {
        let study = try await sent(1)
        for patient in [
            PatientIdentity(patientID: "", name: nil, birthDate: nil, sex: nil),
            PatientIdentity(patientID: "a\\b", name: nil, birthDate: nil, sex: nil),
            PatientIdentity(patientID: "1", name: nil, birthDate: "1980-13-01", sex: nil),
            PatientIdentity(patientID: "1", name: nil, birthDate: "1981-02-29", sex: nil),
            PatientIdentity(patientID: "1", name: nil, birthDate: "一九八〇0101", sex: nil),
            PatientIdentity(patientID: "1", name: nil, birthDate: "unknown", sex: nil),
            PatientIdentity(patientID: "1", name: "a=b=c=d", birthDate: nil, sex: nil),
            PatientIdentity(patientID: "1", name: nil, birthDate: nil, sex: "X"),
        ] {
            await #expect(throws: CorrectionError(code: .badPatient, message: "")) {
                try await CorrectionDesk(edge.flow).correctPatient(
                    of: study, to: patient, reason: "x", recallingReport: false, by: reviewer, right: .everything)
            }
        }
    }

    @Test("spaces around a number make no other patient")
    func spaces() async throws {
        let study = try await sent(1)
        try await correct(study, to: " 0777 ", at: edge)
        #expect(try record(study, at: edge).patientID == "0777")
    }

    private func merge(_ source: StudyInstanceUID, into target: StudyInstanceUID, evenIfRead: Bool = false) async throws
    {
        try await CorrectionDesk(edge.flow).merge(
            source, into: target, reason: "同一次检查", evenIfRead: evenIfRead, by: radiographer, right: .ownStudies)
        network.clock.advance(by: .seconds(1))
    }

    @Test("merged studies are shown as one at every node, one task is left, and a split undoes it")
    func mergeAndSplit() async throws {
        let (first, second) = (try await sent(2), try await sent(3))
        try await merge(second, into: first)
        try await network.run()
        for node in [edge, county, city] {
            #expect(try record(first, at: node).shownAcquiredCount == 5)
            #expect(try record(first, at: node).acquiredCount == 2)
            #expect(try record(second, at: node).isWithheld)
            let shown = try node.flow.database.readBlocking {
                try node.flow.catalogue.shownInstances(of: first, in: $0)
            }
            #expect(shown.count == 5)
            #expect(try await CorrectionViews(node.flow).corrections(of: second)?.shownIn == first)
        }
        #expect(try await StudyViews(city.flow).worklist().map(\.task.study) == [first])
        _ = try Reindex(store: city.flow.store, database: city.flow.database, node: .city).run()
        #expect(try record(first, at: city).shownAcquiredCount == 5)
        try await CorrectionDesk(edge.flow).split(second, reason: "不是", by: radiographer, right: .ownStudies)
        try await network.run(rounds: 10)
        for node in [edge, county, city] {
            #expect(try record(first, at: node).shown == nil)
            #expect(try record(second, at: node).shownAcquiredCount == 3)
        }
        #expect(try await Set(StudyViews(city.flow).worklist().map(\.task.study)) == [first, second])
    }

    @Test("a study that is being read is not merged away unless somebody says so, and its draft is safe")
    func mergeWhileReading() async throws {
        let (first, second) = (try await sent(1), try await sent(1))
        let task = try #require(try await city.journey(second).task)
        let desk = ReadingDesk(city.flow)
        _ = try await desk.claim(task.id, by: reader)
        _ = try await desk.saveDraft(task.id, text, over: 0, by: reader)
        try await network.run(rounds: 2)
        _ = try await desk.renew(task.id, by: reader)
        await #expect(throws: CorrectionError(code: .beingRead, message: "")) { try await merge(second, into: first) }
        try await merge(second, into: first, evenIfRead: true)
        try await network.run(rounds: 2)
        let refusal = await #expect(throws: CorrectionError.self) {
            _ = try await desk.signPreliminary(task.id, text, over: 1, by: reader)
        }
        #expect(refusal?.code == .studyMerged && refusal?.study == first)
        #expect(try await StudyViews(city.flow).reading(task.id)?.report?.text == text)
        _ = try await desk.unclaim(task.id, by: reader)
        _ = try await city.settlement.sweep()
        #expect(try await StudyViews(city.flow).reading(task.id)?.task.state == .cancelled)
    }

    @Test("studies of different patients are not merged, and none is merged into itself or in a ring")
    func refusedMerges() async throws {
        let (first, second, other) = (try await sent(1), try await sent(1), try await sent(1, patientID: "0002"))
        await #expect(throws: CorrectionError(code: .differentPatient, message: "")) {
            try await merge(first, into: other)
        }
        await #expect(throws: CorrectionError(code: .ring, message: "")) { try await merge(first, into: first) }
        try await merge(first, into: second)
        await #expect(throws: CorrectionError(code: .ring, message: "")) { try await merge(second, into: first) }
        await #expect(throws: CorrectionError(code: .unknownStudy, message: "")) {
            try await merge(second, into: .generate())
        }
    }

    @Test("merges made in a ring by two nodes at once end in one study, the same at every node")
    func ring() async throws {
        let (first, second) = (try await sent(1), try await sent(1))
        try await CorrectionDesk(edge.flow).merge(
            first, into: second, reason: "a", evenIfRead: false, by: reviewer, right: .everything)
        try await CorrectionDesk(city.flow).merge(
            second, into: first, reason: "b", evenIfRead: false, by: reviewer, right: .everything)
        try await network.run()
        let least = min(first, second)
        for node in [edge, county, city] {
            #expect(try record(least, at: node).shownAcquiredCount == 2)
            #expect(try record(max(first, second), at: node).isWithheld)
        }
    }

    @Test("a series of another patient is shown in that patient's study, and goes back")
    func movedSeries() async throws {
        let (first, other) = (try await sent(2), try await sent(1, patientID: "0002"))
        let series = try edge.flow.database.readBlocking { try edge.flow.catalogue.series(of: first, in: $0)[0] }
        func move(to target: StudyInstanceUID?) async throws {
            try await CorrectionDesk(edge.flow).move(
                series.seriesInstanceUID, of: first, to: target, reason: "忘记换患者", evenIfRead: false,
                by: radiographer, right: .ownStudies)
            network.clock.advance(by: .seconds(1))
            try await network.run(rounds: 10)
        }
        try await move(to: other)
        for node in [edge, county, city] {
            #expect(try record(other, at: node).shownAcquiredCount == 3)
            #expect(try record(first, at: node).isWithheld)
            let found = try node.flow.database.readBlocking { snapshot in
                var query = SeriesQuery()
                query.study.patientID = "0002"
                return try node.flow.catalogue.series(matching: query, in: snapshot).map(\.series.seriesInstanceUID)
            }
            #expect(found.contains(series.seriesInstanceUID) && found.count == 2)
        }
        try await move(to: nil)
        for node in [edge, county, city] {
            #expect(try record(other, at: node).shown == nil)
            #expect(try record(first, at: node).shown == nil)
        }
    }

    @Test("a study is corrected before it is sent up, and the node above knows at once")
    func beforeForwarding() async throws {
        let paper = try PaperStudy(1, in: network.directory)
        for file in paper.files { try edge.take(file) }
        try await correct(paper.study, to: "0777", at: edge)
        try await network.run()
        for node in [county, city] { #expect(try record(paper.study, at: node).patientID == "0777") }
    }

    @Test(
        "another study than the one a node has a right to is not corrected by it, and two hospitals' never stand in one"
    )
    func foreignDecisions() async throws {
        let (own, foreign) = (try await sent(1), StudyInstanceUID.generate())
        // A study of another hospital, which came to the county through nobody.
        let other = try PaperStudy(1, in: network.directory, patientID: "0009")
        for file in other.files { try county.take(file) }
        let decision = Decision(
            at: network.clock.now + .seconds(60), node: .edge, by: "TEST", reason: "x")
        func hear(_ change: StudyCorrected.Change) async throws {
            let event = StudyCorrected(study: own, issuer: "paotai", origin: .edge, change: change)
            let flow = county.flow
            try await flow.database.write { transaction in
                var wakes = Wakes()
                try CorrectionTravel(flow).heard(event, from: .edge, in: transaction, wakes: &wakes)
            }
        }
        let changes: [StudyCorrected.Change] = [
            .patient(
                PatientCorrection(
                    study: other.study, patientID: "1", name: nil, birthDate: nil, sex: nil, decision: decision)),
            .held(LegalHold(study: other.study, isSet: true, decision: decision)),
            .moved(StudyMove(source: other.study, target: own, decision: decision)),
            .moved(StudyMove(source: own, target: other.study, decision: decision)),
            .lifted(RejectionLift(note: .generate(), study: other.study, by: "TEST", at: decision.at, reason: "x")),
        ]
        for change in changes {
            await #expect(throws: EventError.self) { try await hear(change) }
        }
        await #expect(throws: CorrectionError(code: .badPatient, message: "")) {
            try await hear(
                .patient(
                    PatientCorrection(
                        study: own, patientID: "", name: nil, birthDate: nil, sex: nil, decision: decision)))
        }
        #expect(try record(other.study, at: county).patientID == "0009")
        // What is not known here may be named, and shows nothing until it is.
        try await hear(.moved(StudyMove(source: own, target: foreign, decision: decision)))
        #expect(try record(own, at: county).shown == nil)
    }
}
