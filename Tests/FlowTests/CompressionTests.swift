import Archive
import DICOM
import Database
import Foundation
import Node
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("A link that compresses", .serialized)
    struct Compression {
        @Test("brings every image to the top restorable to the byte, and receipts say so", .timeLimit(.minutes(4)))
        func journey() async throws {
            try await TestNetwork.with(prepare: { try $0.setEdgeLink("compression: jpeg-ls") }) { nodes in
                let images = try TemporaryDirectory()
                let study = TestStudy(seed: "compressed")
                var files = try study.ct(slices: 30, size: 256, in: images.appending("ct"))
                files += try TestStudy(seed: "compressed mr").mr(in: images.appending("mr"))
                for folder in ["ct", "mr"] { try await nodes.sendUntilAccepted(images.appending(folder)) }
                let accepted = Dictionary(grouping: files, by: \.studyInstanceUID).mapValues(\.count)
                try await nodes.finish(accepted)
                let compressed = try await check(nodes, images)
                #expect(compressed > 0)
            }
        }

        @Test("loses nothing when the edge is killed over the compressor", .timeLimit(.minutes(4)))
        func killed() async throws {
            try await TestNetwork.with(prepare: { try $0.setEdgeLink("compression: jpeg-ls") }) { nodes in
                let images = try TemporaryDirectory()
                var accepted: [StudyInstanceUID: Int] = [:]
                for moment in 0..<4 {
                    let folder = images.appending("\(moment)")
                    let files = try TestStudy(seed: "killed compressor \(moment)").ct(slices: 16, size: 256, in: folder)
                    accepted[files[0].studyInstanceUID] = files.count
                    try await nodes.sendUntilAccepted(folder)
                    try await Task.sleep(for: .milliseconds(40 * moment))
                    try await nodes.end(nodes.network.edge, by: SIGKILL)
                    try nodes.start(nodes.network.edge)
                }
                try await nodes.finish(accepted)
                _ = try await check(nodes, images)
            }
        }

        @Test(
            "brings real images to the top restorable to the byte", .enabled(if: RealImages.arePresent),
            .timeLimit(.minutes(6)))
        func real() async throws {
            try await TestNetwork.with(prepare: { try $0.setEdgeLink("compression: jpeg-ls") }) { nodes in
                let images = try TemporaryDirectory()
                var known: Set<SOPInstanceUID> = []
                var accepted: [StudyInstanceUID: Int] = [:]
                for folder in RealImages.folders {
                    try FileManager.default.copyItem(
                        atPath: RealImages.path(folder), toPath: images.appending(folder))
                    for (study, count) in try readable(images.appending(folder), &known) {
                        accepted[study, default: 0] += count
                    }
                    try await nodes.sendUntilAccepted(images.appending(folder))
                }
                try await nodes.finish(accepted)
                #expect(try await check(nodes, images) > 0)
            }
        }

        /// Removes what the edge would refuse: what it can't read, and other bytes under a UID that it has.
        private func readable(_ folder: String, _ known: inout Set<SOPInstanceUID>) throws -> [StudyInstanceUID: Int] {
            var counts: [StudyInstanceUID: Int] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
                do {
                    let header = try InstanceHeader.read(file: folder + "/" + name)
                    if known.insert(header.sopInstanceUID).inserted {
                        counts[header.studyInstanceUID, default: 0] += 1
                        continue
                    }
                } catch is DICOMError {}
                try FileManager.default.removeItem(atPath: folder + "/" + name)
            }
            return counts
        }

        /// What lies at the county and the city is what was sent, or restores to it; the edge has proof of it.
        ///
        /// - Returns: how many lie at the city compressed.
        private func check(_ nodes: TestNetwork, _ images: TemporaryDirectory) async throws -> Int {
            let sent = try Evidence(below: images.path)
            #expect(try Evidence(below: nodes.network.edge.directory + "/archive/studies").lacking(from: sent) == [])
            var compressed = 0
            for node in [nodes.network.county, nodes.network.city] {
                let database = try Database(path: node.databaseFile, migrations: NodeSchema.migrations)
                let held = try await database.read { snapshot in
                    try sent.digests.keys.compactMap { try Catalogue().instance($0, in: snapshot) }
                }
                try database.close()
                #expect(held.count == sent.digests.count, "\(node.name)")
                for instance in held {
                    let acquired = sent.digests[instance.sopInstanceUID]?.first
                    #expect(instance.receiptItem.acquiredDigest == acquired)
                    guard instance.acquired != nil else { continue }
                    if node == nodes.network.city { compressed += 1 }
                    let path = node.directory + "/archive/" + instance.path
                    #expect(try Transcoder.restoredForms(ofFile: path).contains { $0.digest == acquired })
                    let restored = images.path + "-restored.dcm"
                    try Transcoder.decompress(file: path, output: restored, acquired: acquired)
                    let offset = try InstanceHeader.read(file: restored).dataSetOffset
                    #expect(
                        Digest(of: try Data(contentsOf: URL(fileURLWithPath: restored)).dropFirst(offset)) == acquired)
                }
                let verified = try await Program.run(["verify", "--config", node.configuration])
                #expect(verified.code == 0, "\(node.name): \(verified.output)")
            }
            try await checkProofs(nodes, sent)
            return compressed
        }

        /// At the edge: both nodes above have signed for the acquired digests, and no copy is left over.
        private func checkProofs(_ nodes: TestNetwork, _ sent: Evidence) async throws {
            let edge = nodes.network.edge
            let database = try Database(path: edge.databaseFile, migrations: NodeSchema.migrations)
            let (unproven, open) = try await database.read { snapshot in
                let unproven = try sent.digests.filter { uid, digests in
                    let nodes = try snapshot.rows(
                        """
                        SELECT DISTINCT node FROM receipt
                        WHERE sop_instance_uid = ? AND COALESCE(acquired_digest, digest) = ?
                        """, uid, digests[0])
                    return nodes.count != 2
                }
                return (
                    unproven.count,
                    try snapshot.row("SELECT count(*) AS number FROM delivery WHERE state <> 'done'")?[
                        "number", as: Int.self] ?? -1
                )
            }
            try database.close()
            #expect(unproven == 0)
            #expect(open == 0)
            let outgoing = edge.directory + "/outgoing"
            for _ in 0..<100 where try !FileManager.default.contentsOfDirectory(atPath: outgoing).isEmpty {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: outgoing) == [])
        }
    }
}

extension ReceiptItem {
    fileprivate var acquiredDigest: Digest { acquired?.digest ?? digest }
}
