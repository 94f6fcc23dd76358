import Demo
import Foundation
import TestSupport
import Testing
import Vocabulary

extension Flow {
    @Suite("The demo's journey", .serialized)
    struct DemoJourney {
        private static let testImages = Program.packageRoot.appending(path: "TestImages").path

        /// Sent, read at `tier`, reported: every data set is there bit for bit, with two report objects per study.
        private func journey(of folder: String, readAt tier: Tier) async throws {
            let fixture = try DemoFixture()
            let result = try await fixture.run([
                "--until", "reported", "--read-at", tier.rawValue, "--study", folder,
            ])
            #expect(result.code == 0, "\(result.errors)")
            let sent = try Evidence(below: folder)
            #expect(
                result.errors.contains("accepted: \(sent.digests.count) instances of \(sent.studies.count) studies"))
            for place in tier == .city ? [Tier.edge, .county, .city] : [.edge, .county] {
                let stored = try fixture.archive(place)
                #expect(stored.lacking(from: sent) == [], "at the \(place.rawValue)")
                #expect(stored.beside(sent) == 2 * sent.studies.count, "reports at the \(place.rawValue)")
            }
            // At night a copy of what the county reads goes up half a minute after the start.
            let (night, now) = (try #require(DailyWindow("22:00-06:00")), WallClock.system.now())
            if tier == .county, !night.contains(now), !night.contains(now - .seconds(300)) {
                #expect(try fixture.archive(.city).digests.isEmpty)
            }
            #expect(try fixture.survivors() == [])
            for node in try fixture.description().nodes {
                let verified = try await Program.run(["verify", "--config", node.configuration])
                #expect(verified.code == 0, "\(verified.output)")
            }
        }

        @Test("test images are read at the city and their reports come home", .timeLimit(.minutes(3)))
        func city() async throws { try await journey(of: Self.testImages, readAt: .city) }

        @Test("test images are read at the county and their reports come home", .timeLimit(.minutes(3)))
        func county() async throws { try await journey(of: Self.testImages, readAt: .county) }

        @Test(
            "real images are read at the city and their reports come home",
            .enabled(if: RealImages.arePresent, "needs ../shared/dicom"),
            .timeLimit(.minutes(3)), arguments: RealImages.folders)
        func real(folder: String) async throws { try await journey(of: RealImages.path(folder), readAt: .city) }

        @Test("a folder is taken up again with what it holds", .timeLimit(.minutes(3)))
        func twice() async throws {
            let fixture = try DemoFixture()
            let images = Self.testImages + "/mr-head"
            #expect(try await fixture.run(["--until", "routed", "--study", images]).code == 0)
            let accounts = try fixture.description().nodes.map(\.users)
            let again = try await fixture.run(["--until", "reported", "--study", images])
            #expect(again.code == 0, "\(again.errors)")
            #expect(try fixture.description().nodes.map(\.users) == accounts)
        }

        @Test("nothing to send is a failure, and nothing is left running", .timeLimit(.minutes(2)))
        func nothing() async throws {
            let fixture = try DemoFixture()
            try Data("no image".utf8).write(to: fixture.directory.url.appending(path: "notes.txt"))
            let result = try await fixture.run([
                "--until", "routed", "--study", fixture.directory.appending("notes.txt"),
            ])
            #expect(result.code == 1)
            #expect(result.errors.contains("not a DICOM Part 10 file"))
            #expect(result.errors.contains("accepted none of the 1 files"))
            #expect(try fixture.survivors() == [])
        }

        @Test("a port in use ends it before anything is written", .timeLimit(.minutes(1)))
        func portInUse() async throws {
            let fixture = try DemoFixture()
            let listener = try FreePorts.listen(on: fixture.basePort + 12)
            defer { close(listener) }
            let result = try await fixture.run(["--until", "routed"])
            #expect(result.code == 2)
            #expect(result.errors.contains("port \(fixture.basePort + 12)"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path) == [])
        }

        @Test("left running, it is found running, answers, and is ended by --stop", .timeLimit(.minutes(2)))
        func detached() async throws {
            let fixture = try DemoFixture()
            let started = try await fixture.run(["--detach", "--no-studies"])
            #expect(started.code == 0, "\(started.errors)")
            let description = try fixture.description()
            #expect(try fixture.survivors().sorted() == description.nodes.map(\.pid).sorted())
            for node in description.nodes {
                #expect(started.output.contains(node.httpURL))
                for user in node.users { #expect(started.output.contains(user.password)) }
            }
            let second = try await fixture.run(["--no-studies", "--detach"])
            #expect(second.code == 2)
            #expect(second.errors.contains("--stop"))
            let reindex = try await Program.run(["reindex", "--config", description.nodes[0].configuration])
            #expect(reindex.code == 1)
            #expect(reindex.errors.contains("in use by another running jieli"))
            #expect(try await fixture.run(["--stop"]).code == 0)
            #expect(try fixture.survivors() == [])
        }
    }
}
