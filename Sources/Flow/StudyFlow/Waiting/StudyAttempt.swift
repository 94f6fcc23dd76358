// One study's step, which may fail without taking anything else along.

import Archive
import Database
import Logging
import Observability
import Vocabulary

/// A study whose step fails waits and is tried again; what else the transaction does stands. Its reason is on the list of
/// what is owed until the step succeeds.
struct StudyAttempt: Sendable {
    private static let mostRetried = 20

    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// - Returns: whether it succeeded; what it wrote is undone otherwise.
    /// - Throws: when the whole transaction is lost.
    @discardableResult
    func step(
        _ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes,
        _ body: (inout Wakes) throws -> Void
    ) throws -> Bool {
        var changed = wakes
        switch try transaction.attempt({ try body(&changed) }) {
        case .success:
            wakes = changed
            return true
        case .failure(let error):
            if error is CancellationError { throw error }
            if try flow.troubles.trouble(of: study, in: transaction) == nil {
                flow.logger.log(
                    .error, "a study gets no further; it is tried again",
                    [.study: "\(study)", .error: "\(error.sentence)"])
            }
            try flow.troubles.note(study, reason: error.sentence, at: flow.clock.now(), in: transaction)
            wakes.changes.insert(FlowChange(.study, study))
            wakes.changes.insert(FlowChange(.queue))
            return false
        }
    }

    /// All that waits and is due: each study goes on from where it stands.
    func retry(at now: Timestamp, in transaction: Transaction, wakes: inout Wakes) throws {
        for trouble in try flow.troubles.due(at: now, limit: Self.mostRetried, in: transaction) {
            let goesOn = try step(trouble.study, in: transaction, wakes: &wakes) { wakes in
                try goOn(trouble.study, at: now, in: transaction, wakes: &wakes)
            }
            guard goesOn else { continue }
            try flow.troubles.clear(trouble.study, in: transaction)
            wakes.settlement = true
            flow.logger.log(.notice, "a study gets on again", [.study: "\(trouble.study)"])
        }
    }

    private func goOn(
        _ study: StudyInstanceUID, at now: Timestamp, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        // Also where nothing is to be told just now: what was passed on from a list would fail at once again.
        _ = try CorrectionTravel(flow).changes(of: study, in: transaction)
        guard let passage = try flow.passages.passage(of: study, in: transaction) else { return }
        try OrderMatching(flow).match(study, in: transaction, wakes: &wakes)
        try RoutePlanner(flow).replan(study, in: transaction, wakes: &wakes)
        // What was acquired here settles when it is due, like any other.
        if passage.settledAt == nil { try StudySettlement(flow).retry(study, in: transaction, wakes: &wakes) }
        wakes.changes.insert(FlowChange(.study, study))
        wakes.changes.insert(FlowChange(.queue))
    }
}
