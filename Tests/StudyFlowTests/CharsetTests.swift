import Archive
import Audit
import DICOM
import Foundation
import Reading
import StudyFlow
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

/// A modality writes Big5 and declares Latin-1: no rule can know that, an operator can.
@Suite("A modality's true character set")
struct CharsetTests {
    let directory = try! TemporaryDirectory()

    /// A study of a patient whose name and number are in Big5.
    private func file(_ number: Int, name: String = "測試^陳大文", station: String = "DR1") throws -> URL {
        var dataSet = DataSetBuilder()
        dataSet.set(.specificCharacterSet, "ISO_IR 100")
        dataSet.set(.sopClassUID, SOPClass.secondaryCapture)
        let uid = "2.25.\(7_000_000 + number)"
        dataSet.set(.studyInstanceUID, uid)
        dataSet.set(.seriesInstanceUID, uid + ".1")
        dataSet.set(.sopInstanceUID, uid + ".1.1")
        for (tag, text) in [(Tag.patientName, name), (.patientID, "號\(number)"), (.studyDescription, "胸部正位")] {
            dataSet.set(
                tag, bytes: try #require(CharacterSets.encode(text, in: .big5)), vr: tag == .patientName ? .PN : .LO)
        }
        dataSet.set(.modality, "DX")
        dataSet.set(.stationName, station)
        let path = directory.appending("\(number).dcm")
        try dataSet.write(to: path)
        return URL(fileURLWithPath: path)
    }

    private func uid(_ number: Int) -> StudyInstanceUID { StudyInstanceUID(unchecked: "2.25.\(7_000_000 + number)") }

    private func study(_ number: Int, at node: TestNode) async throws -> StudyRecord {
        try #require(
            try await node.flow.database.read { try node.flow.catalogue.study(uid(number), in: $0) })
    }

    private func rereadAll(_ node: TestNode) async throws {
        let service = RereadService(node.flow)
        while try await service.step() > 0 {}
    }

    private func actions(_ study: StudyInstanceUID?, at node: TestNode) async throws -> [AuditAction] {
        try await node.flow.database.read { snapshot in
            try node.flow.audit.events(AuditTrail.Query(study: study), in: snapshot).map(\.event.action)
        }
    }

    @Test("puts right what is here, what comes, and what is at every node above; the files stay as they are")
    func everywhere() async throws {
        let network = try FlowNetwork()
        let edge = network[.edge]
        let old = try edge.take(try file(1)).instance
        try await network.run()
        for name in [NodeName.edge, .county, .city] {
            #expect(try await study(1, at: network[name]).patient.name != "測試^陳大文", "\(name)")
        }
        let bytes = try Data(contentsOf: edge.flow.store.url(of: old.path))

        try await CharsetDesk(edge.flow).set(.big5, for: "CT1", by: "wang")
        try await rereadAll(edge)
        #expect(try await study(1, at: edge).patient.name == "測試^陳大文")
        #expect(try Data(contentsOf: edge.flow.store.url(of: old.path)) == bytes)
        #expect(try await actions(uid(1), at: edge).contains(.studyReread))
        #expect(try await actions(nil, at: edge).contains(.charsetChanged))

        let later = try edge.take(try file(2, name: "測試^李小雯")).instance
        #expect(try await study(2, at: edge).patient.name == "測試^李小雯")
        try await network.run()
        for name in [NodeName.edge, .county, .city] {
            try await rereadAll(network[name])
            for (number, patient) in [(1, "測試^陳大文"), (2, "測試^李小雯")] {
                let record = try await study(number, at: network[name])
                #expect(record.patient.name == patient, "\(name)")
                #expect(record.patientID == "號\(number)")
                #expect(record.studyDescription == "胸部正位")
                #expect(record.guessedEncoding == nil)
            }
        }
        #expect(later.digest != old.digest)
        // Nobody stays behind under the misread numbers.
        let patients = try await edge.flow.database.read { snapshot in
            try snapshot.rows("SELECT patient_name FROM patient").count
        }
        #expect(patients == 2)
        #expect(try await StudyViews(network[.city].flow).journeys(matching: search("chendawen")).count == 1)
    }

    private func search(_ text: String) -> StudyQuery {
        var query = StudyQuery()
        query.freeText = text
        return query
    }

    @Test("of a study whose patient was corrected puts right what the bytes say, and the correction stands")
    func corrected() async throws {
        let network = try FlowNetwork()
        let edge = network[.edge]
        try edge.take(try file(1))
        let desk = CorrectionDesk(edge.flow)
        try await desk.correctPatient(
            of: uid(1), to: PatientIdentity(patientID: "0777", name: "ZHAO^MIN=赵^敏", birthDate: nil, sex: "F"),
            reason: "设备上选错", recallingReport: false, by: reviewer, right: .everything)
        try await CharsetDesk(edge.flow).set(.big5, for: "CT1", by: "wang")
        try await rereadAll(edge)
        let shown = try await study(1, at: edge)
        #expect(shown.patientID == "0777" && shown.patient.name == "ZHAO^MIN=赵^敏")
        #expect(shown.studyDescription == "胸部正位")
        let original = try await CorrectionViews(edge.flow).corrections(of: uid(1))?.original
        #expect(original?.identifier.patientID == "號1" && original?.name == "測試^陳大文")
        try await desk.restorePatient(
            of: uid(1), reason: "原来是对的", recallingReport: false, by: reviewer, right: .everything)
        let restored = try await study(1, at: edge)
        #expect(restored.patientID == "號1" && restored.patient.name == "測試^陳大文" && restored.patient.sex == nil)
        let patients = try await edge.flow.database.read { try $0.rows("SELECT patient_id FROM patient").count }
        #expect(patients == 1)
    }

