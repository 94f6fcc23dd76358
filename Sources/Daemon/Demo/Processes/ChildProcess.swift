// A process that this one started.

import Foundation
import Glibc
import Observability

/// Runs in a process group of its own, so that Ctrl-C reaches only us and we end it in order.
///
/// A tethered child gets a pipe as its standard input whose other end we never write to: the kernel closes it when we
/// end, however we end, and the child ends itself.
package final class ChildProcess: Sendable {
    package enum Ending: Hashable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)

        package var description: String {
            switch self {
            case .exited(let code): "exit code \(code)"
            case .killed(let signal): "signal \(signal)"
            }
        }
    }

    private struct State {
        var ending: Ending?
        var waiting: [Int: CheckedContinuation<Ending?, Never>] = [:]
        var lastWaiter = 0
    }

    package let pid: pid_t
    private let tether: FileHandle?
    private let state = LockedBox(State())

    /// - Parameters:
    ///   - output: the file that takes what it prints, at its end.
    ///   - isDetached: lives on after us, in a session of its own.
    package init(executable: String, arguments: [String], output: String, isDetached: Bool) throws {
        var input = open("/dev/null", O_RDONLY | O_CLOEXEC)
        var tether: FileHandle?
        if !isDetached {
            close(input)
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw Self.failure(executable, errno) }
            input = ends[0]
            tether = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        }
        defer { close(input) }
        let log = open(output, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        guard log >= 0 else { throw Self.failure(output, errno) }
        defer { close(log) }
        pid = try Self.spawn(executable, arguments, input: input, output: log, isDetached: isDetached)
        self.tether = tether
        let (pid, state) = (pid, state)
        Thread.detachNewThread { Self.reap(pid, state) }
    }

    /// Returns when the process has ended.
    ///
    /// - Throws: `CancellationError`.
    package func ended() async throws -> Ending {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let ending = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, ending) = state.withLock { state -> (Bool, Ending?) in
                    if state.ending != nil || Task.isCancelled { return (true, state.ending) }
                    state.waiting[number] = continuation
                    return (false, nil)
                }
                if isOver { continuation.resume(returning: ending) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
        }
        guard let ending else { throw CancellationError() }
        return ending
    }

    package var hasEnded: Bool { state.withLock { $0.ending != nil } }

    /// Never reaches another process: its number is not free before we have seen its end.
    package func send(_ signal: Int32) {
        state.withLock { state in
            if state.ending == nil { kill(pid, signal) }
        }
    }

    private static func reap(_ pid: pid_t, _ state: LockedBox<State>) {
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        let waiting = state.withLock { state in
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let ending: Ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
            let waiting = state.waiting.values.map { ($0, ending) }
            state.ending = ending
            state.waiting = [:]
            return waiting
        }
        for (continuation, ending) in waiting { continuation.resume(returning: ending) }
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], input: Int32, output: Int32, isDetached: Bool
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        keepDescriptors()

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What we ignore or block must not be ignored or blocked there.
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        if isDetached { flags |= setSession } else { flags |= POSIX_SPAWN_SETPGROUP }
        posix_spawnattr_setflags(&attributes, Int16(flags))

        // A setting in the environment would hold for every node at once.
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("JIELI_") }
        var pid: pid_t = 0
        let number = withStrings([executable] + arguments) { argv in
            withStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
            }
        }
        guard number == 0 else { throw failure(executable, number) }
        return pid
    }

    /// Nothing that is open here may stay open there: least of all another child's tether.
    private static func keepDescriptors() {
        for entry in FileManager.default.enumerator(atPath: "/proc/self/fd") ?? .init() {
            guard let name = entry as? String, let descriptor = Int32(name), descriptor > STDERR_FILENO else {
                continue
            }
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    /// POSIX_SPAWN_SETSID of glibc's spawn.h, which Swift does not see.
    private static let setSession: Int32 = 0x80

    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            // Never empty: the closing null is there.
            body(buffer.baseAddress!)
        }
    }

    private static func failure(_ path: String, _ number: Int32) -> DemoError {
        DemoError(
            code: .notReady, message: "\(path) cannot be started or written: \(String(cString: strerror(number)))")
    }
}
