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
    @Suite("Interruptions", .serialized)
    struct Interruptions {
        @Test(
            "nodes killed at twenty moments lose nothing, double nothing and leave nothing to a person",
            .timeLimit(.minutes(4)))
        func killed() async throws {
            try await TestNetwork.with { nodes in
                var random = SeededGenerator(seed: 20_261_121)
                let images = try TemporaryDirectory()
                var accepted: [StudyInstanceUID: Int] = [:]
                for moment in 0..<20 {
                    let folder = images.appending("\(moment)")
                    let files = try TestStudy(seed: "killed \(moment)").ct(slices: 24, size: 192, in: folder)
                    accepted[files[0].studyInstanceUID] = files.count
                    let victim = nodes.network.nodes[moment % 3]
                    async let sent: Void = nodes.sendUntilAccepted(folder)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 5...350, using: &random)))
                    try await nodes.end(victim, by: SIGKILL)
                    try nodes.start(victim)
                    try await sent
                }
                // The last to be killed may still be starting.
                try await nodes.waitUntilReady()
                try await nodes.finish(accepted)
                try await check(nodes, images, accepted)
            }
        }

        @Test("with the city gone for a while studies wait at the county, then arrive", .timeLimit(.minutes(3)))
        func cityStopped() async throws {
            try await TestNetwork.with { nodes in
                let images = try TemporaryDirectory()
                nodes.send(SIGSTOP, to: nodes.network.city)
                let accepted = try await send(studies: 2, "city stopped", images, nodes)
                try await waitAtCounty(accepted, nodes)
                nodes.send(SIGCONT, to: nodes.network.city)
                try await nodes.finish(accepted)
                try await check(nodes, images, accepted)
            }
        }

        @Test("with the county gone for a while studies wait at the edge, then arrive", .timeLimit(.minutes(3)))
        func countyEnded() async throws {
            try await TestNetwork.with { nodes in
                let images = try TemporaryDirectory()
                try await nodes.end(nodes.network.county, by: SIGTERM)
                let accepted = try await send(studies: 2, "county ended", images, nodes)
                // Long enough for the links to fail and to back off.
                try await Task.sleep(for: .seconds(8))
                try nodes.start(nodes.network.county)
                try await nodes.finish(accepted)
                try await check(nodes, images, accepted)
            }
        }

        // MARK: Steps

        private func send(
            studies: Int, _ seed: String, _ images: TemporaryDirectory, _ nodes: TestNetwork
        ) async throws -> [StudyInstanceUID: Int] {
            var accepted: [StudyInstanceUID: Int] = [:]
            for number in 0..<studies {
                let folder = images.appending("\(number)")
                let files = try TestStudy(seed: "\(seed) \(number)").ct(slices: 10, size: 128, in: folder)
                accepted[files[0].studyInstanceUID] = files.count
                try await nodes.sendUntilAccepted(folder)
            }
            return accepted
        }

        /// The county has signed for everything and the city, which hears nothing, for nothing.
        private func waitAtCounty(_ accepted: [StudyInstanceUID: Int], _ nodes: TestNetwork) async throws {
            try await nodes.withJourney(of: accepted) { watch, _ in
                while true {
                    let state = try await watch.look()
                    #expect(state.hops.last?.instances == 0)
                    if state.hops.first?.instances == state.expected { return }
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
        }

        /// Everything sent is at every node bit for bit and once, read once, and no queue holds anything.
        private func check(
            _ nodes: TestNetwork, _ images: TemporaryDirectory, _ accepted: [StudyInstanceUID: Int]
        ) async throws {
            let sent = try Evidence(below: images.path)
            #expect(sent.studies == Set(accepted.keys))
            for node in nodes.network.nodes {
                let stored = try Evidence(below: node.directory + "/archive/studies")
                #expect(stored.lacking(from: sent) == [], "at \(node.name)")
                #expect(stored.beside(sent) == 2 * accepted.count, "reports at \(node.name)")
                let database = try Database(path: node.databaseFile, migrations: NodeSchema.migrations)
                let leftovers = try await database.read { snapshot in
                    try [
                        "SELECT count(*) AS number FROM delivery WHERE state <> 'done'",
                        "SELECT count(*) AS number FROM parked_event WHERE resolved_at IS NULL",
                        "SELECT count(*) AS number FROM conflict WHERE resolved_at IS NULL",
                        "SELECT count(*) - count(DISTINCT study_instance_uid) AS number FROM reading_task",
                    ].map { try snapshot.row($0)?["number", as: Int.self] ?? -1 }
                }
                #expect(leftovers == [0, 0, 0, 0], "deliveries, events, conflicts, doubled tasks at \(node.name)")
                try database.close()
                let verified = try await Program.run(["verify", "--config", node.configuration])
                #expect(verified.code == 0, "\(node.name): \(verified.output)")
            }
        }
    }
}
