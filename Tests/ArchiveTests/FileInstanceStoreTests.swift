import Archive
import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite("File instance store")
struct FileInstanceStoreTests {
    let fixture: ArchiveFixture

    init() throws { fixture = try ArchiveFixture() }

    private var incoming: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: fixture.folder + "/incoming") }
    }

    @Test("keeps a file bit for bit, under its study, and leaves nothing in incoming")
    func commit() throws {
        let object = TestObject()
        let (_, committed, identity) = try fixture.commit(object)
        #expect(committed.isNew)
        #expect(committed.path.hasPrefix("studies/"))
        #expect(committed.path.hasSuffix("/1.2.3/1.2.3.1.1.\(identity.digest.hexadecimal.prefix(16)).dcm"))
        #expect(try Data(contentsOf: fixture.store.url(of: committed.path)) == object.part10())
        #expect(try incoming.isEmpty)
    }

    @Test("the same data set again changes nothing, even under another head")
    func idempotent() throws {
        let first = try fixture.commit(TestObject()).committed
        let before = try Data(contentsOf: fixture.store.url(of: first.path))
        let second = try fixture.commit(TestObject(sender: "STORESCU")).committed
        #expect(!second.isNew)
        #expect(second.path == first.path)
        #expect(second.dataSetOffset == first.dataSetOffset)
        #expect(try Data(contentsOf: fixture.store.url(of: first.path)) == before)
        #expect(try incoming.isEmpty)
    }

    @Test("a damaged file is replaced when its data set comes again")
    func heal() throws {
        let first = try fixture.commit(TestObject()).committed
        let path = try fixture.path(first.path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let again = TestObject(sender: "STORESCU")
        let second = try fixture.commit(again).committed
        #expect(!second.isNew)
        #expect(second.dataSetOffset > first.dataSetOffset)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == again.part10())
    }

    @Test("other bytes under the same UID get a place of their own and never replace")
    func otherBytes() throws {
        let first = try fixture.commit(TestObject()).committed
        let second = try fixture.commit(TestObject(pixel: 9)).committed
        #expect(first.path != second.path)
        #expect(try Data(contentsOf: fixture.store.url(of: first.path)) == TestObject().part10())
    }

    @Test("many threads committing one data set leave one whole file")
    func race() async throws {
        let fixture = fixture
        let outcomes = try await withThrowingTaskGroup(of: CommittedFile.self) { group in
            for _ in 0..<16 { group.addTask { try fixture.commit(TestObject()).committed } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outcomes.map(\.path)).count == 1)
        #expect(outcomes.filter(\.isNew).count == 1)
        #expect(try Data(contentsOf: fixture.store.url(of: outcomes[0].path)) == TestObject().part10())
        #expect(try incoming.isEmpty)
    }

    @Test("a refused object is kept aside once, however often it comes")
    func aside() throws {
        for _ in 0..<2 {
            let (landing, identity, _) = try fixture.land(TestObject(pixel: 9))
            let path = try fixture.store.keepAside(landing, as: identity)
            #expect(path == StorePath.aside(identity))
            #expect(try Data(contentsOf: fixture.store.url(of: path)) == TestObject(pixel: 9).part10())
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder + "/conflicts").count == 1)
        #expect(try incoming.isEmpty)
    }

    @Test("the daemon clears what a killed one left in incoming, a visitor doesn't")
    func leftovers() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.appending("archive")
        var owner: FileInstanceStore? = try FileInstanceStore(folder: folder, access: .owner)
        let landing = try #require(try owner?.landing())
        try Data(count: 100).write(to: URL(fileURLWithPath: landing.path))
        owner = nil
        #expect(try FileInstanceStore(folder: folder, access: .visitor).clearedCount == 0)
        #expect(FileManager.default.fileExists(atPath: landing.path))
        #expect(try FileInstanceStore(folder: folder, access: .owner).clearedCount == 1)
        #expect(!FileManager.default.fileExists(atPath: landing.path))
    }

    @Test("a second daemon on the same archive is refused with a sentence")
    func lock() throws {
        #expect {
            try FileInstanceStore(folder: fixture.folder, access: .owner)
        } throws: { error in
            (error as? ArchiveError)?.code == .unusable && "\(error)".contains("in use by another running jieli")
        }
    }

    @Test("no UID and no path leads out of the archive", arguments: ["..", ".", "..."])
    func traversal(uid: String) throws {
        var object = TestObject()
        object.study = StudyInstanceUID(unchecked: uid)
        object.instance = SOPInstanceUID(unchecked: uid)
        let (landing, identity, _) = try fixture.land(object)
        let committed = try fixture.store.commit(landing, as: identity)
        let path = try fixture.store.url(of: committed.path).resolvingSymlinksInPath().path
        #expect(path.contains("/archive/studies/"))
        #expect(committed.path.split(separator: "/").count == 4)
        for bad in ["../x", "/etc/passwd", "studies/../../x", "", "studies//x"] {
            #expect(throws: ArchiveError.self) { try fixture.store.url(of: bad) }
        }
    }

    @Test("knows how much space is left")
    func space() throws {
        let space = try fixture.store.freeSpace()
        #expect(space.free > 0 && space.free <= space.total)
    }
}
