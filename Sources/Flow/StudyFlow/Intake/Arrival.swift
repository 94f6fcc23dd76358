// An instance at the door.

import Archive
import Database
import Observability
import Vocabulary

/// A whole Part 10 file in the store's landing zone, hashed while it was written.
package struct Arrival: Sendable {
    package var landing: LandingFile
    /// SHA-256 and length of the data set bytes.
    package var digest: Digest
    package var size: Int64
    package var source: InstanceSource
    /// The node that sent it, where a node did.
    package var sender: NodeName?
    /// A report fetched from above or made here: in no manifest, and routed nowhere.
    package var isNetworkMade: Bool
    /// Who issued the patient ID, where that is another hospital than this one: for what a patient brings on a disc.
    package var issuer: String?
    /// A literal IP address, where it came over the network.
    package var address: String?

    package init(
        landing: LandingFile, digest: Digest, size: Int64, source: InstanceSource, sender: NodeName? = nil,
        isNetworkMade: Bool = false, issuer: String? = nil, address: String? = nil
    ) {
        self.landing = landing
        self.digest = digest
        self.size = size
        self.source = source
        self.sender = sender
        self.isNetworkMade = isNetworkMade
        self.issuer = issuer
        self.address = address
    }
}

/// What becomes of an object that is refused for its bytes.
package enum IntakeManner: Hashable, Sendable {
    /// It goes to the quarantine.
    case keeping
    /// It is gone from here: whoever gave it has it still.
    case passing
    /// As `passing`; and a person has said that it be taken, if it can be parsed at all.
    case released
}

/// Only what is on disk and in the catalogue.
package struct Accepted: Hashable, Sendable {
    package var instance: InstanceRecord
    /// The same bytes were here before; nothing changed.
    package var wasKnown: Bool
}

/// Why an instance was not taken. Equal when the codes are.
package struct IntakeError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// Not a DICOM object, or one that cannot be walked through.
        case unreadable
        /// Nested too deeply, too many elements, or inflated to too much to be parsed safely.
        case beyondLimits = "beyond_limits"
        /// Other bytes are kept under this SOP Instance UID.
        case otherBytes = "other_bytes"
        /// The study belongs to another hospital.
        case otherIssuer = "other_issuer"
        case notStorable = "not_storable"
        /// It was rejected before, and is not taken again.
        case rejected
    }

    package let code: Code
    /// At most 64 characters, ASCII, no patient data: it goes into the Error Comment (0000,0902).
    package let comment: String
    package let message: String

    package init(code: Code, comment: String, message: String) {
        self.code = code
        self.comment = String(comment.unicodeScalars.filter(\.isASCII).prefix(64).map(Character.init))
        self.message = message
    }

    /// Refused for what it is, not for what is here already.
    package var isForItsBytes: Bool {
        switch code {
        case .unreadable, .beyondLimits, .notStorable: true
        case .otherBytes, .otherIssuer, .rejected: false
        }
    }

    package static func notStorable(_ sopClass: SOPClass) -> IntakeError {
        IntakeError(
            code: .notStorable, comment: "SOP class is not a storage class",
            message: "SOP class \(sopClass) is not a storage class")
    }

    package var isRetriable: Bool { false }
    package var label: String { "intake_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
