import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Demo

extension Flow {
    @Suite("How a demo ends", .serialized, .timeLimit(.minutes(2)))
    struct DemoEnding {
        /// A demo that is up, with what it prints in `output`.
        private func start(_ fixture: DemoFixture, _ arguments: [String]) async throws -> ChildProcess {
            let demo = try ChildProcess(
                executable: Program.jieli,
                arguments: [
                    "demo", "--until-input-closes", "--directory", fixture.directory.path, "--base-port",
                    String(fixture.basePort),
                ] + arguments, output: fixture.directory.appending("output"), isDetached: false)
            while !demo.hasEnded, !FileManager.default.fileExists(atPath: fixture.directory.appending("network.json")) {
                try await Task.sleep(for: .milliseconds(20))
            }
            return demo
        }

        private func output(_ fixture: DemoFixture) throws -> String {
            try String(contentsOfFile: fixture.directory.appending("output"), encoding: .utf8)
        }

        @Test("SIGTERM and Ctrl-C end it and its nodes well", arguments: [SIGTERM, SIGINT])
        func signal(number: Int32) async throws {
            let fixture = try DemoFixture()
            let demo = try await start(fixture, ["--no-studies"])
            #expect(try fixture.survivors().count == 3)
            let begun = ContinuousClock.now
            demo.send(number)
            let ending = try await demo.ended()
            let said = try output(fixture)
            #expect(ending == .exited(0), "\(said)")
            #expect(ContinuousClock.now - begun < .seconds(30))
            #expect(try fixture.survivors() == [])
        }

        @Test("before its goal is reached a signal is a failure, also with a node that does not answer")
        func interrupted() async throws {
            let fixture = try DemoFixture()
            let images = Program.packageRoot.appending(path: "TestImages/mr-head").path
            let demo = try await start(fixture, ["--until", "routed", "--study", images])
            let county = try #require(try fixture.description().node(.county))
            kill(county.pid, SIGSTOP)
            demo.send(SIGTERM)
            #expect(try await demo.ended() == .exited(1))
            #expect(try output(fixture).contains("before the goal was reached"))
            #expect(try fixture.survivors() == [])
        }

        @Test("when it is killed its nodes end themselves")
        func killed() async throws {
            let fixture = try DemoFixture()
            let demo = try await start(fixture, ["--no-studies"])
            demo.send(SIGKILL)
            _ = try await demo.ended()
            while try !fixture.survivors().isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        }

        @Test("a node that dies is named, with its last words, and the others are ended")
        func nodeDies() async throws {
            let fixture = try DemoFixture()
            let demo = try await start(fixture, ["--no-studies"])
            let county = try #require(try fixture.description().node(.county))
            kill(county.pid, SIGKILL)
            #expect(try await demo.ended() == .exited(1))
            #expect(try output(fixture).contains("node puning ended by itself (signal 9)"))
            #expect(try fixture.survivors() == [])
        }

        @Test("a node that cannot start ends it with that node's reason")
        func nodeCannotStart() async throws {
            let fixture = try DemoFixture()
            #expect(try await fixture.run(["--detach", "--no-studies"]).code == 0)
            #expect(try await fixture.run(["--stop"]).code == 0)
            // A file where the archive's folder should be.
            let archive = fixture.directory.appending("puning/archive")
            try FileManager.default.removeItem(atPath: archive)
            try Data().write(to: URL(fileURLWithPath: archive))
            let result = try await fixture.run(["--no-studies"])
            #expect(result.code == 1)
            #expect(result.errors.contains("node puning ended by itself (exit code 1)"))
            #expect(result.errors.contains("puning/archive"))
            #expect(try fixture.survivors() == [])
        }
    }
}