    @Test("takes a word back, here and above")
    func takenBack() async throws {
        let network = try FlowNetwork()
        let edge = network[.edge]
        try edge.take(try file(1))
        let before = try await study(1, at: edge)
        let desk = CharsetDesk(edge.flow)
        #expect(try await desk.set(nil, for: "CT1", by: "wang") == false)
        try await desk.set(.big5, for: "CT1", by: "wang")
        try await rereadAll(edge)
        try await network.run()
        try await rereadAll(network[.county])
        network.clock.advance(by: .seconds(60))
        #expect(try await desk.set(nil, for: "CT1", by: "wang"))
        try await rereadAll(edge)
        try await network.run()
        try await rereadAll(network[.county])
        #expect(try await study(1, at: edge).patient == before.patient)
        #expect(try await study(1, at: network[.county]).patient.name == before.patient.name)
        try edge.take(try file(2))
        #expect(try await study(2, at: edge).patient.name == before.patient.name)
    }

    @Test("goes on where it was when the node ends in the middle, and tells how far it is")
    func resumes() async throws {
        let network = try FlowNetwork()
        let edge = network[.edge]
        for number in 1...45 { try edge.take(try file(number)) }
        let desk = CharsetDesk(edge.flow)
        try await desk.set(.big5, for: "CT1", by: "wang")
        _ = try await RereadService(edge.flow).step()
        var job = try #require(try await desk.sources().first?.job)
        #expect((job.done, job.total, job.changed, job.finishedAt) == (20, 45, 20, nil))
        // A service that knows nothing of the first one.
        _ = try await RereadService(edge.flow).step()
        job = try #require(try await desk.sources().first?.job)
        #expect((job.done, job.changed) == (40, 40))
        try await rereadAll(edge)
        job = try #require(try await desk.sources().first?.job)
        #expect((job.done, job.changed, job.away, job.failed) == (45, 45, 0, 0))
        #expect(job.finishedAt != nil)
        for number in 1...45 { #expect(try await study(number, at: edge).patient.name == "測試^陳大文") }
    }

    @Test("a newer word starts anew, whatever the older one was doing")
    func overtaken() async throws {
        let network = try FlowNetwork()
        let edge = network[.edge]
        for number in 1...25 { try edge.take(try file(number)) }
        let desk = CharsetDesk(edge.flow)
        try await desk.set(.shiftJIS, for: "CT1", by: "wang")
        _ = try await RereadService(edge.flow).step()
        network.clock.advance(by: .seconds(5))
        try await desk.set(.big5, for: "CT1", by: "wang")
        try await rereadAll(edge)
        for number in 1...25 { #expect(try await study(number, at: edge).patient.name == "測試^陳大文") }
    }

    @Test("a setting for one station leaves the others alone")
    func stations() async throws {
        let network = try FlowNetwork()
        let edge = network[.edge]
        try edge.take(try file(1, station: "DR1"))
        try edge.take(try file(2, station: "DR2"))
        try await CharsetDesk(edge.flow).set(.big5, for: "CT1", station: "DR2", by: "wang")
        try await rereadAll(edge)
        #expect(try await study(1, at: edge).patient.name != "測試^陳大文")
        #expect(try await study(2, at: edge).patient.name == "測試^陳大文")
    }

    @Test("survives a rebuild of the catalogue")
    func reindex() async throws {
        let network = try FlowNetwork()
        let edge = network[.edge]
        try edge.take(try file(1))
        try await CharsetDesk(edge.flow).set(.big5, for: "CT1", by: "wang")
        try await rereadAll(edge)
        let store = edge.flow.store
        let database = edge.flow.database
        _ = try await Task.detached {
            try Reindex(store: store, database: database, node: .edge).run()
        }.value
        let record = try await study(1, at: edge)
        #expect(record.patient.name == "測試^陳大文")
        #expect(record.patientID == "號1")
    }

    @Test("shows how the last studies would read, before anything is set")
    func preview() async throws {
        let network = try FlowNetwork()
        let edge = network[.edge]
        try edge.take(try file(1))
        let preview = try #require(try await CharsetDesk(edge.flow).preview("CT1", as: .big5).first)
        #expect(preview.nameThen == "測試^陳大文")
        #expect(preview.name != preview.nameThen)
        #expect(preview.declared == "ISO_IR 100")
        #expect(try await study(1, at: edge).patient.name == preview.name)
        #expect(try await CharsetDesk(edge.flow).preview("OTHER", as: .big5).isEmpty)
    }

    @Test("finds in the reading list by pinyin")
    func worklist() async throws {
        let network = try FlowNetwork(countyRules: FlowNetwork.readHere)
        let edge = network[.edge]
        try await CharsetDesk(edge.flow).set(.big5, for: "CT1", by: "wang")
        try edge.take(try file(1))
        try edge.take(try file(2, name: "測試^李小雯"))
        try await network.run()
        let views = StudyViews(network[.county].flow)
        #expect(try await views.worklist().count == 2)
        #expect(try await views.worklist(text: "lixiaowen").map(\.study.patient.name) == ["測試^李小雯"])
        #expect(try await views.worklist(text: "cscdw").map(\.study.patient.name) == ["測試^陳大文"])
        #expect(try await views.worklist(text: "zhang").isEmpty)
    }
}
