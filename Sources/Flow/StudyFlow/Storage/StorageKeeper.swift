// Looks after the disk.

import Archive
import Database
import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// Notes how full the disk is, makes room when it must, sends custody copies up when they may go, and bounds the
/// quarantine.
package struct StorageKeeper: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>
    private let lookEvery: Duration = .seconds(30)
    private let sampleEvery: Duration = .seconds(300)
    /// Looking through everything that may not go costs something.
    private let restAfterNothing: Duration = .seconds(600)
    private let lastInVain = LockedBox<(at: Timestamp, obstacle: EvictionRule.Obstacle)?>(nil)
    private let nothingToDestroyAt = LockedBox<Timestamp?>(nil)

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await attempt("noting free space") { try await note() }
                await attempt("making room") { try await makeRoom() }
                await attempt("queueing custody copies") { try await CustodyCopies(flow).sweep() }
                await attempt("destroying what was kept long enough") { try await destroy() }
                await attempt("looking through the quarantine") { try await Quarantine(flow).sweep() }
                do { try await clock.sleep(for: lookEvery) } catch { return }
            }
        }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
            return
        } catch {
            flow.logger.log(
                .error, "looking after the disk failed; it is tried again",
                [.reason: "\(what)", .error: "\(error.sentence)"])
        }
    }

    /// A sample now and then, and a warning while there is time.
    package func note() async throws {
        let (now, space) = (flow.clock.now(), try flow.store.freeSpace())
        let forecast = try await flow.database.write { [reserve = flow.node.storage.reserve] transaction in
            let book = SpaceBook()
            if let latest = try book.latest(in: transaction), now.elapsed(since: latest) < sampleEvery, latest <= now {
                return nil as SpaceForecast?
            }
            try book.note(space, at: now, in: transaction)
            return try book.forecast(space, reserve: reserve, at: now, in: transaction)
        }
        guard let forecast else { return }
        flow.signals.publish(FlowChange(.storage))
        guard forecast.concern != .none else { return }
        flow.logger.log(
            forecast.concern == .soon ? .warning : .error, "the disk fills up",
            [
                .bytes: "\(space.free)",
                .reason: forecast.concern == .full
                    ? "images are refused" : "\(forecast.hoursLeft ?? 0) hours left at the present rate",
            ])
    }

    private func destroy() async throws {
        let now = flow.clock.now()
        if let before = nothingToDestroyAt.withLock({ $0 }), before <= now,
            now.elapsed(since: before) < restAfterNothing
        {
            return
        }
        let report = try await Destruction(flow).sweep()
        nothingToDestroyAt.withLock { $0 = report.files == 0 ? now : nil }
        guard report.files > 0 else { return }
        flow.logger.log(
            .notice, "files were destroyed that were kept long enough",
            [.count: "\(report.files)", .bytes: "\(report.bytes)", .status: "\(report.studies) studies"])
    }

    private func makeRoom() async throws {
        let before = lastInVain.withLock { $0 }
        if let before, flow.clock.now().elapsed(since: before.at) < restAfterNothing, before.at <= flow.clock.now() {
            return
        }
        let report = try await Eviction(flow).sweep()
        if report.files > 0 {
            flow.logger.log(
                .info, "files went that nodes above keep",
                [.count: "\(report.files)", .bytes: "\(report.bytes)", .status: "\(report.studies) studies"])
        }
        lastInVain.withLock { last in
            last = report.files == 0 ? report.obstacle.map { (flow.clock.now(), $0) } : nil
        }
        if let obstacle = report.obstacle, obstacle != before?.obstacle, flow.node.storage.retention != nil,
            !flow.node.nodesAbove.isEmpty
        {
            flow.logger.log(
                .warning, "the disk is above its high-water mark and nothing more may go",
                [.reason: "\(obstacle.rawValue)"])
        }
    }
}
