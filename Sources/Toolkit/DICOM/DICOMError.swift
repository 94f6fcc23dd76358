// What can go wrong with DICOM, on the network and in files.

import Observability

/// Equal when the codes are. The message says what happened and what an operator can do; it never carries a value from
/// a data set.
package struct DICOMError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        // Network
        case connectionRefused = "connection_refused"
        case unreachable
        case hostNotFound = "host_not_found"
        case timedOut = "timed_out"
        case portInUse = "port_in_use"
        case tlsConfiguration = "tls_configuration"
        case tlsHandshakeFailed = "tls_handshake_failed"
        /// The peer's certificate is from another authority, expired, or for another host.
        case peerCertificateRefused = "peer_certificate_refused"
        /// The peer refused ours.
        case certificateRefusedByPeer = "certificate_refused_by_peer"
        /// The certificate is good but names another node than the one expected.
        case wrongNode = "wrong_node"
        /// We speak TLS, the peer's port does not.
        case peerIsNotTLS = "peer_is_not_tls"
        /// The peer speaks TLS, we do not.
        case peerIsTLS = "peer_is_tls"
        case associationRejected = "association_rejected"
        /// Rejected, and the peer says that it may pass.
        case associationRejectedTransiently = "association_rejected_transiently"
        case noAcceptedContext = "no_accepted_context"
        case aborted
        case connectionClosed = "connection_closed"
        case cancelled
        case protocolViolation = "protocol_violation"

        // Data
        case notPart10 = "not_part10"
        case malformed
        case unsupportedTransferSyntax = "unsupported_transfer_syntax"
        case decodingFailed = "decoding_failed"
        case tooLarge = "too_large"
        case missingDictionary = "missing_dictionary"
        /// The disk, or the quota, is full.
        case storageFull = "storage_full"
        case io
        case other
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var isRetriable: Bool {
        switch code {
        case .connectionRefused, .unreachable, .hostNotFound, .timedOut, .tlsHandshakeFailed,
            .associationRejectedTransiently, .aborted, .connectionClosed, .cancelled, .storageFull, .io, .other:
            true
        case .portInUse, .tlsConfiguration, .peerCertificateRefused, .certificateRefusedByPeer, .wrongNode,
            .peerIsNotTLS, .peerIsTLS, .associationRejected, .noAcceptedContext, .protocolViolation, .notPart10,
            .malformed, .unsupportedTransferSyntax, .decodingFailed, .tooLarge, .missingDictionary:
            false
        }
    }

    package var label: String { "dicom_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
