import Foundation
import TestSupport
import Testing

@testable import Demo

@Suite("Child processes")
struct ChildProcessTests {
    private func start(
        _ script: String, _ directory: TemporaryDirectory, isDetached: Bool = false
    ) throws -> ChildProcess {
        try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", script], output: directory.appending("output"),
            isDetached: isDetached)
    }

    @Test("tells its exit code and keeps what it printed")
    func exitCode() async throws {
        let directory = try TemporaryDirectory()
        let child = try start("echo out; echo err >&2; exit 7", directory)
        #expect(try await child.ended() == .exited(7))
        #expect(child.hasEnded)
        #expect(try String(contentsOfFile: directory.appending("output"), encoding: .utf8) == "out\nerr\n")
    }

    @Test("tells the signal that killed it, to everybody who waits")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let child = try start("sleep 100", directory, isDetached: true)
        async let first = child.ended()
        async let second = child.ended()
        child.send(SIGKILL)
        #expect(try await first == .killed(signal: SIGKILL))
        #expect(try await second == .killed(signal: SIGKILL))
    }

    @Test("hears SIGTERM although its parent ignores it")
    func signalsAreReset() async throws {
        signal(SIGTERM, SIG_IGN)
        defer { signal(SIGTERM, SIG_DFL) }
        let directory = try TemporaryDirectory()
        let child = try start("sleep 100", directory)
        child.send(SIGTERM)
        #expect(try await child.ended() == .killed(signal: SIGTERM))
    }

    @Test("sees its input end when whoever started it lets go")
    func tether() async throws {
        let directory = try TemporaryDirectory()
        let marker = directory.appending("ended")
        var child: ChildProcess? = try start("cat > /dev/null; touch '\(marker)'", directory)
        let other = try start("sleep 100", directory)
        #expect(child?.hasEnded == false)
        // The other one was started while the tether was open and must not hold it.
        child = nil
        while !FileManager.default.fileExists(atPath: marker) { try await Task.sleep(for: .milliseconds(10)) }
        other.send(SIGKILL)
        _ = try await other.ended()
    }

    @Test("a wait can be cancelled")
    func cancellation() async throws {
        let directory = try TemporaryDirectory()
        let child = try start("sleep 100", directory)
        let waiting = Task { try await child.ended() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        child.send(SIGKILL)
        _ = try await child.ended()
    }

    @Test("a program that does not exist is an error with its name")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: DemoError.self) {
            try ChildProcess(
                executable: "/no/such/program", arguments: [], output: directory.appending("output"),
                isDetached: false)
        }
        #expect(error?.message.contains("/no/such/program") == true)
    }
}
