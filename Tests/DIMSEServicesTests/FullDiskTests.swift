import Archive
import DICOM
import DIMSEServices
import Foundation
import TestSupport
import Testing
import Vocabulary

/// A real file system that fills up, where the test may mount one.
@Suite("A full disk", .enabled(if: SmallDisk.isAvailable))
struct FullDiskTests {
    @Test(
        "is answered 0xA700 with the association kept; nothing acknowledged is lost, and room is used when it returns")
    func fillsUp() async throws {
        let (authority, files) = (try Authority(), try TemporaryDirectory())
        let disk = try SmallDisk(megabytes: 12)
        defer { disk.unmount() }
        let node = try DIMSENode.county(authority, archive: disk.path)
        try await node.serving { plain, _ in
            let target = AssociationTarget(
                address: PeerAddress(host: "127.0.0.1", port: plain), calling: .modality, called: .county,
                contexts: [ProposedContext(sopClass: .ctImage, transferSyntaxes: TransferSyntax.native)])
            try await withAssociation(to: target, logger: quiet) { association in
                var accepted: [Sample] = []
                var refused = 0
                for number in 0..<24 {
                    let sample = Sample(pixelCount: 1 << 20)
                    let answer = try await association.store(
                        OutgoingInstance(path: try sample.write(to: files.appending("\(number).dcm"))))
                    if answer.status == .success {
                        accepted.append(sample)
                    } else {
                        #expect(answer.status == .outOfResources)
                        refused += 1
                    }
                }
                #expect(accepted.count >= 5)
                #expect(refused >= 10)
                #expect(try node.count() == accepted.count)
                #expect(try node.filesIn("incoming").isEmpty)
                for sample in accepted {
                    let record = try #require(try node.instance(sample.instance))
                    #expect(try FileCheck(node.flow.store).fault(of: record) == nil)
                }
                // Room returns.
                let first = try #require(try node.instance(accepted[0].instance))
                try node.flow.store.remove(first.path)
                let sample = Sample(pixelCount: 1 << 19)
                let answer = try await association.store(
                    OutgoingInstance(path: try sample.write(to: files.appending("last.dcm"))))
                #expect(answer.status == .success)
            }
        }
    }

    @Test("is noticed before it is full, in per cent of the disk")
    func reserve() async throws {
        let (authority, files) = (try Authority(), try TemporaryDirectory())
        let disk = try SmallDisk(megabytes: 12)
        defer { disk.unmount() }
        let node = try DIMSENode.county(authority, archive: disk.path) { $0.minimumFreePercent = 50 }
        try await node.serving { plain, _ in
            let target = AssociationTarget(
                address: PeerAddress(host: "127.0.0.1", port: plain), calling: .modality, called: .county,
                contexts: [ProposedContext(sopClass: .ctImage, transferSyntaxes: TransferSyntax.native)])
            try await withAssociation(to: target, logger: quiet) { association in
                var statuses: [DIMSEStatus] = []
                for number in 0..<10 {
                    let sample = Sample(pixelCount: 1 << 20)
                    statuses.append(
                        try await association.store(
                            OutgoingInstance(path: try sample.write(to: files.appending("\(number).dcm")))
                        ).status)
                }
                #expect(statuses.first == .success)
                #expect(statuses.last == .outOfResources)
            }
        }
        #expect(try node.flow.store.freeSpace().free >= 4 << 20)
    }
}

/// A small ext4 in a file, mounted by the loop device.
final class SmallDisk: Sendable {
    let path: String
    private let directory: TemporaryDirectory

    static let isAvailable: Bool = {
        guard geteuid() == 0, let disk = try? SmallDisk(megabytes: 8) else { return false }
        disk.unmount()
        return true
    }()

    struct Unavailable: Error {}

    init(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.appending("disk")
        let image = directory.appending("image")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: image, contents: nil),
            truncate(image, off_t(megabytes) << 20) == 0,
            Self.run("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", image),
            Self.run("mount", "-o", "loop", image, path)
        else { throw Unavailable() }
    }

    func unmount() { _ = Self.run("umount", path) }

    private static func run(_ command: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"] + command
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
