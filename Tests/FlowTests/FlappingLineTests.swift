import Database
import Foundation
import Node
import Relay
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("A line that keeps breaking", .serialized)
    struct FlappingLine {
        private static let bytesBetweenCuts = 8 << 20

        @Test(
            "a large loop gets through, once, bit for bit and at little more than its own size", .timeLimit(.minutes(3))
        )
        func largeLoop() async throws {
            let line = CuttingLine(bytesBetweenCuts: Self.bytesBetweenCuts)
            try await TestNetwork.with(prepare: { try lay(line, in: $0) }) { nodes in
                let images = try TemporaryDirectory()
                let file = try await send(images, nodes)
                try await arrive(file, nodes)
                let carried = line.carried
                let row = try await delivery(file, nodes)
                #expect(row.state == .done)
                #expect(row.interruptions > 2)
                // Two attempts in one piece cost a quarter of it; ranges lose little at each break.
                #expect(Double(carried) < 1.3 * Double(row.size), "\(carried) bytes for \(row.size)")
                #expect(line.cuts >= 8)
                try check(images, nodes)
            }
        }

        @Test("both ends killed in the middle of it lose no more than a range", .timeLimit(.minutes(3)))
        func killed() async throws {
            let line = CuttingLine(bytesBetweenCuts: Self.bytesBetweenCuts)
            try await TestNetwork.with(prepare: { try lay(line, in: $0) }) { nodes in
                let images = try TemporaryDirectory()
                let file = try await send(images, nodes)
                for (megabytes, victim) in [(28, nodes.network.county), (44, nodes.network.edge)] {
                    while line.carried < megabytes << 20 { try await Task.sleep(for: .milliseconds(2)) }
                    try await nodes.end(victim, by: SIGKILL)
                    try nodes.start(victim)
                }
                try await arrive(file, nodes)
                let row = try await delivery(file, nodes)
                #expect(row.state == .done)
                #expect(Double(line.carried) < 1.4 * Double(row.size), "\(line.carried) bytes for \(row.size)")
                try check(images, nodes)
            }
        }

        // MARK: Steps

        /// Everything between the edge and the county, DICOM and HTTPS, goes over the line.
        private func lay(_ line: CuttingLine, in nodes: TestNetwork) throws {
            let (edge, county) = (nodes.network.edge, nodes.network.county)
            let text = try String(contentsOfFile: edge.peersFile, encoding: .utf8)
                .replacing(":\(county.httpPort)", with: ":\(try line.forward(to: county.httpPort))")
                .replacing(
                    "dicomTLSPort: \(county.dicomTLSPort)",
                    with: "dicomTLSPort: \(try line.forward(to: county.dicomTLSPort))")
            try text.write(toFile: edge.peersFile, atomically: true, encoding: .utf8)
        }

        /// 64 MiB in one instance.
        private func send(_ images: TemporaryDirectory, _ nodes: TestNetwork) async throws -> TestFile {
            let file = try TestStudy(seed: "flapping").ultrasound(
                frames: 73, distinct: 1, width: 640, height: 480, in: images.path)
            try await nodes.sendUntilAccepted(images.path)
            return file
        }

        private func arrive(_ file: TestFile, _ nodes: TestNetwork) async throws {
            try await nodes.withJourney(of: [file.studyInstanceUID: 1]) { watch, _ in
                try await watch.follow(to: .routed)
            }
        }

        private func delivery(_ file: TestFile, _ nodes: TestNetwork) async throws -> Delivery {
            let database = try Database(path: nodes.network.edge.databaseFile, migrations: NodeSchema.migrations)
            let found = try await database.read {
                try DeliveryLedger().delivery(of: file.sopInstanceUID, to: nodes.network.county.name, in: $0)
            }
            try database.close()
            return try #require(found)
        }

        private func check(_ images: TemporaryDirectory, _ nodes: TestNetwork) throws {
            let sent = try Evidence(below: images.path)
            for node in nodes.network.nodes {
                let stored = try Evidence(below: node.directory + "/archive/studies")
                #expect(stored.lacking(from: sent) == [], "at \(node.name)")
                let left = try FileManager.default.contentsOfDirectory(atPath: node.directory + "/archive/resumable")
                #expect(left == [], "at \(node.name)")
            }
        }
    }
}
