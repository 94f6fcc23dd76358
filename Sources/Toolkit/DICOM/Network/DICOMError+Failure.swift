// DCMTK's and OpenSSL's failures in an operator's words: translated once, here.

internal import CDCMTK

extension CDCMTKFailure {
    var sentence: String {
        withUnsafePointer(to: text) {
            $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: text)) { String(cString: $0) }
        }
    }
}

extension DICOMError {
    /// `peer` is an address such as `10.0.0.7:2762`.
    init(_ failure: CDCMTKFailure, peer: String) {
        let said = failure.sentence
        // DCMTK's own condition, for whoever has its sources at hand.
        let condition = failure.module == 0 ? "" : " (DCMTK \(failure.module):\(String(failure.code, radix: 16)))"
        switch CDCMTKFailureKind(rawValue: UInt32(failure.kind)) {
        case CDCMTK_CLOSED:
            self.init(code: .connectionClosed, message: "\(peer): \(said)")
        case CDCMTK_TIMED_OUT:
            self.init(code: .timedOut, message: "\(peer): \(said); check the peer and the line")
        case CDCMTK_CANCELLED:
            self.init(code: .cancelled, message: "\(peer): the association was cancelled")
        case CDCMTK_ABORTED:
            self.init(code: .aborted, message: "\(peer) aborted the association; its log says why")
        case CDCMTK_REJECTED:
            self.init(
                rejectedBy: peer, result: failure.rejectResult, source: failure.rejectSource,
                reason: failure.rejectReason)
        case CDCMTK_CONNECTION_REFUSED:
            self.init(
                code: .connectionRefused,
                message: "\(peer) refuses connections: is the peer running, and are address and port right?")
        case CDCMTK_UNREACHABLE:
            self.init(code: .unreachable, message: "\(peer) cannot be reached: \(said); check network and firewall")
        case CDCMTK_HOST_NOT_FOUND:
            self.init(code: .hostNotFound, message: "\(peer): the host name cannot be resolved (\(said))")
        case CDCMTK_TLS_CONFIGURATION:
            self.init(code: .tlsConfiguration, message: said)
        case CDCMTK_TLS_HANDSHAKE_FAILED:
            self.init(code: .tlsHandshakeFailed, message: "\(peer): \(said)")
        case CDCMTK_PEER_CERTIFICATE_REFUSED:
            self.init(code: .peerCertificateRefused, message: "\(peer): \(said)")
        case CDCMTK_CERTIFICATE_REFUSED_BY_PEER:
            self.init(
                code: .certificateRefusedByPeer,
                message: "\(peer): \(said); enrol this node there, or renew its certificate")
        case CDCMTK_WRONG_NODE:
            self.init(
                code: .wrongNode, message: "\(peer): \(said); another node answers at this address: correct the address"
            )
        case CDCMTK_PEER_IS_NOT_TLS:
            self.init(
                code: .peerIsNotTLS, message: "\(peer): \(said); use the peer's TLS port, or switch TLS off for it")
        case CDCMTK_PEER_IS_TLS:
            self.init(code: .peerIsTLS, message: "\(peer): \(said); switch TLS on, or use the port without TLS")
        case CDCMTK_PROTOCOL:
            self.init(code: .protocolViolation, message: "\(peer) broke the DICOM protocol: \(said)\(condition)")
        default:
            self.init(code: .other, message: "\(peer): \(said)\(condition)")
        }
    }

    /// PS3.8 table 9-21.
    init(rejectedBy peer: String, result: UInt8, source: UInt8, reason: UInt8) {
        let why =
            switch (source, reason) {
            case (1, 3): "it does not know the calling AE title; enter it there"
            case (1, 7): "it does not answer to the called AE title; correct the title"
            case (1, 2): "it does not support the application context"
            case (2, 2): "it does not support the protocol version"
            case (3, 1): "it is congested for the moment"
            case (3, 2): "it has too many associations at the moment"
            default: "no reason given (source \(source), reason \(reason))"
            }
        let passes = result == 2 || source == 3
        self.init(
            code: passes ? .associationRejectedTransiently : .associationRejected,
            message: "\(peer) rejected the association: \(why)")
    }
}
