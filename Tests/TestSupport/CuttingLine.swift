// A line that breaks.

import Foundation
import Observability

/// Forwards TCP connections and cuts all of them at once whenever it has carried a number of bytes: by bytes and not by
/// time, so that a test meets the same breaks each time.
package final class CuttingLine: Sendable {
    private struct State {
        var bytesBetweenCuts: Int?
        var left = Int.max
        var carried = 0
        var cuts = 0
        var generation = 0
        var forgotten = -1
        var isClosed = false
        var sockets: Set<Int32> = []
        var listeners: [Int32] = []
    }

    private let state: LockedBox<State>
    private let pause: Duration

    /// - Parameters:
    ///   - bytesBetweenCuts: in both directions, over all connections; `nil`: never.
    ///   - pause: before each 64 KiB, at most, that a connection carries.
    package init(bytesBetweenCuts: Int? = nil, pause: Duration = .zero) {
        self.pause = pause
        state = LockedBox(State(bytesBetweenCuts: bytesBetweenCuts, left: bytesBetweenCuts ?? .max))
        // A peer that is gone is an error of `write`, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }

    deinit { close() }

    /// Bytes that came out at the other end, in both directions.
    package var carried: Int { state.withLock { $0.carried } }
    package var cuts: Int { state.withLock { $0.cuts } }

    /// From now on; `nil` lets everything through.
    package func cut(every bytes: Int?) {
        state.withLock {
            $0.bytesBetweenCuts = bytes
            $0.left = bytes ?? .max
        }
    }

    /// Breaks everything that is open now.
    package func cut() { state.withLock { Self.cut(&$0) } }

    /// What is open now stays open and carries nothing any more, in either direction.
    package func forget() {
        state.withLock { state in
            state.forgotten = state.generation
            state.generation += 1
        }
    }

    package func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            Self.cut(&state)
            for listener in state.listeners { shutdown(listener, Int32(SHUT_RDWR)) }
        }
    }

    /// - Returns: the port that leads to `target` on 127.0.0.1.
    package func forward(from port: Int = 0, to target: Int) throws -> Int {
        let listener = try FreePorts.listen(on: port, backlog: 64)
        state.withLock { $0.listeners.append(listener) }
        let (state, pause) = (state, pause)
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                guard let server = Self.dial(target) else {
                    Glibc.close(client)
                    continue
                }
                Self.join(client, server, state, pause)
            }
            Glibc.close(listener)
        }
        return FreePorts.port(of: listener)
    }

    // MARK: Carrying

    private static func dial(_ port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = FreePorts.loopback(port)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if connected == 0 { return descriptor }
        Glibc.close(descriptor)
        return nil
    }

    private static func join(_ client: Int32, _ server: Int32, _ state: LockedBox<State>, _ pause: Duration) {
        for descriptor in [client, server] {
            var yes: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        let generation = state.withLock { state in
            state.sockets.formUnion([client, server])
            return state.generation
        }
        let open = LockedBox(2)
        for (from, to) in [(client, server), (server, client)] {
            Thread.detachNewThread {
                carry(from, to, generation, state, pause)
                shutdown(from, Int32(SHUT_RD))
                shutdown(to, Int32(SHUT_WR))
                let isLast = open.withLock { count in
                    count -= 1
                    return count == 0
                }
                guard isLast else { return }
                state.withLock { state in
                    state.sockets.subtract([client, server])
                    Glibc.close(client)
                    Glibc.close(server)
                }
            }
        }
    }

    private static func carry(
        _ from: Int32, _ to: Int32, _ generation: Int, _ state: LockedBox<State>, _ pause: Duration
    ) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            if pause > .zero { Thread.sleep(forTimeInterval: pause / .seconds(1)) }
            let count = read(from, &buffer, buffer.count)
            guard count > 0 else { return }
            let allowed = state.withLock { state in
                guard generation > state.forgotten else { return -1 }
                guard state.generation == generation else { return 0 }
                let allowed = min(count, state.left)
                state.left -= allowed
                state.carried += allowed
                return allowed
            }
            // Taken, and gone.
            if allowed < 0 { continue }
            var sent = 0
            while sent < allowed {
                let written = buffer[sent..<allowed].withUnsafeBytes { write(to, $0.baseAddress, $0.count) }
                guard written > 0 else { return }
                sent += written
            }
            let isOver = state.withLock { state in
                guard state.generation == generation else { return true }
                if state.left == 0 { cut(&state) }
                return state.generation != generation
            }
            if isOver { return }
        }
    }

    private static func cut(_ state: inout State) {
        state.generation += 1
        state.cuts += 1
        state.left = state.bytesBetweenCuts ?? .max
        for descriptor in state.sockets { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
}
