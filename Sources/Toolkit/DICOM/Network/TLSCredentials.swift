// Certificates of associations.

internal import CDCMTK
import Foundation

/// PEM files. The certificate file may carry its chain; the authority file names everyone whose certificates we trust;
/// the key has no passphrase.
package struct TLSCredentials: Hashable, Sendable {
    package var certificateFile: String
    package var privateKeyFile: String
    package var certificateAuthorityFile: String

    package init(certificateFile: String, privateKeyFile: String, certificateAuthorityFile: String) {
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.certificateAuthorityFile = certificateAuthorityFile
    }
}

/// Who is at the other end of a TLS association. Its authority has vouched for it already.
package struct PeerCertificate: Hashable, Sendable {
    package var der: Data
    /// SHA-256 of the DER, 64 lower-case hexadecimal digits.
    package var sha256Fingerprint: String
    /// Subject alternative names of type URI; a node's carries `urn:jieli:node:NAME`.
    package var uniformResourceNames: [String]

    package init(der: Data, sha256Fingerprint: String, uniformResourceNames: [String]) {
        self.der = der
        self.sha256Fingerprint = sha256Fingerprint
        self.uniformResourceNames = uniformResourceNames
    }
}

/// Loaded credentials. `@unchecked`: an OpenSSL context is never changed after it is made, and counts its sessions
/// atomically.
package final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer

    package init(_ credentials: TLSCredentials) throws {
        var pointer: OpaquePointer?
        var failure = CDCMTKFailure()
        CDCMTK_tls_context_create(
            credentials.certificateFile, credentials.privateKeyFile, credentials.certificateAuthorityFile, &pointer,
            &failure)
        guard let pointer else { throw DICOMError(failure, peer: "") }
        self.pointer = pointer
    }

    deinit { CDCMTK_tls_context_free(pointer) }
}
