import Archive
import Foundation
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@testable import MediaIntake

@Suite("A watched folder")
struct WatchedFolderTests {
    private let node: MediaNode
    private let files: FileManager = .default

    init() throws { node = try MediaNode() }

    @Test("takes what was dropped once it has stayed the same, from subfolders too, and moves it away")
    func takes() async throws {
        let made = try node.slices(3)
        try files.createDirectory(atPath: node.path("CT/张三"), withIntermediateDirectories: true)
        try files.copyItem(atPath: made[0].path, toPath: node.path("a.dcm"))
        try files.copyItem(atPath: made[1].path, toPath: node.path("CT/张三/b"))
        try files.copyItem(atPath: made[2].path, toPath: node.path("CT/c.IMA"))
        let folder = node.folder()
        _ = try folder.look()
        #expect(try await node.instances() == 0)
        node.clock.advance(by: .seconds(4))
        _ = try folder.look()
        #expect(try await node.instances() == 0)
        node.clock.advance(by: .seconds(1))
        _ = try folder.look()
        #expect(try await node.instances() == 3)
        for name in ["a.dcm", "CT/张三/b", "CT/c.IMA"] {
            #expect(!node.exists(name))
            #expect(node.exists("done/" + name))
        }
        #expect(try await node.state()?.taken == 3)
        #expect(try await node.state()?.waiting == 0)
        // What is done is not looked at again.
        try node.look(folder, after: .seconds(100))
        #expect(try await node.state()?.taken == 3)
    }

    @Test("never takes a file that is being written in pieces")
    func inPieces() async throws {
        let bytes = try Data(contentsOf: try node.slices(1)[0])
        let path = node.path("slow.dcm")
        let folder = node.folder()
        for part in 1...6 {
            // Opened and closed each time, as exporting programs do.
            try bytes.prefix(bytes.count * part / 6).write(to: URL(fileURLWithPath: path))
            try node.look(folder, after: .seconds(4))
            #expect(try await node.instances() == 0)
        }
        try node.look(folder, after: .seconds(5))
        #expect(try await node.instances() == 1)
        #expect(try await node.refused().isEmpty)
    }

    @Test("waits for one that stalls in the middle, and takes it when the rest comes")
    func stalls() async throws {
        let bytes = try Data(contentsOf: try node.slices(1)[0])
        let path = URL(fileURLWithPath: node.path("stalled.dcm"))
        let folder = node.folder()
        // Wherever it was cut: inside the pixels, before them, inside the head, before anything.
        for size in [bytes.count - 100, bytes.count - 64 * 64 * 2 - 12, 200, 100, 0] {
            try bytes.prefix(size).write(to: path)
            try node.look(folder, after: .seconds(60))
            #expect(try await node.instances() == 0, "\(size) bytes")
            #expect(try await node.refused().isEmpty)
        }
        try bytes.write(to: path)
        try node.look(folder, after: .seconds(5))
        #expect(try await node.instances() == 1)
    }

