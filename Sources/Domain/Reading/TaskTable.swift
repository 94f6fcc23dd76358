// Tasks as rows.

import Database
import Vocabulary

enum TaskTable {
    private static let columns = [
        "id", "study_instance_uid", "origin", "owner", "came_from", "offered_to", "state", "remote_state", "priority",
        "rule_name", "is_unrouted", "order_id", "clinical_question", "created_at", "images_complete_at",
        "order_awaited_until", "ready_at", "claimed_by", "claimed_by_name", "lease_until", "released_at",
        "delivered_at", "acknowledged_at", "acknowledged_by_name", "reason", "revision", "change_number", "changed_at",
        "work_type", "work_modalities", "work_region", "work_institution", "work_minutes", "clock_started_at",
        "institution_at", "tier_at", "parent_at", "due_at", "visibility", "widens_at", "assigned_to",
        "assigned_to_name", "assigned_at", "claimed_at", "handover_by", "handover_note", "handover_at",
        "waited_before", "parent_asked_at", "remote_due_at",
    ]

    private static let insertion =
        "INSERT INTO reading_task (\(columns.joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"

    private static let replacement =
        "UPDATE reading_task SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")) "
        + "WHERE id = ? AND change_number = ?"

    static func insert(_ task: ReadingTask, in transaction: Transaction) throws {
        try transaction.execute(insertion, arguments: values(of: task))
    }

    /// `false` when the row's change number is no longer `expected`.
    static func update(_ task: ReadingTask, expecting expected: Int, in transaction: Transaction) throws -> Bool {
        try transaction.execute(replacement, arguments: values(of: task) + [task.id, expected]) == 1
    }

    private static func values(of task: ReadingTask) -> [(any DatabaseBindable)?] {
        [
            task.id, task.study, task.origin, task.owner, task.cameFrom, task.offeredTo, task.state, task.remoteState,
            task.priority, task.ruleName, task.isUnrouted, task.order, task.clinicalQuestion, task.createdAt,
            task.imagesCompleteAt, task.orderAwaitedUntil, task.readyAt, task.claimedBy?.user, task.claimedByName,
            task.leaseUntil, task.releasedAt, task.deliveredAt, task.acknowledgedAt, task.acknowledgedByName,
            task.reason, task.revision, task.changeNumber, task.changedAt,
        ] + assignmentValues(of: task)
    }

    private static func assignmentValues(of task: ReadingTask) -> [(any DatabaseBindable)?] {
        [
            task.plan?.workType, task.plan?.modalities.joined(separator: "\\"), task.plan?.region,
            task.plan?.institution, task.plan?.minutes, task.plan?.startedAt, task.plan?.institutionAt,
            task.plan?.tierAt, task.plan?.parentAt, task.plan?.dueAt, task.visibility, task.widensAt,
            task.assignedTo?.user, task.assignedTo?.displayName, task.assignedAt, task.claimedAt, task.handover?.by,
            task.handover?.note, task.handover?.at, task.waitedBefore, task.parentAskedAt, task.remoteDueAt,
        ]
    }
}

extension ReadingTask {
    /// From a row with all columns of `reading_task`; a join may add others.
    package init(row: Row) throws {
        let name: String? = try row[optional: "claimed_by_name"]
        let user: String? = try row[optional: "claimed_by"]
        self.init(
            id: try row["id"], study: try row["study_instance_uid"], origin: try row["origin"],
            owner: try row["owner"], cameFrom: try row[optional: "came_from"],
            offeredTo: try row[optional: "offered_to"], state: try row["state"],
            remoteState: try row[optional: "remote_state"], priority: try row["priority"],
            ruleName: try row[optional: "rule_name"], isUnrouted: try row["is_unrouted"],
            order: try row[optional: "order_id"], clinicalQuestion: try row[optional: "clinical_question"],
            createdAt: try row["created_at"], imagesCompleteAt: try row[optional: "images_complete_at"],
            orderAwaitedUntil: try row[optional: "order_awaited_until"], readyAt: try row[optional: "ready_at"],
            claimedBy: user.map { Person(user: $0, displayName: name ?? $0) },
            leaseUntil: try row[optional: "lease_until"], claimedByName: name,
            releasedAt: try row[optional: "released_at"], deliveredAt: try row[optional: "delivered_at"],
            acknowledgedAt: try row[optional: "acknowledged_at"],
            acknowledgedByName: try row[optional: "acknowledged_by_name"], reason: try row[optional: "reason"],
            revision: try row["revision"], changeNumber: try row["change_number"], changedAt: try row["changed_at"])
        try readAssignment(row)
    }

    private mutating func readAssignment(_ row: Row) throws {
        plan = try TaskPlan(row: row)
        visibility = try row["visibility"]
        widensAt = try row[optional: "widens_at"]
        let assigned: String? = try row[optional: "assigned_to"]
        let assignedName: String? = try row[optional: "assigned_to_name"]
        assignedTo = assigned.map { Person(user: $0, displayName: assignedName ?? $0) }
        assignedAt = try row[optional: "assigned_at"]
        claimedAt = try row[optional: "claimed_at"]
        if let by: String = try row[optional: "handover_by"], let at: Timestamp = try row[optional: "handover_at"] {
            handover = TaskHandover(by: by, note: try row[optional: "handover_note"] ?? "", at: at)
        }
        waitedBefore = try row["waited_before"]
        parentAskedAt = try row[optional: "parent_asked_at"]
        remoteDueAt = try row[optional: "remote_due_at"]
    }
}

extension TaskPlan {
    /// `nil` where the task has none.
    init?(row: Row) throws {
        guard let workType: WorkType = try row[optional: "work_type"], let due: Timestamp = try row[optional: "due_at"]
        else { return nil }
        self.init(
            workType: workType,
            modalities: try row["work_modalities", as: String.self].split(separator: "\\").map(String.init),
            region: try row[optional: "work_region"], institution: try row["work_institution"],
            minutes: try row["work_minutes"], startedAt: try row["clock_started_at"],
            institutionAt: try row["institution_at"], tierAt: try row["tier_at"], parentAt: try row["parent_at"],
            dueAt: due)
    }
}
