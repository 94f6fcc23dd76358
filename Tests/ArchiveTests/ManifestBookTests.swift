import Archive
import Database
import Foundation
import Testing
import Vocabulary

@Suite("Manifests and conflicts")
struct ManifestBookTests {
    let fixture: ArchiveFixture
    let book = ManifestBook()

    init() throws { fixture = try ArchiveFixture() }

    private func progress() throws -> ManifestProgress? {
        try fixture.database.readBlocking { try book.progress(of: "1.2.3", in: $0) }
    }

    private var isComplete: Bool {
        get throws { try fixture.database.readBlocking { try book.isComplete("1.2.3", in: $0) } }
    }

    @Test("a study is complete when all that its manifest names is here, with the same digests")
    func completeness() throws {
        let (book, time) = (book, fixture.clock.now)
        #expect(try progress() == nil)
        try fixture.database.writeBlocking { try book.announce("1.2.3", count: 3, at: time, in: $0) }
        try fixture.receive(TestObject())
        #expect(try progress()?.expected == 3)
        #expect(try progress()?.arrived == 1)
        #expect(try !isComplete)

        let second = TestObject(instance: "1.2.3.1.2")
        let (landing, identity, _) = try fixture.land(second)
        try fixture.store.discard(landing)
        let here = try fixture.database.readBlocking { try Catalogue().manifest(of: "1.2.3", in: $0) }
        let coming = ManifestItem(sopInstanceUID: "1.2.3.1.2", digest: identity.digest, size: identity.size)
        let manifest = StudyManifest(studyInstanceUID: "1.2.3", revision: 1, items: here + [coming])
        #expect(try fixture.database.writeBlocking { try book.store(manifest, at: time, in: $0) })
        #expect(try fixture.database.readBlocking { try book.outstanding(of: "1.2.3", in: $0) } == [coming])
        #expect(try !isComplete)
        try fixture.receive(second)
        #expect(try isComplete)
        #expect(try progress()?.arrivedBytes == identity.size * 2)
        #expect(try fixture.database.readBlocking { try book.manifest(of: "1.2.3", in: $0) } == manifest)
    }

    @Test("an older revision changes nothing, a newer one replaces; other bytes are differing")
    func revisions() throws {
        let (book, time) = (book, fixture.clock.now)
        try fixture.receive(TestObject())
        let here = try fixture.database.readBlocking { try Catalogue().manifest(of: "1.2.3", in: $0) }
        let wrong = ManifestItem(sopInstanceUID: "1.2.3.1.1", digest: Digest(of: [1]), size: 1)
        let newer = StudyManifest(studyInstanceUID: "1.2.3", revision: 2, items: [wrong])
        let older = StudyManifest(studyInstanceUID: "1.2.3", revision: 1, items: here)
        #expect(try fixture.database.writeBlocking { try book.store(newer, at: time, in: $0) })
        #expect(try !fixture.database.writeBlocking { try book.store(older, at: time, in: $0) })
        #expect(try progress()?.differing == 1)
        #expect(try !isComplete)
        let newest = StudyManifest(studyInstanceUID: "1.2.3", revision: 3, items: here)
        #expect(try fixture.database.writeBlocking { try book.store(newest, at: time, in: $0) })
        #expect(try isComplete)
    }

    @Test("the same refused object is one conflict that counts; a resolved one stays resolved")
    func conflicts() throws {
        let book = ConflictBook()
        let (landing, identity, _) = try fixture.land(TestObject(pixel: 7))
        let path = try fixture.store.keepAside(landing, as: identity)
        let clock = fixture.clock
        func refuse() throws -> Conflict {
            clock.advance(by: .seconds(1))
            let time = clock.now
            return try fixture.database.writeBlocking {
                try book.add(
                    .otherBytes, identity, keptDigest: Digest(of: [1]),
                    sender: InstanceSource(kind: .modality, name: "CT1"), at: time, in: $0)
            }
        }
        let first = try refuse()
        let second = try refuse()
        #expect(first.path == path)
        #expect((first.id, first.times, second.times) == (second.id, 1, 2))
        #expect(try fixture.database.readBlocking { try book.unresolvedCount(in: $0) } == 1)
        let time = clock.now
        #expect(try fixture.database.writeBlocking { try book.resolve(first.id, by: "operator", at: time, in: $0) })
        #expect(try !fixture.database.writeBlocking { try book.resolve(first.id, by: "operator", at: time, in: $0) })
        #expect(try refuse().resolvedBy == "operator")
        #expect(try fixture.database.readBlocking { try book.list(in: $0) }.isEmpty)
        #expect(try fixture.database.readBlocking { try book.list(of: "1.2.3", in: $0) }.map(\.times) == [3])
    }

    @Test("refusing bytes that the catalogue stands on leaves them in place; refusing others moves them aside")
    func refusal() throws {
        let (book, store, time) = (ConflictBook(), fixture.store, fixture.clock.now)
        guard case .added(let kept) = try fixture.receive(TestObject()) else {
            Issue.record("not added")
            return
        }
        let sender = InstanceSource(kind: .node, name: "huilai")
        for object in [TestObject(), TestObject(pixel: 3)] {
            for _ in 0..<2 {
                let (_, committed, identity) = try fixture.commit(object)
                let conflict = try fixture.database.writeBlocking {
                    try book.refuse(
                        .otherIssuer, identity, at: committed, keptDigest: nil, sender: sender, in: store, at: time,
                        in: $0)
                }
                #expect(try Data(contentsOf: store.url(of: conflict.path)) == object.part10())
                #expect(try store.holds(committed.path) == (committed.path == kept.path))
            }
        }
        #expect(try Data(contentsOf: store.url(of: kept.path)) == TestObject().part10())
        #expect(try fixture.database.readBlocking { try book.unresolvedCount(in: $0) } == 2)
    }
}
