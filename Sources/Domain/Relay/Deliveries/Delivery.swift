// One instance that must reach one node.

import Database
import Vocabulary

/// Where a delivery stands.
///
/// ```
/// held ─release─▶ waiting ─claim─▶ sending ─0x0000─▶ sent ─receipt─▶ done
///                    ▲                │  │
///                    └─ passing ──────┘  └─ permanent refusal ─▶ parked ─retry─▶ waiting
/// ```
/// A person may cancel anything that is not done; a receipt makes anything done.
package enum DeliveryState: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    /// The parent has not acknowledged the study's announcement yet.
    case held
    /// Ready to be sent, now or at `nextAttemptAt`.
    case waiting
    /// A worker has leased it.
    case sending
    /// Answered with 0x0000; the signed receipt is awaited.
    case sent
    /// A receipt of the destination names this instance and this digest.
    case done
    /// Refused for good; a person acts.
    case parked
    /// A person gave it up.
    case cancelled

    /// Still owed: what a queue shows.
    package static let open: [DeliveryState] = [.held, .waiting, .sending, .sent, .parked]
}

/// What becomes of an instance before it travels.
package enum DeliveryCompression: String, Hashable, Sendable, CaseIterable, TextBindable {
    /// The link wants it compressed, and the compressor has not come to it yet.
    case wanted
    /// A compressed copy lies ready; it is a derived file, and the archive keeps what was acquired.
    case made
    /// It came compressed and travels on as it came: what the archive keeps is the compressed form.
    case kept
}

/// The bytes that travel, where they are not those that were acquired.
package struct SentForm: Hashable, Sendable {
    /// SHA-256 of the data set bytes.
    package var digest: Digest
    /// Bytes of the data set.
    package var size: Int64
    package var transferSyntax: TransferSyntax

    package init(digest: Digest, size: Int64, transferSyntax: TransferSyntax) {
        self.digest = digest
        self.size = size
        self.transferSyntax = transferSyntax
    }
}

/// What is needed to owe an instance to a node.
package struct NewDelivery: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var sopInstance: SOPInstanceUID
    package var destination: NodeName
    package var digest: Digest
    package var size: Int64
    package var transferSyntax: TransferSyntax
    package var sopClass: SOPClass
    package var priority: Priority
    package var compression: DeliveryCompression?
    /// Of what is `kept` compressed.
    package var sent: SentForm?

    package init(
        study: StudyInstanceUID, sopInstance: SOPInstanceUID, destination: NodeName, digest: Digest, size: Int64,
        transferSyntax: TransferSyntax, sopClass: SOPClass, priority: Priority,
        compression: DeliveryCompression? = nil, sent: SentForm? = nil
    ) {
        self.study = study
        self.sopInstance = sopInstance
        self.destination = destination
        self.digest = digest
        self.size = size
        self.transferSyntax = transferSyntax
        self.sopClass = sopClass
        self.priority = priority
        self.compression = compression
        self.sent = sent
    }
}

/// A row of the ledger.
package struct Delivery: Hashable, Sendable, Identifiable {
    package var id: Int64
    package var study: StudyInstanceUID
    package var sopInstance: SOPInstanceUID
    package var destination: NodeName
    /// SHA-256 of the data set bytes as acquired: what a receipt must prove.
    package var digest: Digest
    /// Bytes of the acquired data set.
    package var size: Int64
    package var transferSyntax: TransferSyntax
    package var sopClass: SOPClass
    package var priority: Priority
    package var compression: DeliveryCompression?
    /// What travels instead, once it is `made` or where it is `kept`.
    package var sent: SentForm?
    package var state: DeliveryState
    /// How many times it was sent or tried.
    package var attempts: Int
    /// How many times an association broke while it was on the wire; a refusal is none.
    package var interruptions: Int
    /// Bytes of the data set that the destination keeps of an instance carried in ranges, though it is not whole yet.
    package var bytesCarried: Int64
    package var nextAttemptAt: Timestamp?
    package var leaseUntil: Timestamp?
    /// A sentence for the operator; kept until the next success.
    package var lastError: String?
    /// What the destination answered last.
    package var lastStatus: DIMSEStatus?
    /// Who retried or cancelled it last.
    package var actedBy: String?
    /// When the first instance of its study was owed to this destination.
    package var studyQueuedAt: Timestamp
    package var createdAt: Timestamp
    package var sentAt: Timestamp?
    package var doneAt: Timestamp?

    package var context: DeliveryContext {
        DeliveryContext(sopClass: sopClass, transferSyntax: sent?.transferSyntax ?? transferSyntax)
    }

    /// Bytes of the data set that travels.
    package var sentSize: Int64 { sent?.size ?? size }
}

/// What an association must have negotiated to carry an instance.
package struct DeliveryContext: Hashable, Sendable, Codable {
    package var sopClass: SOPClass
    package var transferSyntax: TransferSyntax

    package init(sopClass: SOPClass, transferSyntax: TransferSyntax) {
        self.sopClass = sopClass
        self.transferSyntax = transferSyntax
    }
}

extension Delivery {
    init(_ row: Row) throws {
        id = try row["id"]
        study = try row["study_instance_uid"]
        sopInstance = try row["sop_instance_uid"]
        destination = try row["destination"]
        digest = try row["digest"]
        size = try row["size"]
        transferSyntax = try row["transfer_syntax"]
        sopClass = try row["sop_class"]
        priority = try row["priority"]
        compression = try row[optional: "compression"]
        sent = try row[optional: "sent_digest", as: Digest.self].map {
            SentForm(digest: $0, size: try row["sent_size"], transferSyntax: try row["sent_syntax"])
        }
        state = try row["state"]
        attempts = try row["attempts"]
        interruptions = try row["interruptions"]
        bytesCarried = try row["bytes_carried"]
        nextAttemptAt = try row[optional: "next_attempt_at"]
        leaseUntil = try row[optional: "lease_until"]
        lastError = try row[optional: "last_error"]
        lastStatus = try row[optional: "last_status", as: Int.self].map { DIMSEStatus(rawValue: UInt16($0 & 0xFFFF)) }
        actedBy = try row[optional: "acted_by"]
        studyQueuedAt = try row["study_queued_at"]
        createdAt = try row["created_at"]
        sentAt = try row[optional: "sent_at"]
        doneAt = try row[optional: "done_at"]
    }
}
