// Everything about assignment that time or a change of staff makes due.

import Audit
import Database
import Reading
import Roster
import Vocabulary
import Workload

/// One pass, inside the caller's transaction: clocks for what has none, wider lists, claims freed of readers who are gone,
/// and in push mode a reader for what has none. Each step is bounded; what is left is done by the next pass.
struct AssignmentSweep {
    private let flow: FlowContext
    private let now: Timestamp

    /// Tasks of one step in one pass.
    static let most = 500

    init(_ flow: FlowContext) {
        self.flow = flow
        now = flow.clock.now()
    }

    struct Outcome {
        /// A step had more to do than it may in one pass.
        var isCutShort = false
        /// Somebody comes or goes then.
        var dutiesChangeAt: Timestamp?
    }

    func run(in transaction: Transaction, wakes: inout Wakes) throws -> Outcome {
        let staff = try flow.staff(at: now, in: transaction)
        var outcome = Outcome(dutiesChangeAt: staff.duties.until)
        let unplanned = try flow.tasks.withoutPlan(limit: Self.most, in: transaction)
        for task in unplanned {
            let planned = try WorkPlanner(flow).plan(task, in: transaction)
            if planned.plan != nil { try TaskPassing(flow).tellBelow(planned, in: transaction, wakes: &wakes) }
        }
        let widening = try flow.tasks.widening(at: now, limit: Self.most, in: transaction)
        for task in widening {
            try flow.tasks.widen(task.id, at: now, in: transaction)
            wakes.changes.insert(FlowChange(.task, task.study))
        }
        try freeClaims(staff, in: transaction, wakes: &wakes)
        if flow.workforce.policy.mode == .push {
            outcome.isCutShort = try push(staff, in: transaction, wakes: &wakes)
        }
        if unplanned.count == Self.most || widening.count == Self.most { outcome.isCutShort = true }
        return outcome
    }

    // MARK: Readers who are gone

    private func freeClaims(_ staff: Staff, in transaction: Transaction, wakes: inout Wakes) throws {
        for task in try flow.tasks.held(in: transaction) {
            guard let holder = task.claimedBy?.user, let reason = gone(holder, staff, holding: true) else { continue }
            let freed = try flow.tasks.recallAssignment(task.id, at: now, in: transaction)
            try note(.taskUnclaimed, freed, "\(holder): \(reason)", in: transaction, wakes: &wakes)
        }
        for task in try flow.tasks.assigned(in: transaction) where task.claimedBy == nil {
            guard let reader = task.assignedTo?.user else { continue }
            let isChosen = task.handover == nil && task.reason == nil
            guard let reason = gone(reader, staff, holding: !isChosen || flow.workforce.policy.mode == .pull) else {
                continue
            }
            let freed = try flow.tasks.unassign(task.id, at: now, in: transaction)
            try note(.taskAssignmentEnded, freed, "\(reader): \(reason)", in: transaction, wakes: &wakes)
        }
    }

    /// Why somebody can't be counted on; `nil` where they can.
    ///
    /// - Parameter holding: they took it themselves or a person gave it to them: they are let finish after their shift,
    ///   unless the policy says otherwise.
    private func gone(_ reader: String, _ staff: Staff, holding: Bool) -> String? {
        guard !staff.accounts.isEmpty else { return nil }
        guard let account = staff.account(reader), !account.isDisabled else { return "the account is disabled" }
        if staff.isAway(reader, at: now) { return "away" }
        guard !staff.roster.isOpen, staff.duties.duty(of: reader) == nil else { return nil }
        return !holding || flow.workforce.policy.offShift == .free ? "the shift has ended" : nil
    }

    // MARK: Push

    /// - Returns: whether more wait than one pass may assign.
    private func push(_ staff: Staff, in transaction: Transaction, wakes: inout Wakes) throws -> Bool {
        let waiting = try flow.tasks.unassigned(limit: Self.most, in: transaction)
        guard !waiting.isEmpty else { return false }
        var loads = Dictionary(
            staff.duties.duties.map { ($0.reader.name, ReaderLoad(reader: $0.reader.name, pace: $0.reader.pace)) }
        ) { first, _ in first }
        for desk in try flow.tasks.desks(in: transaction) {
            guard let pace = loads[desk.reader]?.pace else { continue }
            loads[desk.reader] = ReaderLoad(
                reader: desk.reader, minutes: desk.minutes * pace, tasks: desk.tasks, pace: pace)
        }
        var assigned = 0
        for task in waiting {
            guard let plan = task.plan, let demand = task.demand else { continue }
            let candidates = staff.duties.readers(for: demand).compactMap { loads[$0.reader.name] }
            guard let chosen = ReaderLoad.choose(from: candidates, minutes: plan.minutes) else { continue }
            loads[chosen.reader]?.take(minutes: plan.minutes)
            let name = staff.account(chosen.reader)?.displayName ?? chosen.reader
            let given = try flow.tasks.assign(
                task.id, to: Person(user: chosen.reader, displayName: name), at: now, in: transaction)
            assigned += 1
            try note(.taskAssigned, given, "to \(chosen.reader)", in: transaction, wakes: &wakes)
        }
        return waiting.count == Self.most && assigned > 0
    }

    private func note(
        _ action: AuditAction, _ task: ReadingTask, _ detail: String, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        try flow.audit.record(
            AuditEvent(
                action, by: .system("assignment"), at: now, study: task.study, object: task.id.rawValue,
                detail: detail), in: transaction)
        try TaskPassing(flow).tellBelow(task, in: transaction, wakes: &wakes)
    }
}
