// Accepting associations: one thread that accepts, one thread per association.

import Foundation
import Glibc
import Logging
import Observability
import Synchronization
import Vocabulary

/// Listens at one port. `start()` binds it, `run()` serves until its task is cancelled.
///
/// A connection has its thread from the first byte on, so that a silent one holds up nobody. Logs what never became an
/// association; everything after that is the handler's to log.
package final class AssociationListener: Sendable {
    private let configuration: ListenerConfiguration
    private let handler: any AssociationHandler
    private let logger: Logger
    private let refusals: RefusalLog
    private let registry: AssociationRegistry
    private let stop: WakeDescriptor
    private let opened = LockedBox<(socket: ListeningSocket, tls: TLSContext?)?>(nil)

    private static let identifiers = Atomic<UInt64>(0)

    package init(
        configuration: ListenerConfiguration, handler: any AssociationHandler, logger: Logger
    ) throws {
        self.configuration = configuration
        self.handler = handler
        self.logger = logger
        registry = AssociationRegistry(
            limits: .init(
                associations: configuration.maximumAssociations,
                perAddress: configuration.maximumConnectionsPerAddress,
                perAETitle: configuration.maximumAssociationsPerAETitle))
        refusals = RefusalLog(logger: logger)
        stop = try WakeDescriptor()
    }

    /// Loads the credentials and binds the port; connections wait in the kernel until `run()`. Returns the port. Throws
    /// `.portInUse`, `.hostNotFound`, `.tlsConfiguration`.
    @discardableResult
    package func start() throws -> Int {
        try opened.withLock { opened in
            if let opened { return opened.socket.port }
            try DCMTKRuntime.start(logger: logger)
            let tls = try configuration.tls.map { try TLSContext($0) }
            let socket = try ListeningSocket(host: configuration.host, port: configuration.port)
            opened = (socket, tls)
            return socket.port
        }
    }

    package var associationCount: Int { registry.associationCount }

    /// Serves until the task is cancelled; then lets associations finish within the grace period and returns when their
    /// threads have ended.
    package func run() async throws {
        try start()
        guard let (socket, tls) = opened.withLock({ $0 }) else { return }
        await withTaskCancellationHandler {
            await Self.onThread(named: "dicom-accept") { [self] in
                var doorstep = Doorstep()
                while let connection = socket.accept(
                    wake: stop,
                    between: {
                        doorstep.sweep()
                        refusals.summarise()
                        return doorstep.isEmpty ? 10_000 : 250
                    })
                {
                    receive(connection, tls: tls, doorstep: &doorstep)
                }
                doorstep.sweep(all: true)
            }
        } onCancel: {
            stop.signal()
        }
        // The port is closed before the associations end.
        opened.withLock { $0 = nil }
        await Self.onThread(named: "dicom-drain") { [self] in registry.drain(grace: configuration.gracePeriod) }
        refusals.summarise(all: true)
    }

    private static func onThread(named name: String, _ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                body()
                continuation.resume()
            }
            thread.name = name
            thread.start()
        }
    }

    // MARK: One connection

    private func receive(_ connection: ListeningSocket.Connection, tls: TLSContext?, doorstep: inout Doorstep) {
        let id = Self.identifiers.add(1, ordering: .relaxed).newValue
        let wake: WakeDescriptor
        do {
            wake = try WakeDescriptor()
        } catch {
            close(connection.descriptor)
            refusals.note(
                .error, "connection dropped", key: "wake",
                [.address: "\(connection.address)", .error: "\(error)"])
            return
        }
        if let refusal = registry.admit(id, address: connection.address, wake: wake) {
            doorstep.turnAway(connection.descriptor, speaksPlainly: tls == nil)
            refusals.note(
                .warning, "connection refused", key: "\(connection.address) \(refusal)",
                [.address: "\(connection.address)", .reason: "\(refusal.rawValue)"])
            return
        }
        let thread = Thread { [self] in
            serve(connection, id: id, tls: tls, wake: wake)
            registry.remove(id)
        }
        thread.name = "dicom-\(id)"
        thread.stackSize = 4 << 20
        thread.start()
    }

    private func serve(_ connection: ListeningSocket.Connection, id: UInt64, tls: TLSContext?, wake: WakeDescriptor) {
        do {
            let upper = try UpperLayer.receive(
                socket: connection.descriptor, tls: tls, wake: wake, maximumPDU: configuration.maximumPDULength,
                timeout: configuration.handshakeTimeout, peer: "\(connection.address):\(connection.port)")
            guard let request = AssociationRequest(id: id, connection, upper: upper, isTLS: tls != nil) else {
                try refuse(upper, id, .noReasonGiven, connection, "an AE title that is none")
                return
            }
            if let refusal = registry.establish(id, aeTitle: request.callingAETitle) {
                try refuse(upper, id, .localLimitExceeded, connection, refusal.rawValue)
                return
            }
            switch handler.admit(request) {
            case .reject(let rejection):
                try refuse(upper, id, rejection, connection, rejection.rawValue)
            case .accept(let idle, let progress):
                let served = ServedAssociation(
                    request, upper: upper, handler: handler, configuration: configuration,
                    activity: { [registry] in registry.mark(id, busy: $0) })
                handler.closed(request, outcome: served.serve(idle: idle, progress: progress))
            }
        } catch let error as DICOMError where error.code == .connectionClosed || error.code == .cancelled {
            // Port scans, load balancers, our own end.
            logger.log(.debug, "no association", [.address: "\(connection.address)", .reason: "\(error)"])
        } catch {
            // The port is the peer's own and different each time.
            let key = "\(error)".replacingOccurrences(of: "\(connection.address):\(connection.port)", with: "")
            refusals.note(
                .warning, "no association", key: "\(connection.address) \(key)",
                [.address: "\(connection.address)", .reason: "\(error)"])
        }
    }

    private func refuse(
        _ upper: UpperLayer, _ id: UInt64, _ rejection: AssociationRejection,
        _ connection: ListeningSocket.Connection, _ reason: String
    ) throws {
        registry.dismiss(id)
        refusals.note(
            .notice, "association rejected", key: "\(connection.address) \(reason)",
            [
                .address: "\(connection.address)", .reason: "\(reason)",
                .callingAETitle: "\(String(cString: upper.facts.callingAETitle))",
                .calledAETitle: "\(String(cString: upper.facts.calledAETitle))",
            ])
        try upper.reject(rejection, timeout: configuration.handshakeTimeout)
    }
}

extension AssociationRequest {
    /// `nil` when an AE title is none.
    init?(id: UInt64, _ connection: ListeningSocket.Connection, upper: UpperLayer, isTLS: Bool) {
        guard let calling = AETitle(rawValue: String(cString: upper.facts.callingAETitle)),
            let called = AETitle(rawValue: String(cString: upper.facts.calledAETitle))
        else { return nil }
        self.init(
            id: id, callingAETitle: calling, calledAETitle: called, peerAddress: connection.address,
            peerPort: connection.port, peerCertificate: upper.peerCertificate, isTLS: isTLS,
            implementationClassUID: String(cString: upper.facts.peerImplementationClassUID),
            implementationVersionName: String(cString: upper.facts.peerImplementationVersionName))
    }
}
