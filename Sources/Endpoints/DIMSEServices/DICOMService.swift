// The node's DICOM ports.

import DICOM
import Identity
import Logging
import Observability
import ServiceLifecycle
import StudyFlow
import Vocabulary

/// Verification, storage and C-GET on the plain port for the LAN and on the TLS port for nodes and known clients.
///
/// `start()` binds the ports, so that a port in use or a bad certificate stops the node before anything else runs; calls
/// that come in before `run()` wait in the kernel.
package final class DICOMService: Service {
    package struct Ports: Hashable, Sendable {
        package var plain: Int?
        package var tls: Int?
    }

    private let plain: AssociationListener?
    private let tls: AssociationListener?
    private let logger: Logger
    private let configuration: DIMSEServicesConfiguration

    /// - Parameter peers: asked at each association, so that an enrolment counts at once.
    package init(
        _ flow: FlowContext, configuration: DIMSEServicesConfiguration,
        peers: @escaping @Sendable () -> PeerDirectory
    ) throws {
        let handler = NodeAssociationHandler(flow, configuration: configuration, peers: peers)
        func listener(_ port: Int, _ tls: TLSCredentials?) throws -> AssociationListener {
            // No one address and no one title takes every place: half of them, but enough for a small limit.
            let share = min(configuration.maximumAssociations, max(8, configuration.maximumAssociations / 2))
            return try AssociationListener(
                configuration: ListenerConfiguration(
                    host: configuration.host, port: port, tls: tls,
                    maximumAssociations: configuration.maximumAssociations,
                    maximumConnectionsPerAddress: share, maximumAssociationsPerAETitle: share,
                    gracePeriod: configuration.gracePeriod), handler: handler, logger: flow.logger)
        }
        plain = try configuration.plainPort.map { try listener($0, nil) }
        tls = try configuration.tlsPort.map { try listener($0, configuration.credentials) }
        logger = flow.logger
        self.configuration = configuration
    }

    /// Binds the ports; again, it only says which they are.
    ///
    /// - Throws: `DICOMError` when a port is taken or the certificate can't be used.
    @discardableResult
    package func start() throws -> Ports { Ports(plain: try plain?.start(), tls: try tls?.start()) }

    package func run() async throws {
        let ports = try start()
        for (port, kind) in [(ports.plain, "plain"), (ports.tls, "TLS")] {
            guard let port else { continue }
            logger.log(
                .info, "DICOM is listening",
                [.address: "\(configuration.host)", .port: "\(port)", .reason: "\(kind)"])
        }
        try await cancelWhenGracefulShutdown { [plain, tls] in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for listener in [plain, tls].compactMap({ $0 }) { group.addTask { try await listener.run() } }
                try await group.waitForAll()
            }
        }
    }
}
