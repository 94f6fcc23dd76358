// The network's own certificate authority.

import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import Vocabulary
import X509

/// Certificate and key as files.
package struct CertificateFiles: Hashable, Sendable {
    package var certificate: String
    package var key: String
    package var facts: CertificateFacts
}

/// A P-256 key that signs the certificates of one network's nodes. It lives where the network is administered (at the
/// city; in the demo, in its directory) and isn't needed by running nodes: they trust `ca.pem` alone.
package struct CertificateAuthority: Sendable {
    package let certificatePEM: String
    package let facts: CertificateFacts
    private let certificate: Certificate
    private let key: Certificate.PrivateKey

    package static let certificateFile = "ca.pem"
    package static let keyFile = "ca.key"

    /// Makes a new authority and writes `ca.pem` and `ca.key` (mode 0600) into `directory`, which exists.
    ///
    /// - Throws: `IdentityError.fileExists` rather than replace an authority whose certificates are in use.
    package static func create(
        in directory: String, named name: String = "Jieli network", validity: Duration = .days(3650), at time: Timestamp
    ) throws -> CertificateAuthority {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let subject = try DistinguishedName {
            CommonName(name)
            OrganizationName("Jieli")
        }
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
            Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            SubjectKeyIdentifier(hash: key.publicKey)
        }
        let certificate = try signed {
            try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
                notValidBefore: (time - clockTolerance).date, notValidAfter: (time + validity).date, issuer: subject,
                subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: key)
        }
        let pem = try certificate.serializeAsPEM().pemString + "\n"
        try PEMFile.create(
            path(keyFile, in: directory), text: key.serializeAsPEM().pemString + "\n", mode: PEMFile.keyMode)
        try PEMFile.create(path(certificateFile, in: directory), text: pem, mode: PEMFile.certificateMode)
        return CertificateAuthority(
            certificatePEM: pem, facts: try CertificateFacts(pem: pem), certificate: certificate, key: key)
    }

    /// Reads `ca.pem` and `ca.key` from `directory`.
    package static func load(from directory: String) throws -> CertificateAuthority {
        let pem = try PEMFile.read(path(certificateFile, in: directory))
        let facts = try CertificateFacts(pem: pem)
        let keyText = try PEMFile.read(path(keyFile, in: directory))
        do {
            let certificate = try Certificate(pemEncoded: pem)
            let key = try Certificate.PrivateKey(pemEncoded: keyText)
            guard key.publicKey == certificate.publicKey, facts.isAuthority else {
                throw IdentityError(
                    code: .invalidKey,
                    message: "\(keyFile) in \(directory) does not belong to \(certificateFile); restore both together")
            }
            return CertificateAuthority(certificatePEM: pem, facts: facts, certificate: certificate, key: key)
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(
                code: .invalidKey, message: "the authority's files in \(directory) are damaged; restore them",
                cause: error)
        }
    }

    /// Makes a key, certifies it and writes `NAME.pem` and `NAME.key` (mode 0600) into `directory`.
    package func issue(
        _ subject: CertificateSubject, to directory: String, fileName: String? = nil,
        validity: Duration = .days(825), at time: Timestamp
    ) throws -> CertificateFiles {
        let key = try Self.newKey(for: subject)
        let pem = try certify(key.publicKey, as: subject, validity: validity, at: time)
        let name = fileName ?? subject.defaultFileName
        let files = CertificateFiles(
            certificate: Self.path(name + ".pem", in: directory), key: Self.path(name + ".key", in: directory),
            facts: try CertificateFacts(pem: pem))
        try PEMFile.create(files.key, text: key.serializeAsPEM().pemString + "\n", mode: PEMFile.keyMode)
        try PEMFile.create(files.certificate, text: pem, mode: PEMFile.certificateMode)
        return files
    }

    private static func newKey(for subject: CertificateSubject) throws -> Certificate.PrivateKey {
        guard case .reportSigning = subject else { return Certificate.PrivateKey(P256.Signing.PrivateKey()) }
        do {
            return Certificate.PrivateKey(try _RSA.Signing.PrivateKey(keySize: .bits3072))
        } catch {
            throw IdentityError(code: .cryptography, message: "an RSA key could not be made", cause: error)
        }
    }

    /// Certifies the key of a request that another machine made, under the names that the administrator decided: what
    /// the request asks for is not looked at. The private key never travels.
    ///
    /// - Throws: `IdentityError.invalidRequest` when the request isn't signed with the key it carries.
    package func sign(
        requestPEM: String, as subject: CertificateSubject, validity: Duration = .days(825), at time: Timestamp
    ) throws -> String {
        let request: CertificateSigningRequest
        do {
            request = try CertificateSigningRequest(pemEncoded: requestPEM)
        } catch {
            throw IdentityError(
                code: .invalidRequest, message: "this is not a certificate request we can read (PEM, PKCS #10)",
                cause: error)
        }
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw IdentityError(
                code: .invalidRequest, message: "the certificate request is not signed with the key it carries")
        }
        return try certify(request.publicKey, as: subject, validity: validity, at: time)
    }

    private func certify(
        _ publicKey: Certificate.PublicKey, as subject: CertificateSubject, validity: Duration, at time: Timestamp
    ) throws -> String {
        let names = try subject.alternativeNames()
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage(subject.usages)
            if !names.isEmpty { SubjectAlternativeNames(names) }
            SubjectKeyIdentifier(hash: publicKey)
            AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier)
        }
        // No certificate outlives its authority.
        let end = min(time + validity, Timestamp(certificate.notValidAfter))
        let issued = try Self.signed {
            try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
                notValidBefore: (time - Self.clockTolerance).date, notValidAfter: end.date,
                issuer: certificate.subject, subject: DistinguishedName { CommonName(subject.commonName) },
                signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: key)
        }
        return try issued.serializeAsPEM().pemString + "\n"
    }

    /// Township clocks run late; a certificate made now must be valid there at once.
    private static let clockTolerance: Duration = .seconds(24 * 3600)

    private static func path(_ name: String, in directory: String) -> String {
        URL(filePath: directory).appending(path: name).path
    }

    private static func signed(_ make: () throws -> Certificate) throws -> Certificate {
        do {
            return try make()
        } catch {
            throw IdentityError(code: .cryptography, message: "the certificate could not be signed", cause: error)
        }
    }
}

extension Duration {
    package static func days(_ count: Int) -> Duration { .seconds(count * 24 * 3600) }
}
