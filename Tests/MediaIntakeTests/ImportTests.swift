import Archive
import Foundation
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@testable import MediaIntake

@Suite("An import")
struct ImportTests {
    private func studies(_ json: [String: Any]) -> [[String: Any]] { json["studies"] as? [[String: Any]] ?? [] }

    @Test("of a zip file takes its images, lists what is none, and knows them the second time")
    func zip() async throws {
        let fixture = try await ImportFixture()
        let made = try fixture.node.slices(3)
        let folder = made[0].deletingLastPathComponent().path
        try Data("hello".utf8).write(to: URL(fileURLWithPath: folder + "/notes.txt"))
        try await fixture.zip(folder).write(to: URL(fileURLWithPath: folder + "/inner.zip"))
        let zip = try await fixture.zip(folder)
        try await fixture.serve { caller in
            let id = try await caller.open()
            #expect(try await caller.upload(zip, as: "光盘.zip", to: id) == "unpacking")
            let listed = try await caller.settled(id)
            #expect(studies(listed).first?["images"] as? Int == 3)
            #expect(listed["skippedCount"] as? Int == 2)
            #expect(try await fixture.node.instances() == 0)
            let done = try await caller.start(id, isForeign: false)
            #expect(done["phase"] as? String == "finished")
            #expect(studies(done).first?["taken"] as? Int == 3)
            #expect(try await fixture.node.instances() == 3)
            #expect(try fixture.spooled() == 0)

            let again = try await caller.open()
            #expect(try await caller.upload(zip, as: "光盘.zip", to: again) == "unpacking")
            let known = try await caller.start(again, isForeign: false)
            #expect(studies(known).first?["known"] as? Int == 3)
            #expect(studies(known).first?["isKnown"] as? Bool == true)
        }
        let flow = fixture.node.flow
        let kept = try await flow.database.read { try flow.catalogue.studies(matching: StudyQuery(), in: $0) }
        let study = try #require(kept.first)
        #expect(study.issuer == "paotai")
        // Nothing more comes: it is whole after the short wait.
        let settlement = SettlementService(fixture.node.flow)
        fixture.node.clock.advance(by: .seconds(5))
        _ = try await settlement.sweep()
        let journey = try await StudyViews(fixture.node.flow).journey(of: study.studyInstanceUID)
        #expect(journey?.passage?.settledAt != nil)
    }

    @Test("of another hospital's disc keeps its patients apart; what was made here stays ours")
    func foreign() async throws {
        let fixture = try await ImportFixture()
        let theirs = try fixture.node.slices(1, seed: "theirs")[0]
        let ours = try fixture.node.slices(2, seed: "ours", accession: "A2")
        _ = try FileIntake(fixture.node.flow).take(
            ours[0].path, origin: .init(InstanceSource(kind: .modality, name: "CT1")))
        try await fixture.serve { caller in
            let id = try await caller.open()
            for file in [theirs, ours[0], ours[1]] {
                #expect(try await caller.upload(try Data(contentsOf: file), as: file.path, to: id) == "image")
            }
            let done = try await caller.start(id, isForeign: true)
            #expect(studies(done).compactMap { $0["refused"] as? Int }.reduce(0, +) == 0)
        }
        let flow = fixture.node.flow
        let issuers = try await flow.database.read { database in
            try flow.catalogue.studies(matching: StudyQuery(), in: database).map(\.issuer)
        }
        #expect(issuers.count == 2 && issuers.contains("paotai"))
        #expect(Set(issuers).count == 2)
    }

