import Archive
import DICOM
import Database
import Testing
import Vocabulary

@Suite("Catalogue")
struct CatalogueTests {
    let fixture: ArchiveFixture
    let catalogue = Catalogue()

    init() throws { fixture = try ArchiveFixture() }

    @Test("an instance brings its patient, study and series, and counts")
    func record() throws {
        guard case .added(let first) = try fixture.receive(TestObject(position: -12.5)) else {
            Issue.record("not added")
            return
        }
        try fixture.receive(TestObject(series: "1.2.3.2", instance: "1.2.3.2.1", modality: "SR", position: 44.25))
        let study = try #require(try fixture.database.readBlocking { try catalogue.study("1.2.3", in: $0) })
        #expect(study.patient.name == "Ceshi^Jia=测试^甲")
        #expect(study.patientID == "00123")
        #expect(study.issuer == "paotai")
        #expect(study.modalities == ["CT", "SR"])
        #expect((study.seriesCount, study.instanceCount) == (2, 2))
        #expect(study.byteCount == first.size * 2)
        #expect(study.lastReceivedAt.elapsed(since: study.firstReceivedAt) == .milliseconds(7))
        let instance = try fixture.database.readBlocking { try catalogue.instance("1.2.3.1.1", in: $0) }
        #expect(instance == first)
        #expect(first.slicePosition == -12.5)
        #expect(first.source == InstanceSource(kind: .modality, name: "CT1"))
    }

    @Test("the same bytes again are identical and change nothing; other bytes are a conflict")
    func duplicates() throws {
        try fixture.receive(TestObject())
        let before = try fixture.dump()
        guard case .identical = try fixture.receive(TestObject(sender: "OTHER")),
            case .conflicting(let existing) = try fixture.receive(TestObject(pixel: 1))
        else {
            Issue.record("wrong outcome")
            return
        }
        #expect(existing.sopInstanceUID == "1.2.3.1.1")
        #expect(try fixture.dump() == before)
    }

    @Test("a study under two hospitals is refused, whatever it holds")
    func issuer() throws {
        try fixture.receive(TestObject())
        let before = try fixture.dump()
        let same = try fixture.receive(TestObject(), issuer: "huilai", origin: huilai)
        let more = try fixture.receive(TestObject(instance: "1.2.3.1.2"), issuer: "huilai", origin: huilai)
        #expect(same == .foreignIssuer(existing: "paotai"))
        #expect(more == .foreignIssuer(existing: "paotai"))
        #expect(try fixture.dump() == before)
    }

