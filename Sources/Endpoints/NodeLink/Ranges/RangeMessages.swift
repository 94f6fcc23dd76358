// What the two sides of an upload say to each other.

import HTTPService
import HTTPTypes
import StudyFlow
import Vocabulary

/// `GET /link/v1/uploads`: this node takes ranges.
struct RangeTerms: Hashable, Codable, Sendable {
    /// Bytes in one range.
    var largestRange: Int64
}

/// Where an upload stands, or how it ended.
struct UploadAnswer: Hashable, Codable, Sendable {
    enum State: String, Hashable, Codable, Sendable {
        /// Go on at `received`.
        case open
        /// These bytes are here already.
        case known
        case accepted
        /// What came is not what was announced: from the first byte again.
        case damaged
        case refused
    }

    var state: State
    var id: String?
    /// Bytes of the data set that are on the receiver's disk.
    var received: Int64?
    var refusal: UploadRefusal?
}

extension HTTPField.Name {
    static var uploadOffset: Self { known("Upload-Offset") }
    static var uploadLength: Self { known("Upload-Length") }
    /// `sha256` and 64 hexadecimal digits: of the range's bytes.
    static var uploadChecksum: Self { known("Upload-Checksum") }
}

/// The value of `Upload-Checksum`.
enum UploadChecksum {
    private static let prefix = "sha256 "

    static func text(_ digest: Digest) -> String { prefix + digest.hexadecimal }

    static func digest(_ text: String) -> Digest? {
        text.hasPrefix(prefix) ? Digest(hexadecimal: String(text.dropFirst(prefix.count))) : nil
    }
}