    @Test("refuses one that stays incomplete, says why beside it, and shows it to the operator")
    func incomplete() async throws {
        let bytes = try Data(contentsOf: try node.slices(1)[0])
        try bytes.prefix(bytes.count - 100).write(to: URL(fileURLWithPath: node.path("cut.dcm")))
        try bytes.prefix(bytes.count - 64 * 64 * 2 - 12).write(to: URL(fileURLWithPath: node.path("headless.dcm")))
        try Data("hello".utf8).write(to: URL(fileURLWithPath: node.path("letter.txt")))
        let folder = node.folder()
        try node.look(folder, after: .seconds(119))
        #expect(try await node.refused().isEmpty)
        #expect(try await node.quarantined().isEmpty)
        node.clock.advance(by: .seconds(1))
        _ = try folder.look()
        #expect(try await node.instances() == 0)
        // What says that it is DICOM is kept, whatever becomes of the folder.
        let kept = try await node.quarantined()
        #expect(kept.count == 2 && kept.allSatisfy { $0.sender == InstanceSource(kind: .folder, name: "dropped") })
        let path = try #require(kept.first { $0.fileSize == Int64(bytes.count - 100) }?.path)
        #expect(try Data(contentsOf: node.flow.store.url(of: path)) == bytes.prefix(bytes.count - 100))
        #expect(try await node.refused().map(\.name).sorted() == ["cut.dcm", "headless.dcm", "letter.txt"])
        for name in ["cut.dcm", "headless.dcm", "letter.txt"] {
            #expect(node.exists("refused/" + name))
            let reason = try String(contentsOfFile: node.path("refused/\(name).reason.txt"), encoding: .utf8)
            #expect(reason.contains("接力没有接收这个文件") && reason.contains("Reason: "))
        }
        #expect(try String(contentsOfFile: node.path("refused/cut.dcm.reason.txt"), encoding: .utf8).contains("不完整"))
        #expect(
            try String(contentsOfFile: node.path("refused/letter.txt.reason.txt"), encoding: .utf8).contains("不是 DICOM")
        )
    }

    @Test("takes a file that was renamed in at once, and passes over names of unfinished ones")
    func renamed() async throws {
        let made = try node.slices(2)
        let folder = node.folder()
        _ = try folder.look()
        try files.copyItem(atPath: made[0].path, toPath: node.path("one.dcm.part"))
        try node.look(folder, after: .seconds(600))
        #expect(try await node.instances() == 0)
        #expect(node.exists("one.dcm.part"))
        try files.moveItem(atPath: node.path("one.dcm.part"), toPath: node.path("one.dcm"))
        _ = try folder.look()
        #expect(try await node.instances() == 1)
        for name in [".hidden", "~$x.dcm", "x.tmp", "Thumbs.db"] {
            try files.copyItem(atPath: made[1].path, toPath: node.path(name))
        }
        try node.look(folder, after: .seconds(600))
        #expect(try await node.instances() == 1)
    }

    @Test("leaves a file alone that a program has open for writing")
    func openForWriting() async throws {
        try files.copyItem(atPath: try node.slices(1)[0].path, toPath: node.path("open.dcm"))
        let handle = try #require(FileHandle(forWritingAtPath: node.path("open.dcm")))
        let folder = node.folder()
        try node.look(folder, after: .seconds(30))
        #expect(try await node.instances() == 0)
        try handle.close()
        node.clock.advance(by: .seconds(10))
        _ = try folder.look()
        #expect(try await node.instances() == 1)
    }

    @Test("a node that dies between taking and moving takes the file once more, and knows it")
    func killed() async throws {
        struct Killed: Error {}
        try files.copyItem(atPath: try node.slices(1)[0].path, toPath: node.path("a.dcm"))
        let dying = node.folder(taken: { throw Killed() })
        _ = try dying.look()
        node.clock.advance(by: .seconds(5))
        #expect(throws: Killed.self) { try dying.look() }
        #expect(try await node.instances() == 1)
        #expect(node.exists("a.dcm"))
        try node.look(node.folder(), after: .seconds(5))
        #expect(try await node.instances() == 1)
        #expect(node.exists("done/a.dcm"))
    }

    @Test("keeps or deletes what was taken where it is told to, and never replaces a file in done")
    func afterwards() async throws {
        let made = try node.slices(3)
        try files.copyItem(atPath: made[0].path, toPath: node.path("a.dcm"))
        let keeping = node.folder(.keep)
        try node.look(keeping, after: .seconds(5))
        try node.look(keeping, after: .seconds(500))
        #expect(node.exists("a.dcm"))
        try node.look(node.folder(.delete), after: .seconds(5))
        #expect(!node.exists("a.dcm") && !node.exists("done"))
        for file in made[1...] {
            try files.copyItem(atPath: file.path, toPath: node.path("same.dcm"))
            try node.look(node.folder(), after: .seconds(5))
        }
        #expect(node.exists("done/same.dcm") && node.exists("done/same.dcm.2"))
        #expect(try await node.instances() == 3)
    }

    @Test("does not follow links, and finds names in any code page")
    func names() async throws {
        let made = try node.slices(2)
        try files.createSymbolicLink(atPath: node.path("link.dcm"), withDestinationPath: made[0].path)
        try files.createSymbolicLink(
            atPath: node.path("folder"), withDestinationPath: made[0].deletingLastPathComponent().path)
        // 张三.dcm in GBK: no UTF-8.
        let name = Array(node.dropped.utf8) + [0x2F, 0xD5, 0xC5, 0xC8, 0xFD] + Array(".dcm".utf8) + [0]
        let made1 = try Data(contentsOf: made[1])
        let descriptor = name.withUnsafeBufferPointer {
            $0.withMemoryRebound(to: CChar.self) { open($0.baseAddress!, O_CREAT | O_WRONLY, 0o644) }
        }
        #expect(made1.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == made1.count)
        close(descriptor)
        try node.look(node.folder(), after: .seconds(600))
        #expect(try await node.instances() == 1)
        #expect(node.exists("link.dcm"))
        #expect(try files.contentsOfDirectory(atPath: node.path("done")).count == 1)
    }

    @Test("waits while the archive's disk is full, says so, and goes on by itself")
    func fullDisk() async throws {
        try files.copyItem(atPath: try node.slices(1)[0].path, toPath: node.path("a.dcm"))
        try node.look(node.folder(minimumFreeBytes: .max / 2), after: .seconds(5))
        #expect(try await node.instances() == 0)
        #expect(node.exists("a.dcm"))
        #expect(try await node.state()?.problem?.isEmpty == false)
        try node.look(node.folder(), after: .seconds(5))
        #expect(try await node.instances() == 1)
        #expect(try await node.state()?.problem == nil)
    }

    @Test("says so where the folder is gone, and goes on when it is back")
    func goneFolder() async throws {
        let folder = node.folder()
        try files.removeItem(atPath: node.dropped)
        _ = try folder.look()
        #expect(try await node.state()?.problem?.contains("cannot be listed") == true)
        try files.createDirectory(atPath: node.dropped, withIntermediateDirectories: true)
        try files.copyItem(atPath: try node.slices(1)[0].path, toPath: node.path("a.dcm"))
        try node.look(folder, after: .seconds(5))
        #expect(try await node.instances() == 1)
    }

    @Test("hears of a new file without waiting for the next look")
    func hears() throws {
        let folder = node.folder()
        _ = try folder.look()
        #expect(!folder.notice.wait(0))
        try files.copyItem(atPath: try node.slices(1)[0].path, toPath: node.path("a.dcm"))
        #expect(folder.notice.wait(10_000))
    }
}
