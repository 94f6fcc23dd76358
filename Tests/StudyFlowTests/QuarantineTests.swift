import Archive
import Audit
import DICOM
import Database
import Foundation
import StudyFlow
import TestSupport
import Testing
import Vocabulary

/// A modality's object that nests too deeply for intake, and not too deeply to be read at all; and worse ones.
struct HostileFiles {
    let directory: TemporaryDirectory
    let study = StudyInstanceUID.generate()

    func nested(_ depth: Int, marker: Int = 1, named name: String = "nested") throws -> URL {
        var dataSet = DataSetBuilder()
        dataSet.set(.sopClassUID, SOPClass.ctImage)
        dataSet.set(.sopInstanceUID, SOPInstanceUID.generate())
        dataSet.set(.studyInstanceUID, study)
        dataSet.set(.seriesInstanceUID, SeriesInstanceUID.generate())
        dataSet.set(.patientID, "SECRET-ID")
        dataSet.set(.patientName, "SECRET^NAME")
        dataSet.set(.instanceNumber, marker)
        var bytes = try dataSet.part10()
        for _ in 0..<depth {
            bytes += [0x40, 0x00, 0x75, 0x02, 0x53, 0x51, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
            bytes += [0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]
        }
        for _ in 0..<depth {
            bytes += [0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
        }
        let file = directory.url.appending(path: "\(name)-\(depth)-\(marker).dcm")
        try bytes.write(to: file)
        return file
    }
}

@Suite("Quarantine")
struct QuarantineTests {
    let network: FlowNetwork
    let edge: TestNode
    let files: HostileFiles

    init() throws {
        network = try FlowNetwork { $0.storage.quarantine = QuarantineBounds(bytes: 20_000, entries: 4) }
        edge = network[.edge]
        files = HostileFiles(directory: network.directory)
    }

    private func entries() throws -> [QuarantineEntry] {
        try edge.flow.database.readBlocking { try edge.flow.quarantine.list(in: $0) }
    }

    private func audited(_ action: AuditAction) throws -> [AuditEvent] {
        var query = AuditTrail.Query()
        query.actions = [action]
        return try edge.flow.database.readBlocking { try edge.flow.audit.events(query, in: $0) }.map(\.event)
    }

    private func refuse(_ file: URL) { #expect(throws: IntakeError.self) { try edge.take(file) } }

    @Test("keeps what is refused for its bytes, whole, with who sent it, what it claims to be and why")
    func keeps() throws {
        let file = try files.nested(40)
        #expect(throws: IntakeError(code: .beyondLimits, comment: "", message: "")) { try edge.take(file) }
        let entry = try #require(try entries().first)
        #expect(entry.reason == .beyondLimits)
        #expect(entry.sentence.contains("32 levels"))
        #expect(entry.sender == InstanceSource(kind: .modality, name: "CT1"))
        #expect(entry.study == files.study.rawValue)
        #expect(entry.times == 1)
        #expect(try Data(contentsOf: edge.flow.store.url(of: entry.path)) == Data(contentsOf: file))
        let trail = try #require(try audited(.instanceQuarantined).first)
        #expect(trail.study == files.study && trail.outcome == .refused)
        for text in [entry.sentence, trail.detail] { #expect(!text.contains("SECRET")) }
        // Nothing of it is in the catalogue.
        #expect(try edge.flow.database.readBlocking { try edge.flow.catalogue.totals(in: $0).instances } == 0)
    }

    @Test("counts the same bytes sent again instead of keeping them twice, and puts back a file that was lost")
    func counts() throws {
        let file = try files.nested(40)
        for _ in 0..<3 { refuse(file) }
        let entry = try #require(try entries().first)
        #expect(try entries().count == 1 && entry.times == 3)
        #expect(try edge.flow.store.quarantined() == [entry.path])
        try edge.flow.store.remove(entry.path)
        refuse(file)
        let restored = try #require(try entries().first)
        #expect(try edge.flow.store.holds(restored.path) && restored.times == 4)
    }

    @Test("releases what can be read within the widest bounds, which then travels like any other")
    func releases() async throws {
        let file = try files.nested(40)
        refuse(file)
        let entry = try #require(try entries().first)
        guard
            case .taken(let study, let instance, wasKnown: false) = try await QuarantineDesk(edge.flow).release(
                entry.id, by: "wang")
        else {
            Issue.record("was not taken")
            return
        }
        #expect(study == files.study)
        let record = try edge.flow.database.readBlocking { try edge.flow.catalogue.instance(instance, in: $0) }
        #expect(record?.source == InstanceSource(kind: .modality, name: "CT1"))
        #expect(try entries().isEmpty && edge.flow.store.quarantined().isEmpty)
        let event = try #require(try audited(.quarantineReleased).first)
        #expect(event.actor == .user("wang") && event.instance == instance && event.outcome == .success)
        #expect(try await QuarantineDesk(edge.flow).release(entry.id, by: "wang") == .unknown)
    }

    @Test("says why it can't release what can't be read at all, and keeps it")
    func refusesRelease() async throws {
        refuse(try files.nested(100))
        let entry = try #require(try entries().first)
        guard case .refused(let error) = try await QuarantineDesk(edge.flow).release(entry.id, by: "wang") else {
            Issue.record("was taken")
            return
        }
        #expect(error.code == .beyondLimits && error.message.contains("64 levels"))
        #expect(try entries().count == 1)
        #expect(try audited(.quarantineReleased).first?.outcome == .refused)
        #expect(try audited(.instanceQuarantined).count == 1)
    }

    @Test("deletes for good, and writes down what it was")
    func deletes() async throws {
        refuse(try files.nested(40))
        let entry = try #require(try entries().first)
        #expect(try await QuarantineDesk(edge.flow).delete(entry.id, by: "wang"))
        #expect(try await QuarantineDesk(edge.flow).delete(entry.id, by: "wang") == false)
        #expect(try entries().isEmpty && edge.flow.store.quarantined().isEmpty)
        #expect(try audited(.quarantineDeleted).first?.detail.contains("CT1") == true)
    }

    @Test("lets the oldest go when there are too many, too much or too old, and writes that down")
    func bounds() async throws {
        for number in 1...6 {
            network.clock.advance(by: .seconds(60))
            refuse(try files.nested(40, marker: number))
        }
        #expect(try entries().count == 4)
        #expect(try edge.flow.store.quarantined().count == 4)
        #expect(try audited(.quarantineDropped).count == 2)
        refuse(try files.nested(300))
        #expect(try edge.flow.database.readBlocking { try edge.flow.quarantine.totals(in: $0).bytes } <= 20_000)
        // Larger than all of it: told, audited, not kept.
        refuse(try files.nested(700))
        #expect(try audited(.quarantineDropped).contains { $0.detail.contains("larger than the quarantine") })
        network.clock.advance(by: .seconds(91 * 86400))
        try await Quarantine(edge.flow).sweep()
        #expect(try entries().isEmpty && edge.flow.store.quarantined().isEmpty)
    }

    @Test("lists a file whose row was never written, once nobody can be writing it any more")
    func adopts() async throws {
        // A kill -9 between the renaming and the row.
        let landing = try edge.flow.store.landing()
        let file = try files.nested(40)
        try Data(contentsOf: file).write(to: URL(fileURLWithPath: landing.path))
        let path = try edge.flow.store.quarantine(landing, as: UUID().uuidString.lowercased())
        let written =
            try FileManager.default.attributesOfItem(
                atPath: edge.flow.store.url(of: path).path)[.modificationDate] as? Date
        let now = Timestamp(milliseconds: Int64(try #require(written).timeIntervalSince1970 * 1000))
        network.clock.advance(by: now.elapsed(since: network.clock.now))
        try await Quarantine(edge.flow).sweep()
        #expect(try entries().isEmpty)
        network.clock.advance(by: .seconds(700))
        try await Quarantine(edge.flow).sweep()
        let entry = try #require(try entries().first)
        #expect(entry.reason == .found && entry.path == path && entry.study == files.study.rawValue)
        guard case .taken = try await QuarantineDesk(edge.flow).release(entry.id, by: "wang") else {
            Issue.record("was not taken")
            return
        }
    }

    @Test("a child that sent it gets its receipt when the object is released")
    func receipt() async throws {
        let county = network[.county]
        #expect(throws: IntakeError.self) { try county.take(try files.nested(40), from: .edge) }
        let entry = try #require(
            try county.flow.database.readBlocking { try county.flow.quarantine.list(in: $0) }.first)
        guard case .taken(_, let instance, _) = try await QuarantineDesk(county.flow).release(entry.id, by: "wang")
        else {
            Issue.record("was not taken")
            return
        }
        let owed = try county.flow.database.readBlocking {
            try $0.row("SELECT count(*) AS number FROM receipt_due WHERE sop_instance_uid = ?", instance)
        }
        #expect(try owed?["number"] as Int? == 1)
    }
}
