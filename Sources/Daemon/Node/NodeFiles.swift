// The files a node needs before it may start.

import Foundation
import Identity
import Relay
import Vocabulary

/// Certificates and keys, read and checked against the configuration.
package struct NodeFiles: Sendable {
    package var certificate: CertificateFacts
    package var authorityPEM: String
    package var signer: ReceiptSigner
    package var verifier: ReceiptVerifier

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
