import Archive
import DICOM
import Database
import Foundation
import Testing
import Vocabulary

/// Scanners' own files, where they are at hand.
private let realFiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/dicom").resolvingSymlinksInPath()

@Suite("Real files", .enabled(if: FileManager.default.fileExists(atPath: realFiles.path), "needs ../shared/dicom"))
struct RealFilesTests {
    @Test("what scanners make is kept bit for bit, found again by reindex, and verified")
    func everything() throws {
        let fixture = try ArchiveFixture()
        let files = try #require(FileManager.default.enumerator(at: realFiles, includingPropertiesForKeys: nil))
            .compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
        var (added, refused) = (0, 0)
        for file in files {
            let bytes = try Data(contentsOf: file)
            let header: InstanceHeader
            do {
                try StructureGuard.check(file: file.path)
                header = try InstanceHeader.read(file: file.path)
            } catch is DICOMError {
                refused += 1
                continue
            }
            let landing = try fixture.store.landing()
            try bytes.write(to: URL(fileURLWithPath: landing.path))
            let dataSet = bytes.dropFirst(header.dataSetOffset)
            let identity = InstanceIdentity(
                study: header.studyInstanceUID, sopInstance: header.sopInstanceUID, digest: Digest(of: dataSet),
                size: Int64(dataSet.count), dataSetOffset: Int64(header.dataSetOffset))
            let committed = try fixture.store.commit(landing, as: identity)
            fixture.clock.advance(by: .milliseconds(1))
            let time = fixture.clock.now
            let outcome = try fixture.database.writeBlocking { transaction in
                try Catalogue().record(
                    header,
                    stored: StoredInstance(
                        identity, at: committed, source: InstanceSource(kind: .modality, name: "CT1")),
                    issuer: "paotai", originNode: paotai, at: time, in: transaction)
            }
            switch outcome {
            case .added(let record):
                added += 1
                #expect(try Data(contentsOf: fixture.store.url(of: record.path)) == bytes)
            case .identical(let record): #expect(record.digest == identity.digest)
            case .conflicting:
                _ = try fixture.store.keepAside(committed: committed.path, as: identity, keepingPlace: false)
            case .foreignIssuer: Issue.record("foreign issuer of \(file.lastPathComponent)")
            }
        }
        #expect(added > 150)
        let before = try fixture.dump()
        let report = try Reindex(store: fixture.store, database: fixture.database, node: paotai).run()
        #expect(report.added == added)
        #expect(
            report.unreadable.isEmpty && report.damaged.isEmpty && report.superfluous.isEmpty && report.lost.isEmpty)
        #expect(try fixture.dump() == before)
        #expect(try Verify(store: fixture.store, database: fixture.database).run().isClean)
        print("real files: \(added) kept, \(refused) refused of \(files.count)")
    }
}
