// Tasks as rows.

import Database
import Vocabulary

enum TaskTable {
    private static let columns = [
        "id", "study_instance_uid", "origin", "owner", "came_from", "offered_to", "state", "remote_state", "priority",
        "rule_name", "is_unrouted", "order_id", "clinical_question", "created_at", "images_complete_at",
        "order_awaited_until", "ready_at", "claimed_by", "claimed_by_name", "lease_until", "released_at",
        "delivered_at", "acknowledged_at", "acknowledged_by_name", "reason", "revision", "change_number", "changed_at",
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
    }
}
