// Who brought what, when, as it was noted then.

import Database
import Vocabulary

/// A row of `arrival`, part of the ledger: reindex reads it and never takes it back.
package struct ArrivalRecord: Hashable, Sendable {
    package var sopInstanceUID: SOPInstanceUID
    /// SHA-256 of the data set bytes that arrived.
    package var digest: Digest
    package var isNetworkMade: Bool
    package var source: InstanceSource
    package var receivedAt: Timestamp
}

package struct ArrivalBook: Sendable {
    package init() {}

    /// In the order of arrival.
    package func arrivals(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [ArrivalRecord] {
        try database.rows(
            "SELECT * FROM arrival WHERE study_instance_uid = ? ORDER BY received_at, sop_instance_uid", study
        ).map { row in
            ArrivalRecord(
                sopInstanceUID: try row["sop_instance_uid"], digest: try row["digest"],
                isNetworkMade: try row["network_made"],
                source: InstanceSource(kind: try row["source_kind"], name: try row["source_name"]),
                receivedAt: try row["received_at"])
        }
    }
}
