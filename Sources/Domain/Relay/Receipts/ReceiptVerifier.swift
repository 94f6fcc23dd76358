// Checking what another node signed.

import Crypto
import Foundation
import Observability
import Vocabulary
import X509

/// A receipt that was checked; only `ReceiptVerifier` makes them, so whoever takes one need not ask.
package struct VerifiedReceipt: Hashable, Sendable {
    package let receipt: SignedReceipt
    package let items: [ReceiptItem]
    /// By the signer's clock; of receipts that do not say, when the last item was stored.
    package let signedAt: Timestamp
    /// Of the certificate it was signed with.
    package let validity: ReceiptValidity

    package var node: NodeName { receipt.node }

    fileprivate init(
        receipt: SignedReceipt, items: [ReceiptItem], signedAt: Timestamp, validity: ReceiptValidity
    ) {
        self.receipt = receipt
        self.items = items
        self.signedAt = signedAt
        self.validity = validity
    }
}

/// Checks receipts against the network's authority.
///
/// The network's chain is one step: the authority signs each receipt certificate itself. So the whole path check is
/// here, without waiting for anything, and can run inside a transaction: issuer and signature by an authority's key,
/// not an authority itself, right to sign, the node's URN among its names, and the body's signature by its key. Time
/// is judged by what was signed, not by today: a receipt outlives its certificate, a certificate can't sign after its
/// end.
package struct ReceiptVerifier: Sendable {
    private let authorities: [Certificate]

    /// - Parameter authorityPEM: one certificate or several, so that an authority can be replaced.
    /// - Throws: `RelayError.unusableAuthority`.
    package init(authorityPEM: String) throws {
        do {
            authorities = try PEMBundle.certificates(in: authorityPEM)
        } catch {
            throw RelayError(
                code: .unusableAuthority, message: "the authority's certificate cannot be read as PEM", cause: error)
        }
        guard !authorities.isEmpty, try authorities.allSatisfy({ try $0.isAuthority }) else {
            throw RelayError(
                code: .unusableAuthority, message: "the authority's file holds no certificate that may sign others")
        }
    }

    /// - Throws: `RelayError.receiptRefused` or `.receiptUnreadable`.
    package func verify(_ receipt: SignedReceipt) throws -> VerifiedReceipt {
        let certificate: Certificate
        do {
            certificate = try Certificate(pemEncoded: receipt.certificate)
        } catch {
            throw RelayError(
                code: .receiptUnreadable, message: "the certificate of a receipt of \(receipt.node) cannot be read",
                cause: error)
        }
        try checkCertificate(certificate, of: receipt.node)
        try checkSignature(receipt, certificate)
        let statement = try ReceiptBody.statement(in: receipt.body)
        let validity = ReceiptValidity(certificate)
        let lastStored = statement.items.map(\.storedAt).max()
        guard let signedAt = statement.signedAt ?? lastStored else {
            throw refusal(receipt.node, "it names no instance and no time")
        }
        guard validity.endsAfter(signedAt), lastStored.map(validity.endsAfter) ?? true else {
            throw refusal(
                receipt.node, "its certificate had expired before it was signed; renew that node's certificates")
        }
        guard statement.signedAt.map(validity.covers) ?? true else {
            throw refusal(receipt.node, "it was signed before its certificate began; check that node's clock")
        }
        return VerifiedReceipt(
            receipt: receipt, items: statement.items, signedAt: signedAt, validity: validity)
    }

    private func checkCertificate(_ certificate: Certificate, of node: NodeName) throws {
        let isIssued = authorities.contains { authority in
            authority.subject == certificate.issuer
                && authority.publicKey.isValidSignature(certificate.signature, for: certificate)
        }
        guard isIssued else { throw refusal(node, "its certificate was not issued by this network's authority") }
        do {
            guard try !certificate.isAuthority else {
                throw refusal(node, "it was signed with an authority's certificate")
            }
            if let usage = try certificate.extensions.keyUsage, !usage.digitalSignature {
                throw refusal(node, "its certificate is not for signatures")
            }
            guard try certificate.nodeNames == [node] else {
                throw refusal(node, "its certificate names another node")
            }
        } catch let error as RelayError {
            throw error
        } catch {
            throw RelayError(
                code: .receiptUnreadable, message: "the certificate of a receipt of \(node) cannot be understood",
                cause: error)
        }
    }

    private func checkSignature(_ receipt: SignedReceipt, _ certificate: Certificate) throws {
        guard let key = P256.Signing.PublicKey(certificate.publicKey) else {
            throw refusal(receipt.node, "its certificate does not hold a P-256 key")
        }
        let signature: P256.Signing.ECDSASignature
        do {
            guard let bytes = Data(base64Encoded: receipt.signature) else {
                throw refusal(receipt.node, "its signature is not base64")
            }
            signature = try P256.Signing.ECDSASignature(derRepresentation: bytes)
        } catch let error as RelayError {
            throw error
        } catch {
            throw RelayError(
                code: .receiptRefused, message: "a receipt of \(receipt.node) carries no ECDSA signature", cause: error)
        }
        guard key.isValidSignature(signature, for: Data(receipt.body.utf8)) else {
            throw refusal(receipt.node, "its signature does not fit its body")
        }
    }

    private func refusal(_ node: NodeName, _ reason: String) -> RelayError {
        RelayError(code: .receiptRefused, message: "a receipt of \(node) was refused: \(reason)")
    }
}

extension Certificate {
    var isAuthority: Bool {
        get throws {
            guard case .isCertificateAuthority = try extensions.basicConstraints else { return false }
            return true
        }
    }
}
