// What kind of work a task is, and until when it must be done.

import Archive
import Database
import Reading
import Roster
import Vocabulary
import Workload

/// Gathers the facts of a study and works out its clock. Called in the transaction that makes a task ready, and again
/// when its priority or order changed.
package struct WorkPlanner: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// The task with its clock; as it was where it has one, is not ready, or is read elsewhere.
    @discardableResult
    package func plan(_ task: ReadingTask, in transaction: Transaction) throws -> ReadingTask {
        guard task.plan == nil, task.isOwned(by: flow.node.name), let readyAt = task.readyAt,
            ReadingTaskState.onTheReadersDesk.contains(task.state)
        else { return task }
        let facts = try facts(of: task, in: transaction)
        let rules = flow.workforce.rules
        let start = Timestamp(milliseconds: readyAt.milliseconds - task.waitedBefore)
        guard let clock = rules.limits.clock(for: facts, from: start) else { return task }
        let institution = try flow.catalogue.origin(of: task.study, in: transaction)?.issuer ?? flow.node.issuer
        return try flow.tasks.setPlan(
            TaskPlan(
                workType: clock.workType, modalities: facts.modalities, region: facts.region,
                institution: institution, minutes: rules.times.minutes(for: facts), startedAt: clock.startedAt,
                institutionAt: clock.institutionAt, tierAt: clock.tierAt, parentAt: clock.parentAt,
                dueAt: clock.dueAt),
            of: task.id, at: flow.clock.now(), in: transaction)
    }

    package func facts(of task: ReadingTask, in database: some DatabaseReading) throws -> WorkFacts {
        let order = try flow.orders.order(of: task.study, in: database)
        return try facts(
            of: task.study, priority: task.priority, patientClass: order?.patientClass,
            isComplex: order?.isComplex ?? false, in: database)
    }

    private func facts(
        of study: StudyInstanceUID, priority: Priority, patientClass: PatientClass?, isComplex: Bool,
        in database: some DatabaseReading
    ) throws -> WorkFacts {
        let record = try flow.catalogue.study(study, in: database)
        return WorkFacts(
            modalities: (record?.modalities ?? []).filter { !Self.notRead.contains($0) },
            region: BodyRegion(
                bodyParts: record?.bodyParts ?? [], descriptions: record?.studyDescription.map { [$0] } ?? []),
            patientClass: patientClass, priority: priority, isComplex: isComplex)
    }

    /// Objects that stand beside images and are nobody's speciality.
    private static let notRead: Set<String> = ["SR", "DOC", "PR", "KO", "OT", "SEG", "REG", "AU"]
}

extension TaskPlan {
    /// What is asked of who reads it.
    package func demand(_ right: ReadingRight) -> ReadingDemand {
        ReadingDemand(
            workType: workType, modalities: modalities, region: region, institution: institution, right: right)
    }
}

extension ReadingTask {
    /// What is asked of who claims it next; `nil` where it has no clock yet.
    package var demand: ReadingDemand? { plan?.demand(state == .preliminary ? .verify : .write) }
}
