import AsyncHTTPClient
import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("Decoding beside a node", .serialized)
    struct Decoding {
        @Test(
            "a node whose decoders are killed again and again, and fed damaged and giant images, keeps answering",
            .timeLimit(.minutes(4)))
        func keepsAnswering() async throws {
            try await TestNetwork.with { nodes in
                let folder = try TemporaryDirectory()
                let good = try TestStudy(seed: "whole").syntaxes(size: 160, in: folder.appending("whole")).map(\.file)
                let bad = try Self.damaged(in: folder)
                try await nodes.sendUntilAccepted(folder.appending("whole"))
                try await nodes.sendUntilAccepted(folder.appending("damaged"))
                let edge = nodes.network.edge
                let node = try #require(nodes.processIdentifier(of: edge))
                let token = nodes.accounts[edge.name]?.first { $0.role == .radiographer }?.token ?? ""
                try await NodeClient.withHTTP(trusting: nodes.network.authorityFile) { http in
                    @Sendable func ask(_ file: TestFile) async throws -> UInt {
                        let path =
                            "/studies/\(file.studyInstanceUID)/series/\(file.seriesInstanceUID)"
                            + "/instances/\(file.sopInstanceUID)/rendered"
                        var request = HTTPClientRequest(url: edge.httpURL + "/dicom-web" + path)
                        request.headers.add(name: "Authorization", value: "Bearer \(token)")
                        request.headers.add(name: "Accept", value: "image/png")
                        let response = try await http.execute(request, timeout: .seconds(30))
                        _ = try await response.body.collect(upTo: 32 << 20)
                        return response.status.code
                    }
                    for file in good { #expect(try await ask(file) == 200, "\(file.path)") }
                    #expect(!Self.children(of: node).isEmpty)
                    let before = try Self.highWater(of: node)
                    for file in bad {
                        let began = ContinuousClock.now
                        let status = try await ask(file)
                        #expect([200, 406].contains(status), "\(file.path)")
                        #expect(.now - began < .seconds(20))
                    }
                    #expect(try Self.highWater(of: node) - before < 200 << 20)

                    var killed = 0
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for file in good + bad {
                            group.addTask {
                                for _ in 0..<8 {
                                    let status = try await ask(file)
                                    #expect([200, 406, 503].contains(status), "\(file.path)")
                                }
                            }
                        }
                        for _ in 0..<40 {
                            for worker in Self.children(of: node).prefix(1) {
                                kill(worker, SIGKILL)
                                killed += 1
                            }
                            try await Task.sleep(for: .milliseconds(25))
                        }
                        try await group.waitForAll()
                    }
                    #expect(killed > 5)
                    for file in good { #expect(try await ask(file) == 200, "\(file.path)") }
                }
                #expect(nodes.processIdentifier(of: edge) == node)
                #expect(kill(node, 0) == 0)
                try await nodes.end(edge, by: SIGTERM)
                #expect(Self.children(of: node).isEmpty)
            }
        }

        // MARK: Steps

        /// Codestreams with wrong bytes in them, and one with dimensions that nobody can mean.
        private static func damaged(in folder: TemporaryDirectory) throws -> [TestFile] {
            var random = SeededGenerator(seed: 4)
            let made = try TestStudy(seed: "damaged").syntaxes(size: 160, in: folder.appending("damaged"))
            for (sample, file) in made {
                guard sample.transferSyntax.isEncapsulated else {
                    try FileManager.default.removeItem(atPath: file.path)
                    continue
                }
                var bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
                if sample.name == "jpeg-2000-lossless",
                    let rows = bytes.range(of: Data([0x28, 0, 0x10, 0, 0x55, 0x53, 2, 0]))
                {
                    bytes.replaceSubrange(rows.upperBound..<rows.upperBound + 2, with: [0xFF, 0xFF])
                    bytes.replaceSubrange(rows.upperBound + 10..<rows.upperBound + 12, with: [0xFF, 0xFF])
                }
                let size = try FrameReader(file: file.path).encapsulatedFrame(0).count
                for _ in 0..<12 {
                    let place = Int.random(in: bytes.count - size * 9 / 10..<bytes.count - 8, using: &random)
                    bytes[place] = .random(in: 0...255, using: &random)
                }
                try bytes.write(to: URL(fileURLWithPath: file.path))
            }
            return made.filter { $0.sample.transferSyntax.isEncapsulated }.map(\.file)
        }

        private static func children(of process: pid_t) -> [pid_t] {
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
            return tasks.flatMap { task in
                let text =
                    (try? String(contentsOfFile: "/proc/\(process)/task/\(task)/children", encoding: .utf8)) ?? ""
                return text.split(separator: " ").compactMap { pid_t($0) }
            }
        }

        /// The most memory it has ever had, in bytes.
        private static func highWater(of process: pid_t) throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            return try #require(line.split(separator: " ").compactMap { Int($0) }.first) << 10
        }
    }
}
