// The files a node needs before it may start.

import DICOM
import Foundation
import Identity
import Relay
import StudyFlow
import Vocabulary

/// Certificates and keys, read and checked against the configuration.
package struct NodeFiles: Sendable {
    package var certificate: CertificateFacts
    package var authorityPEM: String
    package var signer: ReceiptSigner
    package var verifier: ReceiptVerifier
    package var seal: ReportSeal

    /// - Throws: `ConfigurationError`, `IdentityError` or `RelayError` naming the file and what to do.
    package init(_ configuration: NodeConfiguration) throws {
        let tls = configuration.tls
        for path in [tls.certificate, tls.key, tls.authority, tls.receiptCertificate, tls.receiptKey]
        where !FileManager.default.isReadableFile(atPath: path) {
            throw ConfigurationError(
                code: .missingFile,
                message: "\(configuration.file) names \(path), which cannot be read; check the name and the owner")
        }
        for key in [tls.key, tls.receiptKey] { try Self.checkPrivate(key) }
        certificate = try CertificateFacts(file: tls.certificate)
        guard certificate.node == configuration.node.name else {
            throw ConfigurationError(
                code: .wrongValue,
                message: "\(tls.certificate) is the certificate of '\(certificate.node?.rawValue ?? "no node")', but "
                    + "node.name is '\(configuration.node.name)'")
        }
        authorityPEM = try Self.text(tls.authority)
        signer = try ReceiptSigner(
            node: configuration.node.name, privateKeyPEM: try Self.text(tls.receiptKey),
            certificatePEM: try Self.text(tls.receiptCertificate))
        verifier = try ReceiptVerifier(authorityPEM: authorityPEM)
        let certificates = try DocumentCertificates(authorityPEM: authorityPEM)
        seal = ReportSeal(key: try Self.reportKey(configuration)) { certificate, time in
            try certificates.node(signingWith: certificate, at: time)
        }
    }

    /// A node from before reports were signed has neither file, and goes on without.
    private static func reportKey(_ configuration: NodeConfiguration) throws -> SigningKeyFiles? {
        let (certificate, key) = (configuration.tls.reportCertificate, configuration.tls.reportKey)
        let present = [certificate, key].filter { FileManager.default.fileExists(atPath: $0) }
        guard let first = present.first else { return nil }
        guard present.count == 2 else {
            throw ConfigurationError(
                code: .missingFile,
                message:
                    "\(first) is there and \(first == key ? certificate : key) is not; reports are signed with both")
        }
        try checkPrivate(key)
        guard try CertificateFacts(file: certificate).node == configuration.node.name else {
            throw ConfigurationError(
                code: .wrongValue,
                message: "\(certificate) does not name \(configuration.node.name); have the report key certified again")
        }
        return SigningKeyFiles(key: key, certificate: certificate)
    }

    private static func text(_ path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ConfigurationError(code: .missingFile, message: "\(path) cannot be read as text", cause: error)
        }
    }

    /// A key that others can read is no secret.
    private static func checkPrivate(_ path: String) throws {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes[.posixPermissions] as? NSNumber)?.uint16Value, mode & 0o077 == 0 else {
            throw ConfigurationError(
                code: .wrongValue, message: "\(path) can be read by others; run: chmod 600 \(path)")
        }
    }
}
