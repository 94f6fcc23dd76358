// Whose certificate signed a document?

import Foundation
import SwiftASN1
import Vocabulary
import X509

/// Judges the certificates that signed objects carry, against the network's authority. The chain is one step, as for
/// receipts: the authority certifies each report key itself.
package struct DocumentCertificates: Sendable {
    private let authorities: [Certificate]

    /// - Parameter authorityPEM: one certificate or several, so that an authority can be replaced.
    /// - Throws: `IdentityError.invalidCertificate`.
    package init(authorityPEM: String) throws {
        do {
            authorities = try PEMDocument.parseMultiple(pemString: authorityPEM)
                .filter { $0.discriminator == "CERTIFICATE" }.map { try Certificate(derEncoded: $0.derBytes) }
        } catch {
            throw IdentityError(
                code: .invalidCertificate, message: "the authority's certificate cannot be read as PEM", cause: error)
        }
    }

    /// The node whose key signed a document at `time`. A signature outlives its certificate; a certificate signs nothing
    /// before its time and nothing after its end, give or take a day of a wrong clock.
    ///
    /// - Throws: `IdentityError.invalidCertificate` that says what is wrong with it.
    package func node(signingWith der: [UInt8], at time: Timestamp?) throws -> NodeName {
        let facts = try CertificateFacts(der: der)
        let certificate: Certificate
        do {
            certificate = try Certificate(derEncoded: der)
        } catch {
            throw refusal("it cannot be read", error)
        }
        let isIssued = authorities.contains { authority in
            authority.subject == certificate.issuer
                && authority.publicKey.isValidSignature(certificate.signature, for: certificate)
        }
        guard isIssued else { throw refusal("it was not issued by this network's authority") }
        guard !facts.isAuthority else { throw refusal("it is an authority's") }
        guard let node = facts.node else { throw refusal("it names no node") }
        let usage: KeyUsage?
        do {
            usage = try certificate.extensions.keyUsage
        } catch {
            throw refusal("what it may be used for cannot be read", error)
        }
        if let usage, !usage.digitalSignature { throw refusal("it is not for signatures") }
        if let time {
            guard facts.notBefore - .days(1) <= time, time <= facts.notAfter + .days(1) else {
                throw refusal("it was not valid when it signed")
            }
        }
        return node
    }

    private func refusal(_ reason: String, _ cause: (any Error)? = nil) -> IdentityError {
        IdentityError(
            code: .invalidCertificate, message: "the certificate of a signature is not accepted: \(reason)",
            cause: cause)
    }
}