    @Test("two hospitals' 00123 are two people, and a study without patient ID is a patient of its own")
    func patients() throws {
        try fixture.receive(TestObject())
        try fixture.receive(
            TestObject(study: "9.9", series: "9.9.1", instance: "9.9.1.1"), issuer: "huilai", origin: huilai)
        try fixture.receive(TestObject(study: "5", series: "5.1", instance: "5.1.1", patientID: nil))
        let found = try fixture.database.readBlocking { try catalogue.patients(matching: "测试", in: $0) }
        #expect(
            Set(found.map(\.patient.identifier)) == [
                PatientIdentifier(issuer: "paotai", patientID: "00123"),
                PatientIdentifier(issuer: "huilai", patientID: "00123"),
                PatientIdentifier(issuer: "paotai", patientID: "5"),
            ])
        #expect(try fixture.database.readBlocking { try catalogue.study("5", in: $0) }?.patientID == nil)
    }

    @Test("eight first objects of one new study at once make one patient, one study, right counts", arguments: 0..<5)
    func concurrentFirstObjects(round: Int) async throws {
        let fixture = fixture
        let committed = try (0..<8).map { number in
            try fixture.commit(
                TestObject(
                    series: SeriesInstanceUID(unchecked: "1.2.3.\(number % 2)"),
                    instance: SOPInstanceUID(unchecked: "1.2.3.0.\(number)"), number: number))
        }
        try await withThrowingTaskGroup(of: RecordOutcome.self) { group in
            for (header, file, identity) in committed + committed {
                group.addTask {
                    try await fixture.database.write { transaction in
                        try fixture.catalogue.record(
                            header,
                            stored: StoredInstance(
                                identity, at: file, source: InstanceSource(kind: .modality, name: "A")),
                            issuer: "paotai", originNode: paotai, at: fixture.clock.now, in: transaction)
                    }
                }
            }
            var added = 0
            for try await outcome in group { if case .added = outcome { added += 1 } }
            #expect(added == 8)
        }
        let study = try #require(try fixture.database.readBlocking { try catalogue.study("1.2.3", in: $0) })
        #expect((study.seriesCount, study.instanceCount) == (2, 8))
        #expect(study.byteCount == committed.reduce(0) { $0 + $1.identity.size })
        let patients: Int? = try fixture.database.readBlocking { try $0.row("SELECT count(*) AS n FROM patient")?["n"] }
        #expect(patients == 1)
    }

    @Test("an announced study keeps the origin it was announced with")
    func announced() throws {
        let time = fixture.clock.now
        let announced = StudyOrigin(
            studyInstanceUID: "1.2.3", issuer: "paotai", originNode: paotai, viaChild: huilai, recordedAt: time)
        let catalogue = catalogue
        let standing = try fixture.database.writeBlocking { try catalogue.claim(announced, in: $0) }
        #expect(standing == announced)
        try fixture.receive(TestObject(), issuer: "paotai", origin: huilai)
        #expect(try fixture.database.readBlocking { try catalogue.study("1.2.3", in: $0) }?.originNode == paotai)
    }

    @Test("assigning a study to another hospital takes its patient along")
    func assign() throws {
        try fixture.receive(TestObject())
        let catalogue = catalogue
        try fixture.database.writeBlocking {
            try catalogue.assign(issuer: "huilai", origin: huilai, to: "1.2.3", in: $0)
        }
        let study = try #require(try fixture.database.readBlocking { try catalogue.study("1.2.3", in: $0) })
        #expect((study.issuer, study.originNode) == ("huilai", huilai))
        #expect(study.patient.name == "Ceshi^Jia=测试^甲")
        let patients: Int? = try fixture.database.readBlocking { try $0.row("SELECT count(*) AS n FROM patient")?["n"] }
        #expect(patients == 1)
        #expect(throws: ArchiveError.self) {
            try fixture.database.writeBlocking { try catalogue.assign(issuer: "x", origin: huilai, to: "7.7", in: $0) }
        }
    }

    @Test("texts missing in the first instance come from a later one; old dates are spelt anew")
    func filling() throws {
        try fixture.receive(TestObject(text: [.studyDate: "2004.01.19", .studyTime: "12:30:00"]))
        try fixture.receive(
            TestObject(instance: "1.2.3.1.2", text: [.studyDescription: "胸部平扫", .accessionNumber: "A1"]))
        let study = try #require(try fixture.database.readBlocking { try catalogue.study("1.2.3", in: $0) })
        #expect((study.studyDate, study.studyTime) == ("20040119", "123000"))
        #expect((study.studyDescription, study.accessionNumber) == ("胸部平扫", "A1"))
    }

    @Test("manifests hold what was acquired, never what the network made")
    func manifest() throws {
        try fixture.receive(TestObject())
        try fixture.receive(
            TestObject(series: "1.2.3.9", instance: "1.2.3.9.1", modality: "SR", sopClass: .basicTextSR),
            isNetworkMade: true)
        let items = try fixture.database.readBlocking { try catalogue.manifest(of: "1.2.3", in: $0) }
        #expect(items.map(\.sopInstanceUID) == ["1.2.3.1.1"])
        let reports = try fixture.database.readBlocking { try catalogue.networkMade(of: "1.2.3", in: $0) }
        #expect(reports.map(\.sopInstanceUID) == ["1.2.3.9.1"])
        let study = try #require(try fixture.database.readBlocking { try catalogue.study("1.2.3", in: $0) })
        #expect((study.acquiredCount, study.networkMadeCount) == (1, 1))
        let lacking = ManifestItem(sopInstanceUID: "8.8", digest: items[0].digest, size: 1)
        let missing = try fixture.database.readBlocking { try catalogue.missing(from: items + [lacking], in: $0) }
        #expect(missing == [lacking])
    }

    @Test("says how much there is, by origin")
    func totals() throws {
        try fixture.receive(TestObject())
        try fixture.receive(
            TestObject(study: "9.9", series: "9.9.1", instance: "9.9.1.1"), issuer: "huilai", origin: huilai)
        let (all, byOrigin) = try fixture.database.readBlocking {
            (try catalogue.totals(in: $0), try catalogue.totalsByOrigin(in: $0))
        }
        #expect((all.studies, all.instances) == (2, 2))
        #expect(byOrigin.map(\.node) == [huilai, paotai])
        #expect(byOrigin.reduce(0) { $0 + $1.totals.bytes } == all.bytes)
    }
}
