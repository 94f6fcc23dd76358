// What an operator does about what is stuck.

import Archive
import Audit
import Database
import Foundation
import Outbox
import Relay
import Vocabulary

package struct OperatorDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// - Returns: how many deliveries wait again.
    package func retry(_ deliveries: [Int64], by user: String) async throws -> Int {
        try await act(.deliveryRetried, by: user) { transaction in
            try flow.deliveries.retry(deliveries, by: user, in: transaction)
        }
    }

    package func retryAllParked(to destination: NodeName? = nil, by user: String) async throws -> Int {
        try await act(.deliveryRetried, by: user) { transaction in
            try flow.deliveries.retryAllParked(to: destination, by: user, in: transaction)
        }
    }

    package func cancel(_ deliveries: [Int64], by user: String) async throws -> Int {
        try await act(.deliveryCancelled, by: user) { transaction in
            try flow.deliveries.cancel(deliveries, by: user, at: flow.clock.now(), in: transaction)
        }
    }

    /// Sends what a destination is owed of a study at once, and asks for receipts that did not come.
    package func retry(_ study: StudyInstanceUID, to node: NodeName, by user: String) async throws -> Int {
        let count = try await act(.deliveryRetried, on: study, by: user) { transaction in
            try flow.deliveries.retry(study: study, to: node, by: user, in: transaction)
        }
        flow.signals.settlement.ring()
        return count
    }

    /// Gives up what a destination is owed of a study; the images stay here.
    package func cancel(_ study: StudyInstanceUID, to node: NodeName, by user: String) async throws -> Int {
        try await act(.deliveryCancelled, on: study, by: user) { transaction in
            try flow.deliveries.cancel(
                study: study, to: node, by: user, at: flow.clock.now(), in: transaction)
        }
    }

    /// Fetches a study's report now instead of when its delay has passed.
    package func fetchReport(of study: StudyInstanceUID) async throws -> Int {
        let count = try await flow.database.write { transaction in
            try transaction.execute(
                """
                UPDATE report_homecoming SET next_attempt_at = NULL WHERE study_instance_uid = ? AND arrived_at IS NULL
                """, study)
        }
        flow.signals.homecoming.ring()
        return count
    }

    /// The operator has seen it; what is kept stays, what lies aside stays aside.
    package func resolve(_ conflict: UUID, by user: String) async throws -> Bool {
        let now = flow.clock.now()
        let done = try await flow.database.write { transaction in
            let done = try flow.conflicts.resolve(conflict, by: user, at: now, in: transaction)
            if done {
                try flow.audit.record(
                    AuditEvent(
                        .conflictResolved, by: .user(user), at: now, object: conflict.uuidString.lowercased()),
                    in: transaction)
            }
            return done
        }
        flow.signals.publish(FlowChange(.conflict))
        return done
    }

    private func act(
        _ action: AuditAction, on study: StudyInstanceUID? = nil, by user: String,
        _ change: @escaping @Sendable (Transaction) throws -> Int
    ) async throws -> Int {
        let count = try await flow.database.write { transaction in
            let count = try change(transaction)
            if count > 0 {
                try flow.audit.record(
                    AuditEvent(
                        action, by: .user(user), at: flow.clock.now(), study: study, detail: "\(count) deliveries"),
                    in: transaction)
            }
            return count
        }
        flow.signals.relay.pokeAll()
        flow.signals.publish(FlowChange(.queue, study))
        return count
    }

    /// A file that a watched folder refused has been dealt with; all of them without an id.
    package func dismissRefusedFile(_ id: UUID?) async throws -> Int {
        let changed = try await flow.database.write { transaction in
            try flow.folders.dismiss(id, at: flow.clock.now(), in: transaction)
        }
        flow.signals.publish(FlowChange(.conflict))
        return changed
    }
}
