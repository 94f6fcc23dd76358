// What a certificate says about its holder.

import Foundation
import SwiftASN1
import Vocabulary
import X509

/// The few things we ask of a certificate. Who calls `init(der:)` has verified the chain already: TLS did.
package struct CertificateFacts: Hashable, Sendable {
    /// SHA-256 of the DER encoding.
    package var fingerprint: Digest
    /// The node that `urn:jieli:node:NAME` in the subject alternative names says.
    package var node: NodeName?
    package var commonName: String?
    package var notBefore: Timestamp
    package var notAfter: Timestamp
    package var dnsNames: [String]
    /// In the usual notation.
    package var ipAddresses: [String]
    package var isAuthority: Bool

    /// - Throws: `IdentityError.invalidCertificate`.
    package init(der: [UInt8]) throws {
        do {
            try self.init(Certificate(derEncoded: der), der: der)
        } catch let error as IdentityError {
            throw error
        } catch {
            throw Self.invalid(cause: error)
        }
    }

    /// The first certificate of a PEM text.
    package init(pem: String) throws {
        do {
            let documents = try PEMDocument.parseMultiple(pemString: pem)
            guard let document = documents.first(where: { $0.discriminator == "CERTIFICATE" }) else {
                throw Self.invalid(cause: nil)
            }
            try self.init(der: document.derBytes)
        } catch let error as IdentityError {
            throw error
        } catch {
            throw Self.invalid(cause: error)
        }
    }

    /// Reads the first certificate of a PEM file.
    package init(file path: String) throws {
        try self.init(pem: PEMFile.read(path))
    }

    private init(_ certificate: Certificate, der: [UInt8]) throws {
        fingerprint = Digest(of: der)
        notBefore = Timestamp(certificate.notValidBefore)
        notAfter = Timestamp(certificate.notValidAfter)
        commonName = certificate.subject.lazy.flatMap { $0 }
            .first { $0.type == .RDNAttributeType.commonName }.flatMap { String($0.value) }
        var nodes: [NodeName] = []
        var dnsNames: [String] = []
        var addresses: [String] = []
        for name in try certificate.extensions.subjectAlternativeNames ?? SubjectAlternativeNames() {
            switch name {
            case .uniformResourceIdentifier(let text): NodeName(uniformResourceName: text).map { nodes.append($0) }
            case .dnsName(let text): dnsNames.append(text)
            case .ipAddress(let octets): IPAddress.text(of: Array(octets.bytes)).map { addresses.append($0) }
            default: break
            }
        }
        guard nodes.count <= 1 else {
            throw IdentityError(
                code: .invalidCertificate, message: "the certificate names \(nodes.count) nodes; it may name one")
        }
        node = nodes.first
        self.dnsNames = dnsNames
        ipAddresses = addresses
        if case .isCertificateAuthority = try certificate.extensions.basicConstraints {
            isAuthority = true
        } else {
            isAuthority = false
        }
    }

    private static func invalid(cause: (any Error)?) -> IdentityError {
        IdentityError(
            code: .invalidCertificate, message: "this is not a certificate we can read (PEM, X.509)", cause: cause)
    }
}
