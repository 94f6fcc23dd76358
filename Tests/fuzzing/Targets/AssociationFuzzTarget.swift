// Bytes from a peer, through a real listener: PDUs, commands and data sets.

import DICOM
import Foundation
import Logging
import Vocabulary

/// The first byte chooses how the rest is wrapped: as it is; after an A-ASSOCIATE-RQ; as one presentation data value after
/// it. The peer then closes its half and reads to the end.
final class AssociationFuzzTarget: FuzzTarget {
    private let port: Int
    private let serving: Task<Void, any Error>

    init() {
        let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        do {
            let listener = try AssociationListener(
                configuration: ListenerConfiguration(port: 0, handshakeTimeout: .seconds(2)), handler: Everything(),
                logger: logger)
            port = try listener.start()
            serving = Task { try await listener.run() }
        } catch {
            fatalError("no listener: \(error)")
        }
    }

    func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let rest = Array(input.dropFirst())
        var bytes: [UInt8] = []
        switch first % 3 {
        case 0: bytes = rest
        case 1: bytes = WireForm.request + rest
        default: bytes = WireForm.request + WireForm.dataValue(rest)
        }
        let socket = dial()
        defer { close(socket) }
        _ = bytes.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        shutdown(socket, Int32(SHUT_WR))
        var answer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(socket, &answer, answer.count, 0)
            if count > 0 || (count < 0 && errno == EINTR) { continue }
            if count < 0, errno == EAGAIN { broken("no end of the association in 5 s") }
            return
        }
    }

    private func dial() -> Int32 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        // Resets rather than leaves one socket in TIME_WAIT for each input.
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                while true {
                    if connect(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 { return true }
                    // The fuzzer's own timer; the connection is made meanwhile.
                    guard [EINTR, EALREADY, EISCONN].contains(errno) else { return false }
                    if errno == EISCONN { return true }
                }
            }
        }
        guard connected else { broken("nobody listens any more: \(String(cString: strerror(errno)))") }
        return socket
    }
}

/// Takes whatever comes.
private struct Everything: AssociationHandler {
    func admit(_ request: AssociationRequest) -> AssociationAdmission {
        .accept(idle: .seconds(1), progress: .seconds(1))
    }

    func decide(_ context: OfferedContext, in association: AssociationRequest) -> ContextDecision {
        context.decision(preferring: context.transferSyntaxes)
    }

    func beginStore(_ command: StoreCommand, from association: AssociationRequest) throws -> any StoreSink { Nowhere() }
}

private final class Nowhere: StoreSink {
    func write(_ bytes: UnsafeRawBufferPointer) throws {}
    func finish() -> StoreResponse { StoreResponse(status: .success) }
    func abandon() {}
}
