// Where in the archive a file lies.

import Vocabulary

/// Paths relative to the archive, made from UIDs and digest alone: known before the file is there.
package enum StorePath {
    static let incoming = "incoming"
    static let studies = "studies"
    static let conflicts = "conflicts"
    static let damaged = "damaged"
    static let quarantine = "quarantine"

    /// `studies/<2 hex digits>/<Study UID>`: the digits spread studies over 256 folders.
    static func folder(of study: StudyInstanceUID) -> String {
        let spread = Digest(of: study.rawValue.utf8).hexadecimal.prefix(2)
        return "\(studies)/\(spread)/\(component(study.rawValue))"
    }

    static func instance(_ identity: InstanceIdentity) -> String {
        "\(folder(of: identity.study))/\(fileName(identity.sopInstance, identity.digest))"
    }

    /// Where `InstanceStore.keepAside` puts this refused object.
    package static func aside(_ identity: InstanceIdentity) -> String {
        "\(conflicts)/\(fileName(identity.sopInstance, identity.digest))"
    }

    /// Sixteen digits of the digest tell apart what conflicts; nobody relies on them alone.
    private static func fileName(_ instance: SOPInstanceUID, _ digest: Digest) -> String {
        "\(component(instance.rawValue)).\(digest.hexadecimal.prefix(16)).dcm"
    }

    /// Whether a file's name says that it holds these bytes.
    static func names(_ digest: Digest, _ path: String) -> Bool {
        path.hasSuffix(".\(digest.hexadecimal.prefix(16)).dcm")
    }

    /// A UID as a folder's name. One of dots only would be a way out of the archive.
    private static func component(_ uid: String) -> String {
        uid.utf8.contains { $0 != 0x2E } ? uid : "dots-\(uid.utf8.count)"
    }

    /// Goes downwards only.
    static func isInside(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/")
            && path.split(separator: "/", omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }
    }
}
