// How much smaller a study travels.

import Database
import Relay
import Vocabulary

/// Of the instances of one study that travel, or came, compressed.
package struct StudyCompression: Hashable, Sendable {
    package var instances: Int
    package var acquiredBytes: Int64
    package var compressedBytes: Int64

    package var percent: Int {
        acquiredBytes > 0 ? Int((Double(compressedBytes) / Double(acquiredBytes) * 100).rounded()) : 100
    }
}

package struct CompressionViews: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// What is kept compressed here, else what goes up compressed; `nil` for a study that is neither.
    package func compression(of study: StudyInstanceUID) async throws -> StudyCompression? {
        try await flow.database.read { snapshot in
            let kept = try snapshot.row(
                """
                SELECT count(*) AS instances, COALESCE(sum(acquired_size), 0) AS acquired,
                    COALESCE(sum(data_set_size), 0) AS compressed
                FROM sop_instance WHERE study_instance_uid = ? AND acquired_digest IS NOT NULL
                """, study)
            if let kept, let found = try StudyCompression(kept) { return found }
            // With several parents, the one that gets most of it that way.
            return try snapshot.row(
                """
                SELECT count(*) AS instances, sum(size) AS acquired, sum(sent_size) AS compressed FROM delivery
                WHERE study_instance_uid = ? AND sent_size IS NOT NULL
                GROUP BY destination ORDER BY instances DESC, destination LIMIT 1
                """, study
            ).flatMap(StudyCompression.init)
        }
    }
}

extension StudyCompression {
    fileprivate init?(_ row: Row) throws {
        instances = try row["instances"]
        acquiredBytes = try row["acquired"]
        compressedBytes = try row["compressed"]
        if instances == 0 { return nil }
    }
}
