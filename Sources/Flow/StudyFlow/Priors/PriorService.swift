// Earlier studies on their way, for as long as it takes.

import Archive
import Database
import Foundation
import Logging
import Observability
import Priors
import Relay
import ServiceLifecycle
import Vocabulary

/// Gives what has come to whoever wants it, fetches what was granted, and forgets questions that are over. A study that
/// takes an hour over a thin line holds up neither what others were granted nor what is here and wanted elsewhere.
package struct PriorService: Service {
    private static let most = 50
    private static let fetchedAtOnce = 3
    private static let lookEvery: Duration = .seconds(2)
    private static let toldEvery: Duration = .seconds(1)

    private let flow: FlowContext
    private let fetching: (any InstanceFetching)?
    private let clock: any Clock<Duration>

    /// - Parameter fetching: `nil` where nobody is above.
    package init(
        _ flow: FlowContext, fetching: (any InstanceFetching)?, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.flow = flow
        self.fetching = fetching
        self.clock = clock
    }

    package func run() async throws {
        async let given: Void = flow.signals.priors.attend(atLeastEvery: Self.lookEvery, clock: clock) {
            try await give()
        } failed: { error in
            complain(error)
        }
        async let fetched: Void = cancelWhenGracefulShutdown { await keepFetching() }
        _ = await (given, fetched)
    }

    private func keepFetching() async {
        let underWay = LockedBox<Set<StudyInstanceUID>>([])
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for loan in await granted() {
                    let begins = underWay.withLock { studies in
                        guard studies.count < Self.fetchedAtOnce else { return false }
                        return studies.insert(loan.study).inserted
                    }
                    guard begins else { continue }
                    group.addTask {
                        await attempt { try await fetch(loan) }
                        underWay.withLock { _ = $0.remove(loan.study) }
                    }
                }
                await flow.signals.grantedPriors.wait(atMost: Self.lookEvery, clock: clock)
            }
        }
    }

    private func granted() async -> [PriorLoan] {
        do {
            return try await open(.granted)
        } catch {
            complain(error)
            return []
        }
    }

    private func attempt(_ work: () async throws -> Void) async {
        do { try await work() } catch { complain(error) }
    }

    private func complain(_ error: any Error) {
        // A node that ends is no failure.
        if Task.isCancelled { return }
        flow.logger.log(.error, "looking after earlier studies failed", [.error: "\(error.sentence)"])
    }

    /// One attempt at everything that is due.
    package func sweep() async throws {
        for loan in try await open(.granted) { try await fetch(loan) }
        try await give()
    }

    private func open(_ state: PriorLoan.State) async throws -> [PriorLoan] {
        let now = flow.clock.now()
        return try await flow.database.read { try flow.priorLoans.open(state, at: now, limit: Self.most, in: $0) }
    }

    private func give() async throws {
        let now = flow.clock.now()
        let wanted = try await open(.wanted)
        let ready = try await flow.database.read { snapshot in
            try wanted.filter { try PriorLending(flow).isWhole($0.study, in: snapshot) }
        }
        for loan in ready { try await serve(loan) }
        // Most wait for days for a hospital that is off the line: one transaction for all of them.
        let waiting = wanted.filter { !ready.contains($0) }
        let isOver = try await flow.database.read {
            try $0.row("SELECT 1 FROM prior_query WHERE expires_at <= ? LIMIT 1", now) != nil
        }
        guard isOver || !waiting.isEmpty else { return try await endLoans() }
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes()
            for loan in waiting {
                try flow.priorLoans.putOff(loan, until: now + Self.lookEvery, in: transaction)
            }
            if isOver {
                try PriorReports(flow).forgetOver(in: transaction, wakes: &wakes)
                try flow.priors.expire(at: now, in: transaction)
            }
            return wakes
        }
        wakes.ring(flow.signals)
        try await endLoans()
    }

    /// A child has no right for ever to what was lent to it once. A parent has its copies for good, and was told of each.
    private func endLoans() async throws {
        let limit = flow.clock.now() - flow.priorPolicy.lent
        let isDue = try await flow.database.read { snapshot in
            try flow.priorLoans.isOver(limit, keeping: flow.node.parents, in: snapshot)
        }
        guard isDue else { return }
        let count = try await flow.database.write { transaction in
            try flow.priorLoans.end(until: limit, keeping: flow.node.parents, in: transaction)
        }
        if count > 0 {
            flow.logger.log(.info, "loans of earlier studies have ended", [.count: "\(count)"])
        }
    }

    /// One that cannot be given keeps no other from being given.
    private func serve(_ loan: PriorLoan) async throws {
        do {
            let wakes = try await flow.database.write { transaction in
                var wakes = Wakes()
                if try !PriorLending(flow).serve(loan, in: transaction, wakes: &wakes) {
                    try flow.priorLoans.putOff(loan, until: flow.clock.now() + Self.lookEvery, in: transaction)
                }
                return wakes
            }
            wakes.ring(flow.signals)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            try await putOff(loan, because: error.sentence)
        }
    }

    private func fetch(_ loan: PriorLoan) async throws {
        do {
            guard let fetching, let lender = loan.lender, let text = loan.grant else {
                throw EventError(code: .conflict, message: FileSources.nobody)
            }
            let grant = try JSONDecoder().decode(PriorGranted.self, from: Data(text.utf8))
            let missing = try await flow.database.read {
                try flow.catalogue.missing(from: grant.manifest.items, in: $0)
            }
            let bytes = missing.map(\.size).reduce(0, +)
            guard flow.node.storage.reserve.admits(bytes, in: try flow.store.freeSpace()) else {
                throw EventError(code: .conflict, message: "the disk has no room for it")
            }
            if !missing.isEmpty { try await fetch(missing, grant, from: lender, by: fetching) }
            let wakes = try await flow.database.write { transaction in
                var wakes = Wakes(study: loan.study)
                try PriorLending(flow).fetched(loan, grant, in: transaction, wakes: &wakes)
                return wakes
            }
            wakes.ring(flow.signals)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            try await putOff(loan, because: error.sentence)
        }
    }

    private func fetch(
        _ missing: [ManifestItem], _ grant: PriorGranted, from lender: NodeName, by fetching: any InstanceFetching
    ) async throws {
        let (intake, flow) = (InstanceIntake(flow), flow)
        let lastTold = LockedBox<Timestamp?>(nil)
        try await fetching.fetch(
            missing.map(\.sopInstanceUID), of: grant.study, from: lender, contexts: Set(grant.contexts)
        ) { arrival in
            var arrival = arrival
            arrival.issuer = grant.issuer
            // The lender has it still.
            _ = try intake.accept(arrival, manner: .passing)
            // Each makes all open pages ask again: a series of hundreds is told of once a second.
            let now = flow.clock.now()
            let isDue = lastTold.withLock { last in
                if let last, now >= last, now.elapsed(since: last) < Self.toldEvery { return false }
                last = now
                return true
            }
            if isDue { flow.signals.publish(FlowChange(.prior)) }
        }
    }

    private func putOff(_ loan: PriorLoan, because reason: String) async throws {
        let pause = Duration.seconds(min(120, 2 << min(loan.attempts, 6)))
        try await flow.database.write { transaction in
            try flow.priorLoans.failed(
                loan, error: reason, nextAttemptAt: flow.clock.now() + pause, in: transaction)
        }
        flow.logger.log(
            .warning, "an earlier study could not be fetched; it is tried again",
            [.study: "\(loan.study)", .error: "\(reason)"])
        flow.signals.publish(FlowChange(.prior))
    }
}
