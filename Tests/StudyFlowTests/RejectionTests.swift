import Archive
import DICOM
import Database
import Foundation
import Observability
import Reading
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Rejection notes")
struct RejectionTests {
    private let network: FlowNetwork
    private var edge: TestNode { network[.edge] }
    private var county: TestNode { network[.county] }
    private var city: TestNode { network[.city] }

    init() throws { network = try FlowNetwork() }

    private func sent(_ count: Int = 3) async throws -> (study: StudyInstanceUID, files: [URL]) {
        let paper = try PaperStudy(count, in: network.directory)
        for file in paper.files { try edge.take(file) }
        try await network.run()
        return (paper.study, paper.files)
    }

    private func header(_ file: URL) throws -> InstanceHeader { try InstanceHeader.read(file: file.path) }

    /// A key object as a modality or another archive would send it.
    private func note(_ title: String, rejecting files: [URL], of study: StudyInstanceUID? = nil) throws -> URL {
        let headers = try files.map(header)
        var subject = ReportSubject(headers[0])
        if let study { subject.study = study }
        let object = KeyObjectSelection(
            subject: subject,
            identity: ReportObjectIdentity(
                sopInstance: .generate(), series: .generate(), seriesNumber: 99, institution: "示例卫生院",
                created: network.clock.now),
            title: .init(code: title, meaning: "title"), observer: "TEST^TECH", text: "moved",
            items: headers.map {
                .init(
                    BasicTextSR.Reference(
                        series: $0.seriesInstanceUID, sopClass: $0.sopClass, sopInstance: $0.sopInstanceUID))
            })
        let file = network.directory.url.appending(path: "\(SOPInstanceUID.generate()).dcm")
        try object.dataSet().part10().write(to: file)
        return file
    }

    private func record(_ study: StudyInstanceUID, at node: TestNode) throws -> StudyRecord {
        try #require(try node.flow.database.readBlocking { try node.flow.catalogue.study(study, in: $0) })
    }

    private func found(_ study: StudyInstanceUID, at node: TestNode) throws -> [SOPInstanceUID] {
        var query = InstanceQuery()
        query.series.study.studies = [study]
        return try node.flow.database.readBlocking { [query] in
            try node.flow.catalogue.instances(matching: query, in: $0).map(\.instance.sopInstanceUID)
        }
    }

    private func withheld(_ uid: SOPInstanceUID, at node: TestNode) throws -> Withholding? {
        try node.flow.database.readBlocking { try node.flow.catalogue.instance(uid, in: $0)?.withheld }
    }

