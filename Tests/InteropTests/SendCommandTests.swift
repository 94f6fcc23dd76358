import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@testable import Demo

/// DCMTK's storescp on the other side.
@Suite("jieli send")
struct SendCommandTests {
    @Test("sends to storescp what is DICOM, and names what is not")
    func storescp() async throws {
        let directory = try TemporaryDirectory()
        let files = try TestStudy(seed: "send").ct(slices: 3, size: 64, in: directory.appending("images"))
        try Data("no image".utf8).write(to: directory.url.appending(path: "images/notes.txt"))
        let received = directory.appending("received")
        try FileManager.default.createDirectory(atPath: received, withIntermediateDirectories: true)
        let port = try FreePorts.range(of: 1)
        let peer = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: ["storescp", "--output-directory", received, "--bit-preserving", String(port)],
            output: directory.appending("storescp.log"), isDetached: false)
        var result = ProgramResult(code: -1, output: "", errors: "")
        // Until it listens.
        for _ in 0..<100 where result.code != 0 {
            result = try await Program.run(["send", directory.appending("images"), "--to", "127.0.0.1:\(port)"])
            if result.code != 0 { try await Task.sleep(for: .milliseconds(50)) }
        }
        peer.send(SIGKILL)
        _ = try await peer.ended()
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains("accepted: 3 instances of 1 studies"))
        #expect(result.output.contains("notes.txt"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: received).count == files.count)
    }

    @Test("a peer that nobody answers for is a failure with a sentence")
    func nobody() async throws {
        let directory = try TemporaryDirectory()
        try TestStudy(seed: "send").ct(slices: 1, size: 64, in: directory.path)
        let port = try FreePorts.range(of: 1)
        let result = try await Program.run(["send", directory.path, "--to", "127.0.0.1:\(port)"])
        #expect(result.code == 1)
        #expect(result.errors.contains("127.0.0.1:\(port)"))
    }

    @Test("nothing accepted is a failure")
    func nothing() async throws {
        let directory = try TemporaryDirectory()
        try Data("no image".utf8).write(to: directory.url.appending(path: "notes.txt"))
        let result = try await Program.run(["send", directory.path, "--to", "127.0.0.1:104"])
        #expect(result.code == 1)
        #expect(result.output.contains("not a DICOM Part 10 file"))
    }
}
