// Signing what this node holds.

import Crypto
import Foundation
import Observability
import Vocabulary
import X509

/// Signs with the node's receipt key, which is not its TLS key: a receipt proves for years, a TLS key turns over.
package struct ReceiptSigner: Sendable {
    package let node: NodeName
    private let key: P256.Signing.PrivateKey
    private let certificate: String
    private let validity: ReceiptValidity

    /// - Throws: `RelayError.unusableReceiptKey` unless the certificate is this key's and names this node.
    package init(node: NodeName, privateKeyPEM: String, certificatePEM: String) throws {
        let parsed: Certificate
        do {
            key = try P256.Signing.PrivateKey(pemRepresentation: privateKeyPEM)
            parsed = try Certificate(pemEncoded: certificatePEM)
        } catch {
            throw RelayError(
                code: .unusableReceiptKey,
                message: "the receipt key or its certificate is not a P-256 key and certificate in PEM", cause: error)
        }
        guard parsed.publicKey == Certificate.PublicKey(key.publicKey) else {
            throw RelayError(
                code: .unusableReceiptKey,
                message: "the receipt certificate belongs to another key; enrol the node again")
        }
        guard try parsed.nodeNames.contains(node) else {
            throw RelayError(
                code: .unusableReceiptKey,
                message:
                    "the receipt certificate does not name \(node) (\(node.uniformResourceName)); enrol the node again")
        }
        self.node = node
        certificate = certificatePEM
        validity = ReceiptValidity(parsed)
    }

    /// - Parameter now: goes into what is signed.
    /// - Throws: `RelayError.unusableReceiptKey` outside the certificate's time: nobody would believe the receipt.
    package func sign(_ items: [ReceiptItem], at now: Timestamp) throws -> SignedReceipt {
        guard validity.covers(now) else {
            throw RelayError(
                code: .unusableReceiptKey,
                message:
                    "the receipt certificate is valid from \(validity.from) to \(validity.until) and it is \(now); "
                    + "renew it, or set the clock")
        }
        let body = try ReceiptBody.text(of: ReceiptStatement(items: items, signedAt: now))
        let signature = try key.signature(for: Data(body.utf8))
        return SignedReceipt(
            node: node, body: body, signature: signature.derRepresentation.base64EncodedString(),
            certificate: certificate)
    }
}

extension Certificate {
    /// The nodes that the subject alternative name lists.
    var nodeNames: [NodeName] {
        get throws {
            (try extensions.subjectAlternativeNames ?? SubjectAlternativeNames()).compactMap { name in
                guard case .uniformResourceIdentifier(let urn) = name else { return nil }
                return NodeName(uniformResourceName: urn)
            }
        }
    }
}