    @Test("made at the city they hide images at every node, and the study stays whole everywhere")
    func travels() async throws {
        let (study, files) = try await sent()
        let bad = try header(files[1]).sopInstanceUID
        let notes = try await CorrectionDesk(city.flow).reject(
            .init(instances: [bad]), of: study, for: .quality, remark: "运动伪影", by: reviewer, right: .everything)
        try await network.run()
        for node in [edge, county, city] {
            let record = try record(study, at: node)
            #expect(record.shownAcquiredCount == 2 && record.acquiredCount == 3)
            #expect(try found(study, at: node).count == 2)
            #expect(try withheld(bad, at: node) == .quality)
            #expect(try withheld(notes[0], at: node) == .note)
            #expect(
                try node.flow.database.readBlocking { try node.flow.catalogue.instance(bad, in: $0)?.isHere } == true)
            let entry = try node.flow.database.readBlocking { try node.flow.rejections.entries(of: study, in: $0) }
            #expect(entry.map(\.note) == notes && entry.first?.author == reviewer.displayName)
            if node !== edge {
                #expect(try node.flow.database.readBlocking { try node.flow.manifests.isComplete(study, in: $0) })
            }
            #expect(try node.flow.database.readBlocking { try node.flow.inbox.parked(in: $0).isEmpty })
        }
        // Said twice, nothing is left to be rejected.
        await #expect(throws: CorrectionError(code: .nothingToDo, message: "")) {
            _ = try await CorrectionDesk(city.flow).reject(
                .init(instances: [bad]), of: study, for: .quality, remark: "again", by: reviewer, right: .everything)
        }
        try await CorrectionDesk(edge.flow).lift(
            notes[0], of: study, reason: "误操作", by: radiographer, right: .ownStudies)
        try await network.run()
        for node in [edge, county, city] {
            let record = try record(study, at: node)
            #expect(try found(study, at: node).count == 3)
            #expect(record.shownAcquiredCount == 3)
        }
    }

    @Test("sent by a modality they go up like images, and may come before what they name")
    func beforeTheImages() async throws {
        let paper = try PaperStudy(2, in: network.directory)
        let note = try note("113037", rejecting: [paper.files[0]])
        #expect(try edge.take(note).wasKnown == false)
        for file in paper.files { #expect(try edge.take(file).wasKnown == false) }
        try await network.run()
        let hidden = try header(paper.files[0]).sopInstanceUID
        for node in [edge, county, city] {
            #expect(try withheld(hidden, at: node) == .patientSafety)
            #expect(try record(paper.study, at: node).shownAcquiredCount == 1)
            #expect(try record(paper.study, at: node).modalities == ["CT"])
        }
        let task = try await city.journey(paper.study).task
        #expect(task?.state == .ready)
        #expect(try await city.journey(paper.study).late.isEmpty)
    }

    @Test("of another document title, or about another study, they reject nothing")
    func otherDocuments() async throws {
        let (study, files) = try await sent(1)
        try edge.take(try note("113000", rejecting: files))
        try edge.take(try note("113001", rejecting: files, of: .generate()))
        try await network.run()
        #expect(try withheld(try header(files[0]).sopInstanceUID, at: edge) == nil)
        #expect(try record(study, at: city).isWithheld == false)
    }

    @Test("a rejected image that is sent again is refused, kept hidden or shown, as its reason asks")
    func sentAgain() async throws {
        let (study, files) = try await sent(4)
        let uids = try files.map { try header($0).sopInstanceUID }
        for (file, title) in zip(files, ["113001", "113037", "113038", "113039"]) {
            try edge.take(try note(title, rejecting: [file]))
        }
        try await network.run()
        #expect(try found(study, at: edge).isEmpty)
        #expect(try edge.take(files[0]).wasKnown)
        for file in files[1...2] {
            let refusal = #expect(throws: IntakeError.self) { try edge.take(file) }
            #expect(refusal.map(DIMSEStatus.init) == .rejectedInstance)
            #expect(refusal?.comment.count ?? 99 <= 64)
        }
        #expect(try edge.take(files[3]).wasKnown)
        #expect(try uids.map { try withheld($0, at: edge) } == [.quality, .patientSafety, .wrongWorklist, nil])
        // A node's relay sends again for reasons of the line.
        #expect(try county.take(files[1], from: .edge).wasKnown)
        try await network.run()
        #expect(try found(study, at: city) == [uids[3]])
    }

    @Test("survive a rebuilt catalogue, and one rebuilt without any ledger")
    func reindex() async throws {
        let (study, files) = try await sent()
        let bad = try header(files[0]).sopInstanceUID
        let kept = try await CorrectionDesk(edge.flow).reject(
            .init(instances: [bad]), of: study, for: .wrongWorklist, remark: "选错患者", by: radiographer,
            right: .ownStudies)
        let other = try header(files[1]).sopInstanceUID
        let lifted = try await CorrectionDesk(edge.flow).reject(
            .init(instances: [other]), of: study, for: .quality, remark: "模糊", by: radiographer, right: .ownStudies)
        try await CorrectionDesk(edge.flow).lift(
            lifted[0], of: study, reason: "可用", by: radiographer, right: .ownStudies)
        let report = try Reindex(store: edge.flow.store, database: edge.flow.database, node: .edge).run()
        #expect(report.added == 5)
        #expect(try withheld(bad, at: edge) == .wrongWorklist)
        #expect(try withheld(other, at: edge) == nil)
        #expect(try withheld(kept[0], at: edge) == .note)
        #expect(try record(study, at: edge).shownAcquiredCount == 2)

        let fresh = try Database(path: network.directory.appending("fresh.sqlite"), migrations: FlowContext.migrations)
        _ = try Reindex(store: edge.flow.store, database: fresh, node: .edge).run()
        let again = try fresh.readBlocking { try Catalogue().instance(bad, in: $0) }
        #expect(again?.withheld == .wrongWorklist)
        #expect(try fresh.readBlocking { try Catalogue().study(study, in: $0)?.shown?.series } == 1)
    }

    @Test("of a whole study take it off the list where it is read, and back on it")
    func wholeStudy() async throws {
        let (study, _) = try await sent()
        let before = try #require(try await city.journey(study).task)
        #expect(before.state == .ready)
        let notes = try await CorrectionDesk(edge.flow).reject(
            of: study, for: .patientSafety, remark: "患者有误", by: radiographer, right: .ownStudies)
        try await network.run()
        #expect(try await city.journey(study).task == nil)
        #expect(try await edge.journey(study).task == nil)
        #expect(try await StudyViews(city.flow).worklist().isEmpty)
        #expect(try await StudyViews(city.flow).journeys(matching: StudyQuery()).isEmpty)
        await #expect(throws: CorrectionError(code: .studyRejected, message: "")) {
            _ = try await ReadingDesk(city.flow).claim(before.id, by: reader)
        }
        try await CorrectionDesk(city.flow).lift(
            notes[0], of: study, reason: "核实无误", by: reviewer, right: .everything)
        try await network.run(rounds: 10)
        let after = try #require(try await city.journey(study).task)
        #expect(after.state == .ready && after.id != before.id)
    }

    @Test("under a reader's hands hold the signature until they have looked, and keep the draft")
    func whileReading() async throws {
        let (study, files) = try await sent()
        let task = try #require(try await city.journey(study).task)
        let desk = ReadingDesk(city.flow)
        _ = try await desk.claim(task.id, by: reader)
        let text = ReportText(findings: "所见", impression: "印象")
        _ = try await desk.saveDraft(task.id, text, over: 0, by: reader)
        _ = try await CorrectionDesk(city.flow).reject(
            .init(instances: [try header(files[0]).sopInstanceUID]), of: study, for: .quality, remark: "模糊",
            by: reviewer,
            right: .everything)
        await #expect(throws: CorrectionError(code: .correctionUnseen, message: "")) {
            _ = try await desk.signPreliminary(task.id, text, over: 1, by: reader)
        }
        #expect(try await CorrectionViews(city.flow).notices(of: task.id) == [.imagesRejected])
        #expect(try await desk.saveDraft(task.id, text, over: 1, by: reader).version == 2)
        try await StudyBar(city.flow).see(task.id, by: reader)
        #expect(try await desk.signPreliminary(task.id, text, over: 2, by: reader).imageCount != nil)
        _ = try await CorrectionDesk(city.flow).reject(
            of: study, for: .patientSafety, remark: "患者有误", by: reviewer, right: .everything)
        await #expect(throws: CorrectionError(code: .studyRejected, message: "")) {
            _ = try await desk.signFinal(task.id, text, over: 3, by: reviewer)
        }
    }

    @Test("radiographers write them about their own node's studies only, and nobody without a reason")
    func rights() async throws {
        let (study, _) = try await sent(1)
        await #expect(throws: CorrectionError(code: .notOwnStudy, message: "")) {
            _ = try await CorrectionDesk(county.flow).reject(
                of: study, for: .quality, remark: "x", by: radiographer, right: .ownStudies)
        }
        await #expect(throws: CorrectionError(code: .reasonMissing, message: "")) {
            _ = try await CorrectionDesk(edge.flow).reject(
                of: study, for: .quality, remark: " ", by: radiographer, right: .ownStudies)
        }
        #expect(try record(study, at: edge).shown == nil)
    }

    @Test("of two hospitals' archives, one does not reject what is the other's")
    func foreignNotes() async throws {
        let (study, files) = try await sent(1)
        // A PACS on the county's own network.
        let refusal = #expect(throws: IntakeError.self) { try county.take(try note("113037", rejecting: files)) }
        #expect(refusal.map(DIMSEStatus.init) == .conflictingIssuer)
        #expect(try record(study, at: county).shown == nil)
    }

    @Test("are flushed before the transaction that lets them take effect, and leave nothing where that fails")
    func flushedBefore() async throws {
        let (study, _) = try await sent()
        let flow = city.flow
        let store = WatchedStore(flow.store) {
            // A writer gets through while the note is being flushed.
            let isThrough = DispatchSemaphore(value: 0)
            let database = flow.database
            DispatchQueue.global().async {
                do {
                    try database.writeBlocking { _ = try $0.execute("DELETE FROM patient_card WHERE 0") }
                    isThrough.signal()
                } catch {
                    Issue.record(error)
                }
            }
            return isThrough.wait(timeout: .now() + 10) == .success
        }
        let watched = FlowContext(
            node: flow.node, database: flow.database, store: store, rules: flow.rules, singleReaderAllowed: false,
            signals: flow.signals, clock: flow.clock, logger: flow.logger)
        let desk = CorrectionDesk(watched)
        let notes = try await desk.reject(
            of: study, for: .quality, remark: "运动伪影", by: reviewer, right: .everything)
        #expect(notes.count == 1 && store.flushes == [true])
        await #expect(throws: CorrectionError(code: .nothingToDo, message: "")) {
            try await desk.reject(of: study, for: .quality, remark: "again", by: reviewer, right: .everything)
        }
        await #expect(throws: CorrectionError(code: .reasonMissing, message: "")) {
            try await desk.reject(of: study, for: .patientSafety, remark: " ", by: reviewer, right: .everything)
        }
        await #expect(throws: CorrectionError(code: .notOwnStudy, message: "")) {
            try await desk.reject(of: study, for: .patientSafety, remark: "x", by: reviewer, right: .ownStudies)
        }
        let known = try await flow.database.read { try flow.catalogue.instances(of: study, in: $0).map(\.path) }
        let folder = try #require(known.first?.split(separator: "/").dropLast().joined(separator: "/"))
        #expect(try flow.store.paths(in: folder).sorted() == known.sorted())
    }
}

