// What a clock that ran ahead has left behind.

import Database
import Vocabulary

/// A clock that was an hour ahead, and was put right, has written down moments that are still to come: the last image of a
/// study, the next attempt of a delivery. Whatever waits for so long after them would wait an hour too long, or a year.
/// What happened cannot lie ahead, and no pause between two attempts is longer than some minutes: such moments are drawn
/// back to now.
struct ClockSetBack: Sendable {
    /// Longer than any pause between two attempts.
    private static let longestPause: Duration = .seconds(900)

    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    func mend(at now: Timestamp, in transaction: Transaction) throws {
        let latest = now + Self.longestPause
        let mended =
            try flow.passages.drawBack(to: now, in: transaction)
            + flow.deliveries.drawBack(to: now, attemptsAfter: latest, in: transaction)
            + flow.onwardHops.drawBack(to: now, in: transaction)
            + ReportHomecoming(flow).drawBack(attemptsAfter: latest, in: transaction)
            + flow.troubles.drawBack(to: now, attemptsAfter: latest, in: transaction)
        guard mended > 0 else { return }
        flow.logger.log(
            .warning, "the clock was put back: what waited for a moment to come goes on now", [.count: "\(mended)"])
    }
}

extension PassageLedger {
    /// - Returns: how many studies would have waited for a moment after `now`.
    fileprivate func drawBack(to now: Timestamp, in transaction: Transaction) throws -> Int {
        try transaction.execute(
            """
            UPDATE study_passage SET settle_due_at = settle_due_at - last_instance_at + ?, last_instance_at = ?
            WHERE settled_at IS NULL AND last_instance_at > ?
            """, now, now, now)
    }
}

extension OnwardHopLedger {
    fileprivate func drawBack(to now: Timestamp, in transaction: Transaction) throws -> Int {
        try transaction.execute(
            "UPDATE onward_hop SET since = min(since, ?), asked_at = NULL "
                + "WHERE proven_at IS NULL AND (since > ? OR asked_at > ?)", now, now, now)
    }
}

extension ReportHomecoming {
    fileprivate func drawBack(attemptsAfter latest: Timestamp, in transaction: Transaction) throws -> Int {
        try transaction.execute(
            "UPDATE report_homecoming SET next_attempt_at = NULL WHERE arrived_at IS NULL AND next_attempt_at > ?",
            latest)
    }
}

extension StudyTroubleBook {
    fileprivate func drawBack(
        to now: Timestamp, attemptsAfter latest: Timestamp, in transaction: Transaction
    ) throws -> Int {
        try transaction.execute("UPDATE study_trouble SET next_attempt_at = ? WHERE next_attempt_at > ?", now, latest)
    }
}
