// Reading every file again, all the time, slowly.

import Archive
import Audit
import Database
import Foundation
import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// One round through the archive in `StoragePolicy.verifyPeriod`, at an even pace, on a thread of low priority that stays
/// out of the page cache. A restart goes on where it was.
package struct RehashService: Service {
    private static let page = 20
    /// An archive without files, or a disk that seems to be gone, is looked at again after this.
    private static let rest: Duration = .seconds(3600)
    /// So many faults in a row are no faults of files: the disk is not there.
    private static let implausible = 50
    /// A round ends a little early rather than late.
    private static let haste = 1.05

    private let flow: FlowContext
    private let clock: any Clock<Duration>

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        guard let period = flow.node.storage.verifyPeriod else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            var faultsInARow = 0
            while !Task.isCancelled {
                var pause = Self.rest
                do {
                    let step = try await step()
                    faultsInARow = step.faults == step.files ? faultsInARow + step.faults : 0
                    if faultsInARow >= Self.implausible {
                        flow.logger.log(
                            .error, "the re-hash stops for a while: file after file is gone; is the disk there?", [:])
                        faultsInARow = 0
                    } else if step.files > 0 {
                        pause = try await share(of: period, for: step.bytes) - step.took
                    }
                } catch is CancellationError {
                    return
                } catch {
                    flow.logger.log(.error, "the re-hash failed; it goes on later", [.error: "\(error.sentence)"])
                }
                do { try await clock.sleep(for: min(max(pause, .milliseconds(10)), Self.rest)) } catch { return }
            }
        }
    }

    package struct Step: Hashable, Sendable {
        package var files = 0
        package var bytes: Int64 = 0
        package var faults = 0
        package var took: Duration = .zero
    }

    /// Reads the next few files; at the end of a round, none.
    package func step() async throws -> Step {
        let book = RehashBook()
        let round = try await flow.database.read { try book.round(in: $0) }
        if round == nil {
            try await flow.database.write { [now = flow.clock.now()] in try book.begin(at: now, in: $0) }
        }
        let files = try await flow.database.read {
            try book.next(after: round?.cursor ?? "", limit: Self.page, in: $0)
        }
        guard let last = files.last else {
            try await endRound(round)
            return Step()
        }
        let started = ContinuousClock.now
        var step = try await read(files)
        step.took = ContinuousClock.now - started
        try await flow.database.write { [step] transaction in
            try book.advance(
                past: last.path, files: step.files, bytes: step.bytes, faults: step.faults, in: transaction)
        }
        MetricRegistry.shared.add(Double(step.bytes), to: "jieli_rehash_bytes_total")
        return step
    }

    private func read(_ files: [InstanceRecord]) async throws -> Step {
        let rate = flow.node.storage.verifyRate
        return try await UpkeepThread.run { stop in
            let check = FileCheck(flow.store)
            var step = Step()
            for file in files {
                let pace: (Int) throws -> Void = { bytes in
                    step.bytes += Int64(bytes)
                    try stop.sleep(seconds: Double(bytes) / Double(max(1, rate)))
                }
                step.files += 1
                // Twice: what is read wrong once and right once is the memory's or the cable's fault.
                guard try check.fault(of: file, pace: pace) != nil, let fault = try check.fault(of: file, pace: pace)
                else { continue }
                if try FileDamage(flow).report(file, fault, by: "re-hash") { step.faults += 1 }
            }
            return step
        }
    }

    private func endRound(_ round: RehashRound?) async throws {
        let (now, book) = (flow.clock.now(), RehashBook())
        guard let round, round.files > 0 else { return }
        try await flow.database.write { transaction in
            try book.finish(at: now, in: transaction)
            try book.begin(at: now, in: transaction)
            try flow.audit.record(
                AuditEvent(
                    .archiveVerified, by: .system("re-hash"), at: now, outcome: round.faults > 0 ? .failed : .success,
                    detail: "\(round.files) files, \(round.bytes) bytes, \(round.faults) damaged or missing"),
                in: transaction)
        }
        flow.logger.log(
            .info, "every file was read again",
            [.count: "\(round.files)", .bytes: "\(round.bytes)", .status: "\(round.faults) faults"])
    }

    /// The part of the period that these bytes may take.
    private func share(of period: Duration, for bytes: Int64) async throws -> Duration {
        let all = try await flow.database.read { try flow.catalogue.totals(in: $0).bytes }
        guard all > 0 else { return Self.rest }
        return .seconds(period.seconds * Double(bytes) / Double(all) / Self.haste)
    }
}