    @Test("of a disc lists what its DICOMDIR names before anything else is sent")
    func directory() async throws {
        let fixture = try await ImportFixture()
        let disc = fixture.node.directory.appending("disc")
        try FileManager.default.createDirectory(atPath: disc + "/IMG", withIntermediateDirectories: true)
        var number = 0
        for (seed, count) in [("one", 2), ("two", 3)] {
            for file in try fixture.node.slices(count, seed: seed, accession: seed) {
                number += 1
                try FileManager.default.copyItem(atPath: file.path, toPath: "\(disc)/IMG/I\(number)")
            }
        }
        let made = try await Program.run(
            ["dcmmkdir", "+r", "+id", disc, "+D", disc + "/DICOMDIR", "+I"],
            executable: "/usr/bin/env")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: disc + "/DICOMDIR"))
        #expect(bytes.count > 1000, "\(made.errors)")
        try await fixture.serve { caller in
            let id = try await caller.open()
            let answer = try await caller.call(.put, "/\(id)/directory", body: bytes)
            #expect(answer.status == 200)
            let listed = try #require(answer.json["directory"] as? [[String: Any]])
            #expect(listed.compactMap { ($0["files"] as? [String])?.count }.sorted() == [2, 3])
            #expect(listed.allSatisfy { $0["modalities"] as? [String] == ["CT"] })
            #expect((listed[0]["files"] as? [String])?.first?.hasPrefix("IMG/I") == true)
            #expect(try await caller.call(.put, "/\(id)/directory", body: Data("no DICOMDIR".utf8)).status == 400)
            // A DICOMDIR among the files is no image, and no mistake.
            #expect(try await caller.upload(bytes, as: "DICOMDIR", to: id) == "skipped")
            #expect(try await caller.settled(id)["skippedCount"] as? Int == 0)
        }
    }

    @Test("whose upload breaks off keeps nothing of the broken file, and everything of the others")
    func aborted() async throws {
        let fixture = try await ImportFixture()
        let made = try fixture.node.slices(2)
        try await fixture.serve { caller in
            let id = try await caller.open()
            let first = try Data(contentsOf: made[0])
            #expect(try await caller.upload(first, as: "1", to: id) == "image")
            let second = try Data(contentsOf: made[1])
            try Self.send(second, half: true, port: try #require(caller.client.port), id: id, token: caller.token)
            // The server notices when it reads on.
            while try fixture.spooled() > 1 { try await Task.sleep(for: .milliseconds(10)) }
            let left = try await caller.settled(id)
            #expect(studies(left).first?["images"] as? Int == 1)
            #expect(left["bytes"] as? Int == first.count)
            let received = try await caller.call(.get, "/\(id)/received").json
            #expect(received as? [String: Int] == ["1": first.count])
            // Taken up again: what is there is not kept twice.
            #expect(try await caller.upload(first, as: "1", to: id) == "known")
            #expect(try await caller.upload(second, as: "2", to: id) == "image")
            #expect(studies(try await caller.start(id, isForeign: false)).first?["taken"] as? Int == 2)
        }
    }

    /// A file or half of it, and the line is gone.
    private static func send(_ data: Data, half: Bool = false, port: Int, id: String, token: String) throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        let head =
            "POST /api/v1/imports/\(id)/files?name=2 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Length: \(data.count)\r\n\r\n"
        let bytes = Array(head.utf8) + data.prefix(half ? data.count / 2 : data.count)
        try #require(write(socket, bytes, bytes.count) == bytes.count)
        usleep(100_000)
    }

    @Test("keeps in quarantine what says that it is DICOM and can't be read, uploaded or zipped")
    func quarantine() async throws {
        let fixture = try await ImportFixture()
        let bytes = try Data(contentsOf: try fixture.node.slices(1)[0])
        // Without a SOP Instance UID that is one.
        let uid = try #require(bytes.range(of: Data([0x08, 0x00, 0x18, 0x00, 0x55, 0x49])))
        let broken = bytes[..<(uid.upperBound + 2)] + Data("x".utf8) + bytes[(uid.upperBound + 3)...]
        try await fixture.serve { caller in
            let id = try await caller.open()
            #expect(try await caller.upload(broken, as: "broken.dcm", to: id) == "skipped")
            #expect(try await caller.upload(Data("hello".utf8), as: "letter.txt", to: id) == "skipped")
            #expect(try await caller.settled(id)["skippedCount"] as? Int == 2)
            #expect(try await caller.call(.delete, "/\(id)").status == 204)
        }
        let kept = try await fixture.node.quarantined()
        #expect(kept.map(\.sender.kind) == [.media])
        #expect(try Data(contentsOf: fixture.node.flow.store.url(of: try #require(kept.first?.path))) == broken)
    }

    @Test("is for radiographers and operators, each with their own")
    func rights() async throws {
        let fixture = try await ImportFixture()
        try await fixture.serve { caller in
            let id = try await caller.open()
            var other = caller
            other.name = "sun"
            #expect(try await other.call(.get, "/\(id)").status == 404)
            #expect(try await other.call(.delete, "/\(id)").status == 404)
            other.name = "li"
            #expect(try await other.call(.post, "").status == 403)
            #expect(try await caller.call(.delete, "/\(id)").status == 204)
            #expect(try await caller.call(.get, "/\(id)").status == 404)
        }
    }

    @Test("beyond its limits is refused, and leaves nothing behind")
    func limits() async throws {
        var limits = ImportLimits()
        limits.largestFile = 1000
        let fixture = try await ImportFixture(limits: limits)
        let made = try fixture.node.slices(1)[0]
        try await fixture.serve { caller in
            let id = try await caller.open()
            // The server stops reading there.
            try Self.send(
                try Data(contentsOf: made), port: try #require(caller.client.port), id: id, token: caller.token)
            while try fixture.spooled() > 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try fixture.spooled() == 0)
            #expect(try await caller.settled(id)["bytes"] as? Int == 0)
            for _ in 1..<ImportLimits().jobsPerUser { _ = try await caller.open() }
            #expect(try await caller.call(.post, "").status == 409)
        }
    }
}
