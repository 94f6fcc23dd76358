// The decode workers of a node.

import Foundation
import Logging
import Observability

/// A few processes, started when they are first needed, that take frames one at a time. One that dies, hangs or talks
/// nonsense costs the frame it had; the next frame finds another.
///
/// `@unchecked Sendable`: every access to the state holds `condition`.
package final class DecodeWorkers: @unchecked Sendable {
    private let executable: String
    private let limit: Int
    private let patience: Duration
    private let frameTime: Duration?
    private let logger: Logger?

    private let condition = NSCondition()
    private var idle: [WorkerProcess] = []
    private var busy: [pid_t] = []
    /// Borrowed, whether started already or about to be.
    private var borrowed = 0
    private var hasLarge = false
    private var isStopped = false

    /// - Parameters:
    ///   - executable: this very program, even where an upgrade has replaced its file; it must know `decode-worker`.
    ///   - limit: processes at most.
    ///   - patience: how long a frame waits for its turn.
    ///   - frameTime: how long a frame may take, instead of `DecodeAllowance`'s judgement.
    package init(
        executable: String = "/proc/self/exe", limit: Int = 4, patience: Duration = .seconds(60),
        frameTime: Duration? = nil, logger: Logger? = nil
    ) {
        self.executable = executable
        self.limit = limit
        self.patience = patience
        self.frameTime = frameTime
        self.logger = logger
    }

    deinit { stop() }

    /// Ends the idle workers; those at work end with their frame. Nothing is decoded any more.
    package func stop() {
        condition.lock()
        isStopped = true
        let ending = idle
        idle = []
        condition.broadcast()
        condition.unlock()
        for worker in ending { worker.end() }
    }

    /// Process identifiers of the workers that have a frame, and of those that wait for one.
    package var identifiers: (busy: [pid_t], idle: [pid_t]) {
        condition.lock()
        defer { condition.unlock() }
        return (busy, idle.map(\.identifier))
    }

    /// Throws `.decodingFailed` where the codestream is damaged, or its worker was lost over it; `.timedOut` where there
    /// was none. Blocks.
    func decode(_ request: CodecRequest, _ codestream: [UInt8]) throws -> RawFrame {
        let allowance = DecodeAllowance(request, codestream: codestream.count)
        var worker = try borrow(isLarge: allowance.isLarge)
        defer { giveBack(worker, wasLarge: allowance.isLarge) }
        let process = try worker ?? WorkerProcess(executable: executable)
        worker = process
        began(process)
        do {
            let time = frameTime ?? .seconds(allowance.seconds + 1)
            return try process.decode(request, codestream, until: .now + time)
        } catch let fault as WireFault {
            worker = nil
            throw lost(process, fault, request)
        }
    }

    // MARK: Turns

    /// `nil` where the caller has a turn but must start a worker.
    private func borrow(isLarge: Bool) throws -> WorkerProcess? {
        var dead: [WorkerProcess] = []
        defer { for worker in dead { worker.end() } }
        condition.lock()
        defer { condition.unlock() }
        let deadline = Date(timeIntervalSinceNow: patience / .seconds(1))
        while !isStopped, borrowed >= limit || isLarge && hasLarge {
            guard condition.wait(until: deadline) else {
                throw DICOMError(code: .timedOut, message: "all decoders are at work; try again in a moment")
            }
        }
        guard !isStopped else { throw DICOMError(code: .cancelled, message: "the node is stopping") }
        borrowed += 1
        if isLarge { hasLarge = true }
        while let worker = idle.popLast() {
            if worker.isAlive { return worker }
            dead.append(worker)
        }
        return nil
    }

    private func began(_ worker: WorkerProcess) {
        condition.lock()
        busy.append(worker.identifier)
        condition.unlock()
    }

    private func giveBack(_ worker: WorkerProcess?, wasLarge: Bool) {
        condition.lock()
        borrowed -= 1
        if wasLarge { hasLarge = false }
        var ending = worker
        if let worker {
            busy.removeAll { $0 == worker.identifier }
            if !isStopped {
                idle.append(worker)
                ending = nil
            }
        }
        condition.broadcast()
        condition.unlock()
        ending?.end()
    }

    private func lost(_ worker: WorkerProcess, _ fault: WireFault, _ request: CodecRequest) -> DICOMError {
        condition.lock()
        busy.removeAll { $0 == worker.identifier }
        condition.unlock()
        let signal = worker.end()
        let reason =
            switch fault {
            case .late: "it took too long"
            case .nonsense: "the decoder gave no sensible answer"
            case .closed: "the decoder was ended by signal \(signal)"
            }
        MetricRegistry.shared.add(to: "jieli_decode_workers_lost_total", labels: ["reason": "\(fault)"])
        logger?.log(.warning, "a decode worker was lost over a frame; others go on", [.reason: "\(reason)"])
        return FrameCodec.decodingFailed(request, reason)
    }
}
