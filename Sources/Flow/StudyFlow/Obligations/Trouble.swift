// Why something does not get on, as few words as a person needs.

import Observability
import Relay
import Vocabulary

/// What stands behind an error's sentence: pages have a text for each, and say what a person can do about it.
package enum Trouble: String, Codable, Hashable, Sendable, CaseIterable {
    /// The network does not reach the other node.
    case unreachable
    /// The other machine answers; nothing listens there.
    case notRunning = "not_running"
    case nameUnknown = "name_unknown"
    /// It worked, then the line broke or fell silent.
    case lineBroken = "line_broken"
    /// One side's certificate is expired, of another network or of another node.
    case certificate
    /// Something else answers at that address.
    case wrongAddress = "wrong_address"
    /// The other side does not know this node's AE title, or refuses it.
    case notAdmitted = "not_admitted"
    case busy
    case diskFull = "disk_full"
    /// It does not take this kind of image or encoding.
    case notSupported = "not_supported"
    /// It keeps other bytes under the same UID.
    case otherBytes = "other_bytes"
    /// There, the study belongs to another hospital.
    case otherHospital = "other_hospital"
    /// The object is broken in the other side's eyes.
    case unreadable
    /// The file is gone or damaged here.
    case fileDamaged = "file_damaged"
    /// It failed there, and may work next time.
    case failedThere = "failed_there"
    /// Nothing was heard of the other node for a while.
    case silent
    case unknown

    /// From what the other side answered and the sentence that was kept; `nil` where nothing has failed.
    ///
    /// The sentences are our own (`DICOMError`, `DeliveryOutcome`), looked through for the words that tell them apart.
    package init?(status: DIMSEStatus?, sentence: String?) {
        if let status, let known = Self.known(status) {
            self = known
            return
        }
        guard let sentence, !sentence.isEmpty else { return nil }
        let text = sentence.lowercased()
        let found = Self.words.first { words, _ in words.contains { text.contains($0) } }
        self = found?.trouble ?? .unknown
    }

    private static func known(_ status: DIMSEStatus) -> Trouble? {
        switch status {
        case .success: nil
        case .conflictingInstance: .otherBytes
        case .conflictingIssuer: .otherHospital
        case .sopClassNotSupported: .notSupported
        case .notAuthorized: .notAdmitted
        case .processingFailure: .failedThere
        case _ where status.rawValue & 0xFF00 == 0xA700: .diskFull
        case _ where status.rawValue & 0xFF00 == 0xA900 || status.rawValue & 0xF000 == 0xC000: .unreadable
        default: nil
        }
    }

    /// The first that fits counts.
    private static let words: [(words: [String], trouble: Trouble)] = [
        (["'jieli verify'"], .fileDamaged),
        (["another node answers", "tls port", "without tls", "is not tls"], .wrongAddress),
        (["certificate", "enrol", "handshake"], .certificate),
        (["host name cannot be resolved"], .nameUnknown),
        (["refuses connections", "connection refused"], .notRunning),
        (["too many associations", "congested"], .busy),
        (["rejected the association"], .notAdmitted),
        (["presentation context", "takes no"], .notSupported),
        (["storage is full", "no space", "disk is full"], .diskFull),
        (["cannot be reached", "unreachable", "no route", "network is down"], .unreachable),
        (
            [
                "timed out", "timeout", "check the peer and the line", "aborted", "closed", "reset", "cancelled",
                "silent",
                "no answer", "broke",
            ], .lineBroken
        ),
    ]
}