/// Notes whether each flush left the database to others.
private final class WatchedStore: InstanceStore {
    private let store: any InstanceStore
    private let leavesDatabaseFree: @Sendable () -> Bool
    private let seen = LockedBox<[Bool]>([])

    var flushes: [Bool] { seen.withLock { $0 } }

    init(_ store: any InstanceStore, leavesDatabaseFree: @escaping @Sendable () -> Bool) {
        self.store = store
        self.leavesDatabaseFree = leavesDatabaseFree
    }

    func makeDurable(_ committed: CommittedFile) throws {
        let isFree = leavesDatabaseFree()
        seen.withLock { $0.append(isFree) }
        try store.makeDurable(committed)
    }

    func landing() throws -> LandingFile { try store.landing() }
    func discard(_ landing: LandingFile) throws { try store.discard(landing) }
    func place(_ landing: LandingFile, as identity: InstanceIdentity) throws -> CommittedFile {
        try store.place(landing, as: identity)
    }
    func keepAside(_ landing: LandingFile, as identity: InstanceIdentity) throws -> String {
        try store.keepAside(landing, as: identity)
    }
    func keepAside(committed path: String, as identity: InstanceIdentity, keepingPlace: Bool) throws -> String {
        try store.keepAside(committed: path, as: identity, keepingPlace: keepingPlace)
    }
    func quarantine(_ landing: LandingFile, as name: String) throws -> String {
        try store.quarantine(landing, as: name)
    }
    func quarantined() throws -> [String] { try store.quarantined() }
    func setAside(damaged path: String, at time: Timestamp) throws -> String? {
        try store.setAside(damaged: path, at: time)
    }
    func holds(_ path: String) throws -> Bool { try store.holds(path) }
    func url(of path: String) throws -> URL { try store.url(of: path) }
    func remove(_ path: String) throws { try store.remove(path) }
    func studyFolders() throws -> [String] { try store.studyFolders() }
    func paths(in folder: String) throws -> [String] { try store.paths(in: folder) }
    func freeSpace() throws -> FreeSpace { try store.freeSpace() }
}
