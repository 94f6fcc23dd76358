// Giving up files that nodes above keep.

import Archive
import Audit
import Database
import Logging
import Observability
import Vocabulary

/// Files go only when the disk needs the room: until then they are the quickest copy there is. The oldest week goes first,
/// in it the largest study, whole studies at a time. Only the file goes; row, digest, receipts and trail stay.
///
/// The order is durable: noted as going, removed, noted as gone. Whoever is killed in between goes on at the next sweep.
package struct Eviction: Sendable {
    package struct Report: Hashable, Sendable {
        package var studies = 0
        package var files = 0
        package var bytes: Int64 = 0
        /// The disk is still above the low-water mark, and nothing else may go: why, most often.
        package var obstacle: EvictionRule.Obstacle?
    }

    /// Files removed in one transaction; nobody can write meanwhile.
    private static let batch = 50
    /// Studies looked at in one sweep.
    private static let mostCandidates = 2000
    private static let page = 100

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Finishes what was begun; then, when too much of the disk is used, frees some.
    package func sweep() async throws -> Report {
        var report = Report()
        try await finish(&report)
        let policy = flow.node.storage
        guard try flow.store.freeSpace().usedPercent >= policy.evictAbovePercent else { return report }
        var obstacles: [EvictionRule.Obstacle: Int] = [:]
        var offset = 0
        while offset < Self.mostCandidates {
            let candidates = try await candidates(from: offset)
            for study in candidates {
                guard try flow.store.freeSpace().usedPercent > policy.evictToPercent else { return report }
                if let obstacle = try await evict(study, &report) {
                    obstacles[obstacle, default: 0] += 1
                    offset += 1
                }
                try Task.checkCancellation()
            }
            if candidates.count < Self.page { break }
        }
        report.obstacle = obstacles.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key ?? .retention
        return report
    }

    /// Gives up the files of one study, if nothing stands against it.
    ///
    /// - Returns: the obstacle.
    package func evict(_ study: StudyInstanceUID, _ report: inout Report) async throws -> EvictionRule.Obstacle? {
        let obstacle = try await flow.database.write { try begin(study, in: $0) }
        if let obstacle { return obstacle }
        report.studies += 1
        try await finish(&report)
        flow.signals.publish(FlowChange(.study, study))
        return nil
    }

    private func candidates(from offset: Int) async throws -> [StudyInstanceUID] {
        guard let retention = flow.node.storage.retention else { return [] }
        let limit = flow.clock.now() - retention
        return try await flow.database.read {
            try flow.catalogue.longestKept(until: limit, limit: Self.page, offset: offset, in: $0)
        }
    }

    // MARK: Steps

    /// From here on the files are given up, whatever happens.
    func begin(
        _ study: StudyInstanceUID, in transaction: Transaction
    ) throws -> EvictionRule.Obstacle? {
        if let obstacle = try EvictionRule(flow).obstacle(to: study, in: transaction) { return obstacle }
        let now = flow.clock.now()
        let files = try flow.catalogue.instances(of: study, in: transaction).filter(\.mayBeEvicted)
        for file in files { try flow.absences.leave(file, as: .evicting, at: now, in: transaction) }
        let holders = try flow.receipts.safeAt(study, in: transaction).map(\.node.rawValue).joined(separator: ", ")
        try flow.audit.record(
            AuditEvent(
                .studyEvicted, by: .system("eviction"), at: now, study: study,
                detail: "\(files.count) files, \(files.map(\.size).reduce(0, +)) bytes; held at \(holders)"),
            in: transaction)
        return nil
    }

    /// Removes what is given up. In the transaction that says so: nobody brings a file back in between, unnoticed.
    private func finish(_ report: inout Report) async throws {
        while true {
            let freed = try await flow.database.write { transaction in
                let going = try flow.absences.list([.evicting], limit: Self.batch, in: transaction).map(\.instance)
                for instance in going {
                    try flow.store.remove(instance.path)
                    try flow.absences.setState(.evicted, of: instance.sopInstanceUID, in: transaction)
                }
                return going.map(\.size)
            }
            if freed.isEmpty { return }
            report.files += freed.count
            report.bytes += freed.reduce(0, +)
            MetricRegistry.shared.add(Double(freed.count), to: "jieli_files_evicted_total")
            MetricRegistry.shared.add(Double(freed.reduce(0, +)), to: "jieli_files_evicted_bytes_total")
            try Task.checkCancellation()
        }
    }
}
