import Archive
import DICOM
import Database
import Foundation
import Testing
import Vocabulary

@Suite("Reindex and verify")
struct UpkeepTests {
    let fixture: ArchiveFixture

    init() throws {
        fixture = try ArchiveFixture()
        for number in 1...5 {
            try fixture.receive(
                TestObject(
                    series: SeriesInstanceUID(unchecked: "1.2.3.\(number % 2)"),
                    instance: SOPInstanceUID(unchecked: "1.2.3.0.\(9 - number)"), number: number,
                    text: [.studyDescription: "said by \(number)", .seriesDescription: "series of \(number)"]))
        }
        // The later study of this patient has the smaller UID: the order of arrival decides, not that of folders.
        try fixture.receive(
            TestObject(study: "1.1", series: "1.1.1", instance: "1.1.1.1", patientName: "Ceshi^Yi", modality: "MR"))
        try fixture.receive(
            TestObject(study: "9.9", series: "9.9.1", instance: "9.9.1.1", patientID: nil), issuer: "huilai",
            origin: huilai)
        try fixture.receive(
            TestObject(series: "1.2.3.9", instance: "1.2.3.9.1", modality: "SR", sopClass: .basicTextSR),
            isNetworkMade: true)
    }

    private var reindex: Reindex {
        Reindex(store: fixture.store, database: fixture.database, node: paotai, clock: fixture.clock.wallClock)
    }

    private func verify() throws -> VerifyReport {
        let later = WallClock { WallClock.system.now() + .seconds(3600) }
        return try Verify(store: fixture.store, database: fixture.database, clock: later).run()
    }

    private func path(of instance: SOPInstanceUID) throws -> String {
        try #require(try fixture.database.readBlocking { try Catalogue().instance(instance, in: $0) }).path
    }

    private func flip(_ relative: String, at offset: Int) throws {
        let url = try fixture.store.url(of: relative)
        var bytes = try Data(contentsOf: url)
        bytes[offset < 0 ? bytes.count + offset : offset] ^= 0x40
        try bytes.write(to: url)
    }

    // MARK: Reindex

    @Test("reindex makes the same catalogue again")
    func same() throws {
        let before = try fixture.dump()
        #expect(before.contains("said by 1") && before.contains("Ceshi^Jia"))
        var last: UpkeepProgress?
        let report = try reindex.run { last = $0 }
        #expect(report.added == 8)
        #expect(
            report.unreadable.isEmpty && report.damaged.isEmpty && report.superfluous.isEmpty && report.lost.isEmpty)
        #expect(try fixture.dump() == before)
        #expect(last == UpkeepProgress(files: 8, bytes: report.bytes, totalFiles: 8))
        #expect(try !fixture.database.readBlocking { try Reindex.isUnfinished(in: $0) })
        #expect(try verify().isClean)
    }

    @Test("reindex takes in a file that was committed when the power went, and lists what it cannot read")
    func orphans() throws {
        let orphan = try fixture.commit(TestObject(study: "4.4", series: "4.4.1", instance: "4.4.1.1")).committed
        let (folder, garbage) = (orphan.path.split(separator: "/").dropLast().joined(separator: "/"), "garbage.dcm")
        try Data("not DICOM".utf8).write(to: fixture.store.url(of: folder + "/" + garbage))
        let report = try reindex.run()
        #expect(report.added == 9)
        #expect(report.unreadable.map(\.path) == [folder + "/" + garbage])
        let study = try #require(try fixture.database.readBlocking { try Catalogue().study("4.4", in: $0) })
        #expect((study.issuer, study.originNode) == ("paotai", paotai))
        #expect(try FileManager.default.fileExists(atPath: fixture.path(folder + "/" + garbage)))
    }

    @Test("of two files for one instance reindex keeps the one the ledger names")
    func twoFiles() throws {
        let before = try fixture.dump()
        let others = try (0..<4).map { try fixture.commit(TestObject(instance: "1.2.3.0.8", pixel: UInt8($0 + 50))) }
        let report = try reindex.run()
        #expect(report.superfluous.map(\.path).sorted() == others.map(\.committed.path).sorted())
        #expect(try fixture.dump() == before)
    }

    @Test("reindex never takes in what was refused, even where it was left lying")
    func refused() throws {
        let before = try fixture.dump()
        let (_, committed, identity) = try fixture.commit(TestObject(instance: "1.2.3.0.99"))
        let time = fixture.clock.now
        _ = try fixture.database.writeBlocking {
            try ConflictBook().add(
                .otherIssuer, identity, keptDigest: nil, sender: InstanceSource(kind: .node, name: "huilai"), at: time,
                in: $0)
        }
        #expect(try reindex.run().superfluous.map(\.path) == [committed.path])
        #expect(try fixture.dump() == before)
    }

    @Test("reindex leaves a damaged file out and says which instances are lost")
    func damaged() throws {
        let (flipped, gone) = (try path(of: "1.2.3.0.8"), try path(of: "1.2.3.0.7"))
        try flip(flipped, at: -1)
        try fixture.store.remove(gone)
        let report = try reindex.run()
        #expect(report.damaged.map(\.path) == [flipped])
        #expect(report.lost == ["1.2.3.0.7", "1.2.3.0.8"])
        #expect(report.added == 6)
    }

    @Test("an interrupted reindex is remembered until one has finished")
    func interrupted() async throws {
        let (fixture, reindex) = (fixture, reindex)
        let task = Task { try reindex.run { _ in withUnsafeCurrentTask { $0?.cancel() } } }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try fixture.database.readBlocking { try Reindex.isUnfinished(in: $0) })
        #expect(try reindex.run().added == 8)
        #expect(try !fixture.database.readBlocking { try Reindex.isUnfinished(in: $0) })
    }

    // MARK: Verify

    @Test("verify is content with what was received")
    func clean() throws {
        let report = try verify()
        #expect(report.isClean)
        #expect(report.files == 8)
        #expect(try report.bytes == fixture.database.readBlocking { try Catalogue().totals(in: $0).bytes })
    }

    @Test(
        "verify names a flipped byte, in the data set and in the transfer syntax of the head",
        arguments: [-1, -60, nil])
    func flipped(offset: Int?) throws {
        let path = try path(of: "9.9.1.1")
        let bytes = try Data(contentsOf: fixture.store.url(of: path))
        let syntax = try #require(bytes.range(of: Data(TransferSyntax.explicitVRLittleEndian.rawValue.utf8)))
        try flip(path, at: offset ?? syntax.lowerBound)
        let report = try verify()
        #expect(report.different.map(\.path) == [path])
        #expect(report.missing.isEmpty && report.extra.isEmpty)
    }

    @Test("verify names a cut file, a missing file and an extra file")
    func others() throws {
        let cut = try path(of: "9.9.1.1")
        let url = try fixture.store.url(of: cut)
        try Data(contentsOf: url).dropLast(2).write(to: url)
        let gone = try path(of: "1.1.1.1")
        try fixture.store.remove(gone)
        let extra = try fixture.commit(TestObject(instance: "1.2.3.0.77")).committed.path
        let report = try verify()
        #expect(report.different.map(\.path) == [cut])
        #expect(report.missing.map(\.path) == [gone])
        #expect(report.extra.map(\.path) == [extra])
        #expect(report.different[0].reason.contains("bytes, not"))
    }
}
