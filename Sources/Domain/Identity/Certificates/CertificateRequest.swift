// Asking another machine's authority for a certificate.

import Crypto
import Foundation
import X509

/// A new key, written to disk at once, and the request to send to the authority (PKCS #10, PEM).
package struct CertificateRequest: Sendable {
    package let keyPath: String
    package let pem: String

    /// Makes a P-256 key at `keyPath` (mode 0600, created exclusively).
    package init(keyPath: String, commonName: String) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        do {
            let request = try CertificateSigningRequest(
                version: .v1, subject: DistinguishedName { CommonName(commonName) }, privateKey: key,
                attributes: CertificateSigningRequest.Attributes(), signatureAlgorithm: .ecdsaWithSHA256)
            pem = try request.serializeAsPEM().pemString + "\n"
        } catch {
            throw IdentityError(code: .cryptography, message: "the certificate request could not be made", cause: error)
        }
        self.keyPath = keyPath
        try PEMFile.create(keyPath, text: key.serializeAsPEM().pemString + "\n", mode: PEMFile.keyMode)
    }

    /// Writes what the authority answered beside the key, after checking that it certifies this key.
    package static func accept(certificatePEM: String, keyPath: String, certificatePath: String) throws {
        let key = try PEMFile.read(keyPath)
        do {
            let certificate = try Certificate(pemEncoded: certificatePEM)
            guard try Certificate.PrivateKey(pemEncoded: key).publicKey == certificate.publicKey else {
                throw IdentityError(
                    code: .invalidCertificate,
                    message: "the certificate that came back is for another key than \(keyPath)")
            }
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(
                code: .invalidCertificate, message: "what came back is not a certificate for \(keyPath)", cause: error)
        }
        try PEMFile.create(certificatePath, text: certificatePEM, mode: PEMFile.certificateMode)
    }
}
