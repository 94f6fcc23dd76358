// The end of bytes that were kept long enough.

import Archive
import Audit
import Database
import Observability
import Retention
import Vocabulary

/// Destroys what an operator confirmed, once the grace has passed and this node's own rules agree. The rows, digests, notes and
/// the trail stay: tombstones that a rebuilt catalogue keeps. The order is durable, as in `Eviction`: noted as going, removed,
/// noted as gone.
package struct Destruction: Sendable {
    package struct Report: Hashable, Sendable {
        package var studies = 0
        package var files = 0
        package var bytes: Int64 = 0
        /// Confirmed, and kept back by something.
        package var obstacles: [RetentionObstacle: Int] = [:]
    }

    private static let mostStudies = 50
    private static let page = 200
    private static let batch = 50

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func sweep() async throws -> Report {
        var report = Report()
        try await finish(&report)
        guard let rules = flow.retention else { return report }
        let limit = flow.clock.now() - StoragePolicy.day * rules.graceDays
        var last = ""
        while report.studies < Self.mostStudies {
            // This node's rules may keep thousands for years that others let go: nobody waits while they are looked at.
            let page = try await flow.database.read { [last] snapshot in
                try flow.rejections.studies(
                    rejectedFor: .retentionExpired, until: limit, after: last, limit: Self.page, in: snapshot
                ).map { ($0, try obstacle(to: $0, rules, in: snapshot)) }
            }
            for (study, obstacle) in page where report.studies < Self.mostStudies {
                if let obstacle {
                    report.obstacles[obstacle, default: 0] += 1
                } else {
                    try await destroy(study, until: limit, rules, &report)
                }
                try Task.checkCancellation()
            }
            guard page.count == Self.page, let (end, _) = page.last else { break }
            last = end.rawValue
        }
        return report
    }

    private func obstacle(
        to study: StudyInstanceUID, _ rules: RetentionRules, in database: some DatabaseReading
    ) throws -> RetentionObstacle? {
        guard let record = try flow.catalogue.study(study, in: database) else { return .notExpired }
        return try RetentionLedger(flow).obstacle(to: record, rules, in: database)
    }

    private func destroy(
        _ study: StudyInstanceUID, until limit: Timestamp, _ rules: RetentionRules, _ report: inout Report
    ) async throws {
        let (standing, wakes) = try await flow.database.write { transaction -> (RetentionObstacle?, Wakes) in
            var wakes = Wakes()
            if let found = try obstacle(to: study, rules, in: transaction) { return (found, wakes) }
            try begin(study, until: limit, in: transaction)
            try PriorReports(flow).forget(study, in: transaction, wakes: &wakes)
            return (nil, wakes)
        }
        wakes.ring(flow.signals)
        if let standing {
            report.obstacles[standing, default: 0] += 1
            return
        }
        report.studies += 1
        try await finish(&report)
        flow.signals.publish(FlowChange(.study, study))
    }

    /// What was confirmed so long ago; what came since, or is shown again, stays.
    private func begin(_ study: StudyInstanceUID, until limit: Timestamp, in transaction: Transaction) throws {
        let now = flow.clock.now()
        let going = try flow.rejections.instances(
            of: study, rejectedFor: .retentionExpired, until: limit, in: transaction)
        for instance in going { try flow.absences.leave(instance, as: .destroying, at: now, in: transaction) }
        try flow.tasks.forgetPictures(of: going.map(\.sopInstanceUID), in: transaction)
        try PatientCards(flow).destroyed(study, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .instancesDestroyed, by: .system("retention"), at: now, study: study,
                detail: "\(going.count) instances, \(going.map(\.size).reduce(0, +)) bytes"), in: transaction)
    }

    /// Also damaged files that lie aside.
    private func finish(_ report: inout Report) async throws {
        while true {
            let gone = try await flow.database.write { transaction in
                let going = try flow.absences.list([.destroying], limit: Self.batch, in: transaction)
                for absence in going {
                    try flow.store.remove(absence.instance.path)
                    if let aside = absence.asidePath { try flow.store.remove(aside) }
                    try flow.absences.setState(.destroyed, of: absence.instance.sopInstanceUID, in: transaction)
                }
                return going.map(\.instance.size)
            }
            if gone.isEmpty { return }
            report.files += gone.count
            report.bytes += gone.reduce(0, +)
            try Task.checkCancellation()
        }
    }
}
