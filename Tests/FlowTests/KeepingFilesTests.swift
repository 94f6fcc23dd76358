import Archive
import Database
import Foundation
import Node
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("Keeping files", .serialized)
    struct KeepingFiles {
        @Test(
            "an edge killed again and again while it evicts loses nothing, and gets everything back bit for bit",
            .timeLimit(.minutes(4)))
        func killedWhileEvicting() async throws {
            try await TestNetwork.with { nodes in
                var random = SeededGenerator(seed: 20_261_121)
                let images = try TemporaryDirectory()
                var accepted: [StudyInstanceUID: Int] = [:]
                for number in 0..<4 {
                    let folder = images.appending("\(number)")
                    let files = try TestStudy(seed: "evicted \(number)").ct(slices: 60, size: 32, in: folder)
                    accepted[files[0].studyInstanceUID] = files.count
                    try await nodes.sendUntilAccepted(folder)
                }
                try await nodes.finish(accepted)
                let (edge, sent) = (nodes.network.edge, try Evidence(below: images.path))
                try await nodes.end(edge, by: SIGTERM)
                try await Self.age(edge)
                var went = 0
                // A busy machine takes longer to start a node: one that got nowhere is given more.
                var inVain = 0
                for _ in 0..<60 where went < sent.digests.count {
                    try nodes.start(edge)
                    let life = Int.random(in: 120...420, using: &random) + 150 * inVain
                    try await Task.sleep(for: .milliseconds(life))
                    try await nodes.end(edge, by: SIGKILL)
                    let before = went
                    went = try await Self.check(edge, sent)
                    inVain = went > before ? inVain / 2 : inVain + 1
                }
                #expect(went == sent.digests.count)

                // Back, for as long as it takes; what came back is not given up again at once.
                try nodes.start(edge)
                try await nodes.waitUntilReady()
                try await NodeClient.withHTTP(trusting: nodes.network.authorityFile) { http in
                    let token = nodes.accounts[edge.name]?.first { $0.role == .radiographer }?.token ?? ""
                    let client = NodeClient(http, url: edge.httpURL, token: token)
                    for study in accepted.keys {
                        let files: Files = try await client.send("POST", "/studies/\(study)/recall")
                        #expect(files.evicted == 60)
                        #expect(files.heldAt.count == 2)
                    }
                    for study in accepted.keys {
                        while try await client.get("/studies/\(study)", as: Study.self).files.evicted > 0 {
                            try await Task.sleep(for: .milliseconds(200))
                        }
                    }
                }
                let back = try Evidence(below: edge.directory + "/archive/studies")
                #expect(back.lacking(from: sent) == [])
            }
        }

        @Test(
            "a flipped bit at the edge comes back from the county, a file deleted at the county from a neighbour that has it",
            .timeLimit(.minutes(3)))
        func repaired() async throws {
            try await TestNetwork.with { nodes in
                let images = try TemporaryDirectory()
                let folder = images.appending("a")
                let files = try TestStudy(seed: "repaired").ct(slices: 8, size: 64, in: folder)
                try await nodes.sendUntilAccepted(folder)
                try await nodes.finish([files[0].studyInstanceUID: files.count])
                let sent = try Evidence(below: images.path)
                let (edge, county) = (nodes.network.edge, nodes.network.county)

                let flipped = try #require(try Self.images(edge, sent).first)
                var bytes = try Data(contentsOf: flipped)
                bytes[bytes.count - 100] ^= 1
                try bytes.write(to: flipped)
                let found = try await Program.run(["verify", "--repair", "--config", edge.configuration])
                #expect(found.code == 1, "\(found.output)")
                try await Self.waitUntilWhole(edge, sent)

                // Until the city's receipts have come anew, the edge is the only one known to have it.
                let database = try Database(path: county.databaseFile, migrations: NodeSchema.migrations)
                _ = try await database.write { try $0.execute("DELETE FROM receipt") }
                try database.close()
                let deleted = try #require(try Self.images(county, sent).last)
                try FileManager.default.removeItem(at: deleted)
                _ = try await Program.run(["verify", "--repair", "--config", county.configuration])
                try await Self.waitUntilWhole(county, sent)
                for node in [edge, county] {
                    let verified = try await Program.run(["verify", "--config", node.configuration])
                    #expect(verified.code == 0, "\(verified.output)")
                }
            }
        }

        // MARK: Steps

        private struct Files: Decodable {
            var evicted: Int
            var heldAt: [String]
        }

        private struct Study: Decodable {
            var files: Files
        }

        /// A disk that is always too full, and studies that came long ago.
        private static func age(_ node: DemoNode) async throws {
            let text = try String(contentsOfFile: node.configuration, encoding: .utf8)
            try (text + "\narchive:\n  retentionDays: 1\n  evictAbovePercent: 1\n  evictToPercent: 0\n")
                .write(toFile: node.configuration, atomically: true, encoding: .utf8)
            let database = try Database(path: node.databaseFile, migrations: NodeSchema.migrations)
            _ = try await database.write { try $0.execute("UPDATE study SET study_last_received_at = 0") }
            try database.close()
        }

        /// What is said to be here is here, whatever moment the node was killed at.
        ///
        /// - Returns: how many images have gone for good.
        private static func check(_ node: DemoNode, _ sent: Evidence) async throws -> Int {
            let database = try Database(path: node.databaseFile, migrations: NodeSchema.migrations)
            let store = try FileInstanceStore(folder: node.directory + "/archive", access: .visitor)
            let (here, gone) = try await database.read { snapshot in
                let known = try sent.studies.flatMap { try Catalogue().instances(of: $0, in: snapshot) }
                #expect(Set(known.map(\.sopInstanceUID)).isSuperset(of: sent.digests.keys))
                return (known.filter(\.isHere), known.filter { $0.fileState == .evicted }.count)
            }
            try database.close()
            for instance in here { #expect(try FileCheck(store).fault(of: instance) == nil) }
            return gone
        }

        private static func images(_ node: DemoNode, _ sent: Evidence) throws -> [URL] {
            let root = URL(filePath: node.directory + "/archive/studies")
            return (FileManager.default.subpaths(atPath: root.path) ?? []).sorted().map { root.appending(path: $0) }
                .filter { url in sent.digests.keys.contains { url.lastPathComponent.hasPrefix($0.rawValue + ".") } }
        }

        private static func waitUntilWhole(_ node: DemoNode, _ sent: Evidence) async throws {
            while try Evidence(below: node.directory + "/archive/studies").lacking(from: sent) != [] {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}
