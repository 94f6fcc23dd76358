// What a node signs when it has an instance safe.

/// One instance in a receipt: this node holds these bytes since then.
package struct ReceiptItem: Hashable, Codable, Sendable {
    package var sopInstanceUID: SOPInstanceUID
    package var studyInstanceUID: StudyInstanceUID
    /// SHA-256 of the data set bytes.
    package var digest: Digest
    /// Length of the data set in bytes.
    package var size: Int64
    package var transferSyntax: TransferSyntax
    /// When it was durable, by the receiving node's clock.
    package var storedAt: Timestamp
    /// What was acquired, where that is not what is held: the node has decoded it and found this digest. `nil` when the
    /// bytes held are those acquired, as in every receipt from before links could compress.
    package var acquired: AcquiredForm?

    package init(
        sopInstanceUID: SOPInstanceUID, studyInstanceUID: StudyInstanceUID, digest: Digest, size: Int64,
        transferSyntax: TransferSyntax, storedAt: Timestamp, acquired: AcquiredForm? = nil
    ) {
        self.sopInstanceUID = sopInstanceUID
        self.studyInstanceUID = studyInstanceUID
        self.digest = digest
        self.size = size
        self.transferSyntax = transferSyntax
        self.storedAt = storedAt
        self.acquired = acquired
    }

    /// Whether this proves that the data set with `digest` is safe: held as it is, or restorable to the byte.
    package func proves(_ digest: Digest) -> Bool { self.digest == digest || acquired?.digest == digest }
}

/// A batch of items with the receiving node's signature over exactly the bytes of `body`.
///
/// The signature is made with the node's receipt key, whose certificate travels along, so that whoever holds the
/// authority's certificate can check it after the node is gone.
package struct SignedReceipt: Hashable, Codable, Sendable {
    package var node: NodeName
    /// JSON of `[ReceiptItem]`, keys sorted; kept as text so that what was signed is what is kept.
    package var body: String
    /// P-256 ECDSA over the UTF-8 bytes of `body`, DER, base64.
    package var signature: String
    /// The receipt certificate in PEM; its subject alternative name is the node's URN.
    package var certificate: String

    package init(node: NodeName, body: String, signature: String, certificate: String) {
        self.node = node
        self.body = body
        self.signature = signature
        self.certificate = certificate
    }
}
