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
        let result = try await Program.run(
            ["send", directory.path, "--to", "127.0.0.1:\(port)", "--give-up-after", "0"])
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

    @Test("a run that is broken off goes on where it was")
    func resumes() async throws {
        let directory = try TemporaryDirectory()
        let files = try TestStudy(seed: "resume").ct(slices: 160, size: 256, in: directory.appending("images"))
        let port = try FreePorts.range(of: 1)
        let resume = directory.appending("sent")
        func storescp(_ name: String) throws -> ChildProcess {
            let received = directory.appending(name)
            try FileManager.default.createDirectory(atPath: received, withIntermediateDirectories: true)
            return try ChildProcess(
                executable: "/usr/bin/env",
                arguments: ["storescp", "--output-directory", received, "--bit-preserving", String(port)],
                output: directory.appending("\(name).log"), isDetached: false)
        }
        func received(_ name: String) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: directory.appending(name)).count
        }
        let first = try storescp("first")
        async let sending = Program.run(
            [
                "send", directory.appending("images"), "--to", "127.0.0.1:\(port)", "--resume", resume,
                "--give-up-after", "120",
            ])
        // Somewhere in the middle the peer dies, and another one takes its place.
        while try received("first") < 5 { try await Task.sleep(for: .milliseconds(2)) }
        first.send(SIGKILL)
        _ = try await first.ended()
        let acknowledged = try String(contentsOfFile: resume, encoding: .utf8).split(separator: "\n").count
        let second = try storescp("second")
        let result = try await sending
        second.send(SIGKILL)
        _ = try await second.ended()
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains("accepted: 160 instances"))
        // What was acknowledged is not sent again; what was under way when the peer died is.
        let both = try received("first") + received("second")
        #expect(try received("second") <= files.count - acknowledged)
        #expect((files.count...files.count + 1).contains(both))
        // All is done: there is nothing to take up again.
        #expect(!FileManager.default.fileExists(atPath: resume))
    }

    @Test("a second run sends only what the first one could not")
    func secondRun() async throws {
        let directory = try TemporaryDirectory()
        try TestStudy(seed: "again").ct(slices: 5, size: 64, in: directory.appending("images"))
        let port = try FreePorts.range(of: 1)
        let received = directory.appending("received")
        try FileManager.default.createDirectory(atPath: received, withIntermediateDirectories: true)
        let peer = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: ["storescp", "--output-directory", received, "--bit-preserving", String(port)],
            output: directory.appending("storescp.log"), isDetached: false)
        let command = [
            "send", directory.appending("images"), "--to", "127.0.0.1:\(port)", "--resume", directory.appending("sent"),
        ]
        // Something that cannot be sent keeps the record of what could.
        try Data((String(repeating: "\0", count: 128) + "DICM").utf8).write(
            to: directory.url.appending(path: "images/broken.dcm"))
        let first = try await Program.run(command)
        #expect(first.code == 1)
        for name in try FileManager.default.contentsOfDirectory(atPath: received) {
            try FileManager.default.removeItem(atPath: received + "/" + name)
        }
        let second = try await Program.run(command)
        #expect(second.output.contains("acknowledged before: 5"), "\(second.output) \(second.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: received).isEmpty)
        let third = try await Program.run(command + ["--again"])
        peer.send(SIGKILL)
        _ = try await peer.ended()
        #expect(!third.output.contains("acknowledged before"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: received).count == 5)
    }

    @Test("takes zip files and discs with a DICOMDIR")
    func zipAndDisc() async throws {
        let directory = try TemporaryDirectory()
        let disc = directory.appending("disc")
        let files = try TestStudy(seed: "disc").ct(slices: 3, size: 64, in: directory.appending("made"))
        try FileManager.default.createDirectory(atPath: disc + "/IMG", withIntermediateDirectories: true)
        for (number, file) in files.enumerated() {
            try FileManager.default.copyItem(atPath: file.path, toPath: "\(disc)/IMG/I\(number)")
        }
        let made = try await Program.run(
            ["dcmmkdir", "+r", "+id", disc, "+D", disc + "/DICOMDIR", "+I"],
            executable: "/usr/bin/env")
        #expect(FileManager.default.fileExists(atPath: disc + "/DICOMDIR"), "\(made.errors)")
        let zip = directory.appending("images.zip")
        _ = try await Program.run(
            ["python3", "-m", "zipfile", "-c", zip, disc + "/IMG/I0"], executable: "/usr/bin/env")
        let port = try FreePorts.range(of: 1)
        let received = directory.appending("received")
        try FileManager.default.createDirectory(atPath: received, withIntermediateDirectories: true)
        let peer = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: ["storescp", "--output-directory", received, "--bit-preserving", String(port)],
            output: directory.appending("storescp.log"), isDetached: false)
        let fromZip = try await Program.run(
            ["send", zip, "--to", "127.0.0.1:\(port)", "--resume", directory.appending("a")])
        let fromDisc = try await Program.run(
            ["send", disc, "--to", "127.0.0.1:\(port)", "--resume", directory.appending("b")])
        peer.send(SIGKILL)
        _ = try await peer.ended()
        #expect(fromZip.code == 0 && fromZip.output.contains("accepted: 1 instances"), "\(fromZip.errors)")
        #expect(fromDisc.code == 0 && fromDisc.output.contains("accepted: 3 instances"), "\(fromDisc.errors)")
        #expect(fromDisc.output.contains("DICOMDIR"))
    }
}
