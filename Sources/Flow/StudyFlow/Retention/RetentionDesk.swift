// What an operator confirms about studies that were kept long enough.

import Archive
import Audit
import Database
import Reading
import Retention
import Vocabulary

/// Confirming writes a rejection note "Data Retention Policy Expired": the study is hidden everywhere, and its bytes go when the
/// grace has passed and nothing stands against it (`Destruction`). Until then it can be taken back like any rejection.
package struct RetentionDesk: Sendable {
    package struct Outcome: Hashable, Sendable {
        package var expired: [StudyInstanceUID] = []
        package var refused: [StudyInstanceUID: RetentionObstacle] = [:]
        package var unknown: [StudyInstanceUID] = []
    }

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package var rules: RetentionRules? { flow.retention }

    /// The longest kept first; empty at a node without rules.
    package func list(limit: Int = 100) async throws -> [RetentionCandidate] {
        guard let rules else { return [] }
        return try await flow.database.read { snapshot in
            try RetentionLedger(flow).candidates(limit: limit, rules, in: snapshot)
        }
    }

    /// Each study is asked about again and stands in a transaction of its own.
    package func expire(_ studies: [StudyInstanceUID], by person: Person) async throws -> Outcome {
        var outcome = Outcome()
        guard let rules else { return outcome }
        for study in studies {
            if try await expire(study, rules, by: person) {
                outcome.expired.append(study)
                continue
            }
            let (isKnown, obstacle) = try await flow.database.read { snapshot in
                let record = try flow.catalogue.study(study, in: snapshot)
                let obstacle = try record.flatMap { try RetentionLedger(flow).obstacle(to: $0, rules, in: snapshot) }
                return (record != nil, obstacle)
            }
            if !isKnown {
                outcome.unknown.append(study)
            } else if let obstacle {
                outcome.refused[study] = obstacle
            } else {
                // Nothing of it is left to be hidden.
                outcome.expired.append(study)
            }
        }
        return outcome
    }

    /// - Returns: `false` where something stands against it, or nothing is left to be done.
    private func expire(
        _ study: StudyInstanceUID, _ rules: RetentionRules, by person: Person
    ) async throws -> Bool {
        @Sendable func term(_ database: any DatabaseReading) throws -> RetentionTerm? {
            let ledger = RetentionLedger(flow)
            guard let record = try flow.catalogue.study(study, in: database),
                try ledger.obstacle(to: record, rules, in: database) == nil
            else { return nil }
            return rules.term(for: try ledger.facts(of: record, in: database))
        }
        let notes = try await RejectionWriting(flow).reject(of: study, for: .retentionExpired, by: person) { database in
            guard let term = try term(database) else { return nil }
            let instances = try flow.catalogue.instances(of: study, in: database).filter {
                $0.withheld != .note && $0.withheld != .retentionExpired
            }
            let remark = "保存期满（\(term.rule.name)，至 \(term.until)）"
            return instances.isEmpty ? nil : RejectionWriting.Choice(instances: instances, remark: remark)
        } then: { transaction in
            guard let term = try term(transaction) else { return }
            try flow.audit.record(
                AuditEvent(
                    .retentionExpired, by: .user(person.user), at: flow.clock.now(), study: study,
                    detail: "rule '\(term.rule.name)', kept until \(term.until)"), in: transaction)
        }
        return notes != nil
    }
}
