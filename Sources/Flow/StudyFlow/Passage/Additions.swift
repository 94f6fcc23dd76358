// Images that came after a study was taken to be whole, and whether its readers know of them.

import Archive
import Database
import Reading
import Vocabulary

/// What a page says about images that came late.
package struct LateImages: Hashable, Sendable {
    /// Images that nobody who reads the study is known to have seen.
    package var unseen = 0
    /// Images that the signed report does not cover.
    package var afterReport = 0
    /// When the last of them came.
    package var lastAt: Timestamp?

    package init() {}

    package var isEmpty: Bool { unseen == 0 && afterReport == 0 }
}

/// Counts, kept per study at the node where it is read: what was there when the study became whole has been seen by
/// whoever reads it; what comes later is seen when somebody claims the task or says so.
package struct Additions: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// The study is whole for the first time.
    func begin(_ study: StudyInstanceUID, count: Int, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO study_seen (study_instance_uid, seen_count, seen_at) VALUES (?, ?, ?)
            ON CONFLICT (study_instance_uid) DO NOTHING
            """, study, count, flow.clock.now())
    }

    /// Somebody who reads the study has all its images before them.
    func see(_ study: StudyInstanceUID, in transaction: Transaction) throws {
        guard let record = try flow.catalogue.study(study, in: transaction) else { return }
        try transaction.execute(
            """
            INSERT INTO study_seen (study_instance_uid, seen_count, seen_at) VALUES (?, ?, ?)
            ON CONFLICT (study_instance_uid) DO UPDATE SET seen_count = excluded.seen_count,
                seen_at = excluded.seen_at
            """, study, record.shownAcquiredCount, flow.clock.now())
    }

    /// How many images a report that is signed now is about.
    func seenCount(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> Int? {
        try database.row("SELECT seen_count FROM study_seen WHERE study_instance_uid = ?", study)?["seen_count"]
    }

    /// - Parameter reported: how many images the report that was signed is about; `nil` where none was.
    package func late(
        in study: StudyRecord, reported: Int?, in database: some DatabaseReading
    ) throws -> LateImages {
        var late = LateImages()
        if let reported { late.afterReport = max(0, study.shownAcquiredCount - reported) }
        if let seen = try seenCount(of: study.studyInstanceUID, in: database) {
            late.unseen = max(0, study.shownAcquiredCount - seen)
        }
        if !late.isEmpty { late.lastAt = study.lastReceivedAt }
        return late
    }
}
