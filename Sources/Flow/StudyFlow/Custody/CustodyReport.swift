// What a node can prove about one study.

import Archive
import Reading
import Relay
import Vocabulary

/// The chain from the modality up, and the report's way home, as `CustodyAudit` found them.
package struct CustodyReport: Sendable {
    package var study: StudyInstanceUID
    package var accessionNumber: String?
    package var node: NodeName
    package var origin: NodeName
    /// Of the acquired instances: when they came here, and from whom (AE titles or node names).
    package var firstArrival: Timestamp?
    package var lastArrival: Timestamp?
    package var sources: [String]
    package var isSettled: Bool
    package var instances: [InstanceCustody]
    package var nodes: [NodeCustody]
    package var report: ReportCustody?
    /// What is broken or not proven; empty where the chain proves everything that this node claims.
    package var findings: [CustodyFinding]

    package var isProven: Bool { findings.isEmpty }
    package func count(_ state: LocalCopy) -> Int { instances.count { $0.here == state } }
}

/// What became of the file at this node.
package enum LocalCopy: String, Hashable, Codable, Sendable {
    /// Hashed again just now, and as it was acquired.
    case intact
    /// Given up on purpose; nodes above hold it.
    case evicted
    case missing, different
}

package struct InstanceCustody: Sendable {
    package var sopInstanceUID: SOPInstanceUID
    /// SHA-256 of the data set as acquired.
    package var acquired: Digest
    package var size: Int64?
    package var arrivedAt: Timestamp?
    package var source: String?
    package var here: LocalCopy
    /// When each node stored what it signed for; only receipts that were verified and prove the acquired digest.
    package var proven: [NodeName: Timestamp]
}

/// One node above, and its signatures.
package struct NodeCustody: Sendable {
    package var node: NodeName
    package var proven: Int
    package var expected: Int
    package var signatures: Int
    package var firstSignedAt: Timestamp?
    package var lastSignedAt: Timestamp?
    /// Of the certificate of the last signature.
    package var validity: ReceiptValidity?
    /// The node that owes what is not proven, and since when.
    package var owedBy: NodeName?
    package var owedSince: Timestamp?
}

package struct ReportCustody: Sendable {
    package var readAt: NodeName
    package var version: Int
    package var author: String
    package var reviewer: String
    package var preliminaryAt: Timestamp?
    package var finalAt: Timestamp
    /// When its instances were safe here; `nil` while they are on their way.
    package var arrivedAt: Timestamp?
    /// When it was at the node that acquired the study.
    package var deliveredAt: Timestamp?
    package var acknowledgedAt: Timestamp?
    package var acknowledgedBy: String?
    /// Of SR and PDF.
    package var instances: Int
    package var intact: Int
}

/// One thing that is not as it should be. What concerns many instances alike is one finding with their number.
package struct CustodyFinding: Hashable, Sendable {
    package enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        // Broken
        case fileMissing = "file_missing"
        case fileDifferent = "file_different"
        /// Catalogue, ledger and manifest name different digests.
        case recordsDiffer = "records_differ"
        /// Signature, certificate or time is wrong.
        case receiptRefused = "receipt_refused"
        /// The ledger has a receipt that no signed text stands behind.
        case receiptUnsupported = "receipt_unsupported"
        /// Rightly signed, for other bytes.
        case digestMismatch = "digest_mismatch"
        /// Evicted here, and nobody above has proven to hold it.
        case evictedUnproven = "evicted_unproven"

        // Not proven yet
        case notReceipted = "not_receipted"
        case givenUp = "given_up"
        case stillArriving = "still_arriving"
        case notHere = "not_here"
        case reportNotHome = "report_not_home"

        package var isBroken: Bool {
            switch self {
            case .fileMissing, .fileDifferent, .recordsDiffer, .receiptRefused, .receiptUnsupported, .digestMismatch,
                .evictedUnproven:
                true
            case .notReceipted, .givenUp, .stillArriving, .notHere, .reportNotHome: false
            }
        }
    }

    package var kind: Kind
    package var node: NodeName?
    package var count = 1
    package var since: Timestamp?
    /// The first instance it is about.
    package var instance: SOPInstanceUID?
    /// In technical words; names no patient.
    package var detail: String?
}
