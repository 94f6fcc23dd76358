// What a study consists of, as one node tells another.

import Vocabulary

/// One acquired instance in a manifest.
package struct ManifestItem: Hashable, Codable, Sendable {
    package var sopInstanceUID: SOPInstanceUID
    /// SHA-256 of the data set bytes as acquired, whatever form a node keeps them in.
    package var digest: Digest
    /// Length of the acquired data set in bytes.
    package var size: Int64

    package init(sopInstanceUID: SOPInstanceUID, digest: Digest, size: Int64) {
        self.sopInstanceUID = sopInstanceUID
        self.digest = digest
        self.size = size
    }
}

/// What the child said a study consists of. A later revision replaces an earlier one: studies grow.
package struct StudyManifest: Hashable, Codable, Sendable {
    package var studyInstanceUID: StudyInstanceUID
    package var revision: Int
    package var items: [ManifestItem]

    package init(studyInstanceUID: StudyInstanceUID, revision: Int, items: [ManifestItem]) {
        self.studyInstanceUID = studyInstanceUID
        self.revision = revision
        self.items = items
    }
}

/// How much of a manifest is here.
package struct ManifestProgress: Hashable, Sendable {
    package var revision: Int
    package var expected: Int
    /// Here with the digest the manifest names.
    package var arrived: Int
    /// Here with another digest: a conflict that a person must see to.
    package var differing: Int
    package var expectedBytes: Int64
    package var arrivedBytes: Int64

    package var isComplete: Bool { arrived == expected }
}
