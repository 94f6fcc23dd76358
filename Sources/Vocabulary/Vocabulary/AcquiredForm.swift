// What an instance was before it was compressed for the way.

/// The data set that the modality sent, where a node holds it in a reversibly compressed form: what decoding gives back, to
/// the byte.
package struct AcquiredForm: Hashable, Codable, Sendable {
    /// SHA-256 of the acquired data set's bytes.
    package var digest: Digest
    /// Length of the acquired data set in bytes.
    package var size: Int64
    package var transferSyntax: TransferSyntax

    package init(digest: Digest, size: Int64, transferSyntax: TransferSyntax) {
        self.digest = digest
        self.size = size
        self.transferSyntax = transferSyntax
    }
}
