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
            let (isKnown, obstacle, wakes) = try await flow.database.write { transaction in
                var wakes = Wakes()
                guard let record = try flow.catalogue.study(study, in: transaction) else {
                    return (false, RetentionObstacle?.none, wakes)
                }
                if let obstacle = try RetentionLedger(flow).obstacle(to: record, rules, in: transaction) {
                    return (true, obstacle, wakes)
                }
                try expire(record, rules, by: person, in: transaction, wakes: &wakes)
                return (true, nil, wakes)
            }
            wakes.ring(flow.signals)
            if !isKnown {
                outcome.unknown.append(study)
            } else if let obstacle {
                outcome.refused[study] = obstacle
            } else {
                outcome.expired.append(study)
            }
        }
        return outcome
    }

    private func expire(
        _ record: StudyRecord, _ rules: RetentionRules, by person: Person, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        let study = record.studyInstanceUID
        let term = rules.term(for: try RetentionLedger(flow).facts(of: record, in: transaction))
        let instances = try flow.catalogue.instances(of: study, in: transaction).filter {
            $0.withheld != .note && $0.withheld != .retentionExpired
        }
        guard !instances.isEmpty else { return }
        let remark = "保存期满（\(term.rule.name)，至 \(term.until)）"
        _ = try RejectionWriting(flow).reject(
            instances, of: study, for: .retentionExpired, remark: remark, by: person, in: transaction, wakes: &wakes)
        try flow.audit.record(
            AuditEvent(
                .retentionExpired, by: .user(person.user), at: flow.clock.now(), study: study,
                detail: "rule '\(term.rule.name)', kept until \(term.until)"), in: transaction)
    }
}
