// One association of DCMTK's upper layer.

internal import CDCMTK
import Foundation
import Vocabulary

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// Owns a CDCMTKAssociation. All its methods block.
///
/// `@unchecked Sendable`: used by one thread at a time, the association's own; it is handed over between threads only
/// before its first and after its last use. `interrupt()` alone may be called from any thread.
final class UpperLayer: @unchecked Sendable {
    enum Event {
        case value(contextID: UInt8, isCommand: Bool, isLast: Bool, bytes: UnsafeRawBufferPointer)
        case releaseRequested
    }

    private let pointer: OpaquePointer
    private let wake: WakeDescriptor
    let peer: String
    let facts: CDCMTKAssociationFacts
    /// From the first byte of a received PDU to its last; `nil` gives it what is left of the call's timeout.
    var pduTimeout: Duration?

    private init(_ pointer: OpaquePointer, wake: WakeDescriptor, peer: String) {
        self.pointer = pointer
        self.wake = wake
        self.peer = peer
        var facts = CDCMTKAssociationFacts()
        CDCMTK_association_facts(pointer, &facts)
        self.facts = facts
    }

    deinit { CDCMTK_association_free(pointer) }

    /// Handshake and A-ASSOCIATE-RQ on an accepted socket, which is taken over also on failure.
    static func receive(
        socket: Int32, tls: TLSContext?, wake: WakeDescriptor, maximumPDU: Int, timeout: Duration, peer: String
    ) throws -> UpperLayer {
        var pointer: OpaquePointer?
        var failure = CDCMTKFailure()
        CDCMTK_association_receive(
            socket, tls?.pointer, wake.descriptor, UInt32(maximumPDU), timeout.milliseconds, &pointer, &failure)
        guard let pointer else { throw DICOMError(failure, peer: peer) }
        return UpperLayer(pointer, wake: wake, peer: peer)
    }

