// Fetching reports from above.

import Archive
import Audit
import Database
import Logging
import Observability
import Relay
import ServiceLifecycle
import Vocabulary

/// Fetches instances from a parent; DIMSEServices does it by C-GET over TLS.
package protocol InstanceFetching: Sendable {
    /// Hands each instance to `receive` as it has landed, on a thread that may block.
    ///
    /// - Parameter contexts: classes and syntaxes of what is fetched; empty: those that reports have.
    /// - Throws: when the parent can't be reached or turned the request down. What was received stays.
    func fetch(
        _ instances: [SOPInstanceUID], of study: StudyInstanceUID, from parent: NodeName,
        contexts: Set<DeliveryContext>, receive: @escaping @Sendable (Arrival) throws -> Void
    ) async throws
}

/// Gets each announced report home, for as long as it takes.
package struct HomecomingService: Service {
    private let flow: FlowContext
    private let fetching: any InstanceFetching
    private let clock: any Clock<Duration>

    package init(_ flow: FlowContext, fetching: any InstanceFetching, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.fetching = fetching
        self.clock = clock
    }

    package func run() async throws {
        await flow.signals.homecoming.attend(atLeastEvery: .seconds(2), clock: clock) {
            try await fetchDue()
        } failed: { error in
            flow.logger.log(.error, "looking for reports to fetch failed", [.error: "\(error.sentence)"])
        }
    }

    /// One attempt at every report that is due.
    package func fetchDue() async throws {
        let homecoming = ReportHomecoming(flow)
        let due = try await flow.database.read { try homecoming.outstanding(at: flow.clock.now(), in: $0) }
        for report in due {
            do {
                try await fetch(report.announcement, from: report.source)
            } catch {
                let pause = Duration.seconds(min(60, 1 << min(report.attempts, 6)))
                try await flow.database.write { transaction in
                    try homecoming.failed(
                        report.announcement.task, error: error.sentence, nextAttemptAt: flow.clock.now() + pause,
                        in: transaction)
                }
                flow.logger.log(
                    .warning, "a report could not be fetched; it is tried again",
                    [.study: "\(report.announcement.study)", .peer: "\(report.source)", .error: "\(error.sentence)"])
            }
        }
    }

    /// A report whose signature is wrong is kept and shown for what it is: hiding it would hide that somebody tampers.
    private func checkSeal(_ report: ReportAvailable, from parent: NodeName) async throws {
        let verdict = try await SealCheck(flow).verdict(on: report.report.srInstance, madeAt: report.readAt)
        guard case .invalid(let reason) = verdict else { return }
        flow.logger.log(
            .error, "a report came whose signature is not valid",
            [.study: "\(report.study)", .peer: "\(parent)", .error: "\(reason)"])
        try await flow.database.write { transaction in
            try flow.audit.record(
                AuditEvent(
                    .signatureRejected, by: .node(report.readAt), at: flow.clock.now(), outcome: .refused,
                    study: report.study, instance: report.report.srInstance, detail: reason), in: transaction)
        }
    }

    private func fetch(_ report: ReportAvailable, from parent: NodeName) async throws {
        let missing = try await flow.database.read { try flow.catalogue.missing(from: report.instances, in: $0) }
        if !missing.isEmpty {
            let intake = InstanceIntake(flow)
            try await fetching.fetch(missing.map(\.sopInstanceUID), of: report.study, from: parent, contexts: []) {
                arrival in
                var arrival = arrival
                arrival.isNetworkMade = true
                // The parent has it still.
                _ = try intake.accept(arrival, manner: .passing)
            }
        }
        try await checkSeal(report, from: parent)
        let wakes = try await flow.database.write { transaction in
            let left = try flow.catalogue.missing(from: report.instances, in: transaction)
            guard left.isEmpty else {
                throw EventError(
                    code: .conflict, message: "\(left.count) of the report's instances did not come as announced")
            }
            var wakes = Wakes()
            try ReportHomecoming(flow).arrived(report, source: parent, in: transaction, wakes: &wakes)
            return wakes
        }
        wakes.ring(flow.signals)
    }
}