    /// Connects, shakes hands and negotiates.
    static func request(_ target: AssociationTarget, tls: TLSContext?, wake: WakeDescriptor) throws -> UpperLayer {
        let peer = target.address.description
        var strings: [UnsafeMutablePointer<CChar>] = []
        var arrays: [UnsafeMutablePointer<UnsafePointer<CChar>?>] = []
        defer {
            strings.forEach { free($0) }
            arrays.forEach { $0.deallocate() }
        }
        func text(_ value: String) -> UnsafePointer<CChar>? {
            guard let copy = strdup(value) else { return nil }
            strings.append(copy)
            return UnsafePointer(copy)
        }
        let proposals = target.contexts.map { context in
            let array = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: context.transferSyntaxes.count)
            for (index, syntax) in context.transferSyntaxes.enumerated() {
                (array + index).initialize(to: text(syntax.rawValue))
            }
            arrays.append(array)
            return CDCMTKProposal(
                abstractSyntax: text(context.sopClass.rawValue), transferSyntaxes: array,
                transferSyntaxCount: Int32(context.transferSyntaxes.count), role: context.role.rawValue)
        }
        var pointer: OpaquePointer?
        var failure = CDCMTKFailure()
        proposals.withUnsafeBufferPointer { buffer in
            var request = CDCMTKRequest()
            request.host = text(target.address.host)
            request.port = UInt16(target.address.port)
            request.callingAETitle = text(target.calling.rawValue)
            request.calledAETitle = text(target.called.rawValue)
            request.proposals = buffer.baseAddress
            request.proposalCount = Int32(buffer.count)
            request.tls = tls?.pointer
            request.certificateHost = target.certificateHost.flatMap(text)
            request.certificateURI = target.expectedNodeURN.flatMap(text)
            request.congestionControl = target.congestionControl.flatMap(text)
            request.maximumPDU = UInt32(target.maximumPDULength)
            request.wake = wake.descriptor
            request.timeout = target.timeouts.association.milliseconds
            request.standstill = target.timeouts.standstill?.milliseconds ?? -1
            CDCMTK_association_request(&request, &pointer, &failure)
        }
        guard let pointer else { throw DICOMError(failure, peer: peer) }
        return UpperLayer(pointer, wake: wake, peer: peer)
    }

    func interrupt() { wake.signal() }

    /// Bytes of a message that fit into one PDU to the peer; even, as every fragment but the last must be (PS3.8 F.1).
    var sendLength: Int { max(Int(facts.sendLength) & ~1, 1024) }

    var peerCertificate: PeerCertificate? {
        guard let bytes = facts.certificate, facts.certificateCount > 0 else { return nil }
        return PeerCertificate(
            der: Data(bytes: bytes, count: facts.certificateCount),
            sha256Fingerprint: String(cString: facts.certificateFingerprint),
            uniformResourceNames: (0..<facts.certificateURICount).map {
                String(cString: CDCMTK_association_certificate_uri(pointer, $0))
            })
    }

    var contexts: [NegotiatedContext] {
        (0..<facts.contextCount).map { index in
            var context = CDCMTKContext()
            CDCMTK_association_context(pointer, index, &context)
            return NegotiatedContext(
                id: context.contextID,
                sopClass: SOPClass(unchecked: UIDSyntax.trimmed(String(cString: context.abstractSyntax))),
                transferSyntaxes: (0..<context.transferSyntaxCount).map {
                    let text = String(cString: CDCMTK_association_transfer_syntax(pointer, index, $0))
                    return TransferSyntax(unchecked: UIDSyntax.trimmed(text))
                },
                accepted: String(cString: context.acceptedTransferSyntax),
                proposedRole: ContextRole(rawValue: context.proposedRole) ?? .default,
                acceptedRole: ContextRole(rawValue: context.acceptedRole) ?? .default)
        }
    }

    // MARK: Negotiation, acceptor's side

    func accept(contextID: UInt8, transferSyntax: TransferSyntax, role: ContextRole) throws {
        try check { CDCMTK_association_accept_context(pointer, contextID, transferSyntax.rawValue, role.rawValue, &$0) }
    }

    func refuse(contextID: UInt8, reason: UInt8) throws {
        try check { CDCMTK_association_refuse_context(pointer, contextID, reason, &$0) }
    }

    func acknowledge(timeout: Duration) throws {
        try check { CDCMTK_association_acknowledge(pointer, timeout.milliseconds, &$0) }
    }

    func reject(_ rejection: AssociationRejection, timeout: Duration) throws {
        let (result, source, reason) = rejection.parameters
        try check { CDCMTK_association_reject(pointer, result, source, reason, timeout.milliseconds, &$0) }
    }

    // MARK: Messages

    /// The bytes of a value are valid until the next call.
    func receive(timeout: Duration?) throws -> Event {
        var value = CDCMTKPDV()
        var failure = CDCMTKFailure()
        let kind = CDCMTK_association_receive_pdv(
            pointer, timeout?.milliseconds ?? -1, pduTimeout?.milliseconds ?? -1, &value, &failure)
        if kind == Int32(CDCMTK_RELEASE_REQUESTED.rawValue) { return .releaseRequested }
        guard kind == 0 else { throw DICOMError(failure, peer: peer) }
        return .value(
            contextID: value.contextID, isCommand: value.isCommand != 0, isLast: value.isLast != 0,
            bytes: UnsafeRawBufferPointer(start: value.bytes, count: value.count))
    }

    func send(
        contextID: UInt8, isCommand: Bool, isLast: Bool, bytes: UnsafeRawBufferPointer, timeout: Duration?
    ) throws {
        try check {
            CDCMTK_association_send(
                pointer, contextID, isCommand ? 1 : 0, isLast ? 1 : 0,
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, timeout?.milliseconds ?? -1, &$0)
        }
    }

    var dataWaiting: Bool { CDCMTK_association_data_waiting(pointer) != 0 }

    func release(timeout: Duration) throws {
        try check { CDCMTK_association_release(pointer, timeout.milliseconds, &$0) }
    }

    func acknowledgeRelease(timeout: Duration) throws {
        try check { CDCMTK_association_acknowledge_release(pointer, timeout.milliseconds, &$0) }
    }

    func abort() { CDCMTK_association_abort(pointer) }

    private func check(_ call: (inout CDCMTKFailure) -> Int32) throws {
        var failure = CDCMTKFailure()
        guard call(&failure) == 0 else { throw DICOMError(failure, peer: peer) }
    }
}
