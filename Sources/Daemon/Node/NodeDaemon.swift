// From a configuration file to a running node.

import Archive
import DICOM
import DICOMweb
import DIMSEServices
import Database
import Foundation
import HTTPService
import Hummingbird
import Identity
import Logging
import MediaIntake
import NodeLink
import Observability
import Relay
import ServiceLifecycle
import StudyFlow
import Templates
import Vocabulary
import WebUI

/// One node: everything its configuration asks for, in the order it must start. Shutdown is the reverse: the endpoints stop
/// taking, what is under way ends, the database closes last.
package struct NodeDaemon: Sendable {
    private let configuration: NodeConfiguration
    private let logger: Logger
    private let decoders: DecodeWorkers

    /// - Parameter decoders: where codestreams are decoded; never in the process that holds the studies.
    package init(_ configuration: NodeConfiguration, logger: Logger, decoders: DecodeWorkers) {
        self.configuration = configuration
        self.logger = logger
        self.decoders = decoders
    }

    /// Runs until SIGTERM or SIGINT.
    ///
    /// - Throws: before anything listens, a sentence about the configuration, a file, a port or the disk; later, what ended
    ///   one of the services.
    package func run() async throws {
        let files = try NodeFiles(configuration)
        let peers = try configuration.loadPeers()
        let node = configuration.localNode(with: peers)
        let rules = try configuration.loadRules(in: node.topology)
        let templates = try configuration.loadTemplates()
        let workforce = try configuration.loadWorkforce()
        let retention = try configuration.loadRetention()
        try DCMTKRuntime.start(logger: logger)
        FrameDecoding.isolate(in: decoders)
        defer { decoders.stop() }
        try makeDirectory()
        let store = try FileInstanceStore(folder: configuration.archiveDirectory, access: .owner)
        let database = try Database(path: configuration.databaseFile, migrations: NodeSchema.migrations)
        let outgoing = try OutgoingFolder(path: configuration.outgoingDirectory)
        var context = FlowContext(
            node: node, database: database, store: store, rules: rules,
            singleReaderAllowed: configuration.singleReaderAllowed, signals: FlowSignals(), clock: .system,
            logger: logger)
        context.outgoing = outgoing
        context.prices = try configuration.loadPrices()
        context.criticalList = try configuration.loadCriticalList()
        context.seal = files.seal
        context.priorPolicy = try configuration.loadPriorPolicy()
        context.workforce = workforce
        context.peerReviewRules = try configuration.loadPeerReviewRules()
        context.retention = retention
        let flow = context
        try await refuseHalfCatalogue(flow)
        try await CompressionService.prepare(flow, folder: outgoing)
        let gauge = CompressionGauge()

        let exchange = LinkExchange(
            flow, verifier: files.verifier, certificateExpiresAt: files.certificate.notAfter)
        let dimse = dimseConfiguration
        let dicom = try DICOMService(flow, configuration: dimse, peers: { peers })
        // Both ports are bound before any service runs: a port in use stops the node here.
        try dicom.start()
        let dialer = ParentDialer(dimse, peers: { peers })
        var services: [any Service] = [
            SettlementService(flow),
            OverflowService(flow),
            FigureKeeper(flow),
            ReceiptService(flow, signer: files.signer),
            ReportReleaseService(flow),
            StorageKeeper(flow),
            RehashService(flow),
            FileReturnService(
                flow, fetching: node.parents.isEmpty ? nil : DICOMInstanceFetching(flow, dialer: dialer)),
            PriorService(
                flow, fetching: node.parents.isEmpty ? nil : DICOMInstanceFetching(flow, dialer: dialer)),
            LinkSilenceWatch(flow),
            NameIndexService(flow),
            RereadService(flow),
            CriticalResultWatch(flow),
        ]
        if node.hasReadingRole { services.append(AssignmentService(flow)) }
        if !node.children.isEmpty { services.append(AcquiredFormCheck(flow)) }
        if node.links.values.contains(where: { $0.compression != .none }) {
            services.append(
                CompressionService(
                    flow, folder: outgoing, gauge: gauge, minimumFreeBytes: configuration.dicom.minimumFreeBytes))
        }
        if !node.parents.isEmpty {
            services.append(HomecomingService(flow, fetching: DICOMInstanceFetching(flow, dialer: dialer)))
            let relay = relayConfiguration(flow.node, peers, gauge)
            let traffic = RelayTraffic(relay)
            services.append(
                RelayService(
                    configuration: relay, database: database,
                    transport: DICOMDeliveryTransport(flow, dialer: dialer),
                    ranges: RangeDeliveryTransport(flow, configuration: linkConfiguration, peers: { peers }),
                    traffic: traffic,
                    signal: flow.signals.relay, logger: logger,
                    onReport: { _ in flow.signals.publish(FlowChange(.queue)) }))
            for parent in peers.parents {
                services.append(
                    LinkClient(exchange, parent: parent, configuration: linkConfiguration, logger: logger))
            }
        }
        services.append(dicom)
        services.append(
            WatchedFolderService(
                flow, folders: configuration.watchedFolders, settings: configuration.folderSettings))
        let uploads = UploadIntake(
            flow, zone: try ResumableZone(archive: configuration.archiveDirectory),
            limits: UploadLimits(largestInstance: dimse.largestInstance, reserve: configuration.node.storage.reserve))
        services.append(UploadSweep(uploads, logger: logger))
        services += try web(flow, exchange, uploads, peers, templates)
        logger.log(
            .info, "node starts",
            [
                .node: "\(node.name)", .role: node.hasReadingRole ? "reading" : "forwarding",
                .path: "\(configuration.directory)",
            ])
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(20)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            try database.close()
            throw error
        }
        try database.close()
        logger.log(.info, "node stopped", [.node: "\(node.name)"])
    }

    // MARK: Parts

    private var dimseConfiguration: DIMSEServicesConfiguration {
        let dicom = configuration.dicom
        return DIMSEServicesConfiguration(
            aeTitle: dicom.aeTitle, host: dicom.host, plainPort: dicom.port, tlsPort: dicom.tlsPort,
            credentials: TLSCredentials(
                certificateFile: configuration.tls.certificate, privateKeyFile: configuration.tls.key,
                certificateAuthorityFile: configuration.tls.authority),
            callingAETitles: Set(dicom.callingAETitles), lanRetrieve: dicom.lanRetrieve,
            maximumAssociations: dicom.maximumAssociations, minimumFreeBytes: dicom.minimumFreeBytes,
            minimumFreePercent: configuration.node.storage.reserve.minimumPercent)
    }

    private var linkConfiguration: NodeLinkConfiguration {
        NodeLinkConfiguration(
            certificateFile: configuration.tls.certificate, keyFile: configuration.tls.key,
            authorityFile: configuration.tls.authority)
    }

    private func relayConfiguration(
        _ node: LocalNode, _ peers: PeerDirectory, _ gauge: CompressionGauge
    ) -> RelayConfiguration {
        var relay = RelayConfiguration(destinations: node.parents, owner: node.name.rawValue)
        relay.policies = Dictionary(peers.parents.map { ($0.name, $0.link) }, uniquingKeysWith: { first, _ in first })
        relay.gauge = gauge
        relay.rangesAfterInterruptions = configuration.rangesAfterInterruptions
        return relay
    }

    private func web(
        _ flow: FlowContext, _ exchange: LinkExchange, _ uploads: UploadIntake, _ peers: PeerDirectory,
        _ templates: TemplateLibrary
    ) throws -> [any Service] {
        let access = HTTPAccess(node: flow.node.name, database: flow.database, peers: { peers })
        var pages = WebUI(flow, resources: try WebResources.bundled()) { event, peer, user in
            try await exchange.retryParked(event, from: peer, by: user)
        }
        pages.templates = pages.templates.overlaid(by: templates)
        pages.hangingRules = try configuration.loadHangingRules()
        if configuration.signsWithPassword {
            pages.confirmSigner = { user, password in try await access.isPassword(password, of: user) }
        }
        var options = JieliRouter.Options()
        options.loginPath = WebUI.loginPath
        options.errorPage = pages.errorPage
        options.readiness = { await NodeReadiness(flow).readiness() }
        options.refreshMetrics = { await NodeReadiness(flow).refreshMetrics() }
        let router = JieliRouter.make(access: access, options: options)
        LinkRoutes(exchange).addRoutes(to: router)
        UploadRoutes(uploads).addRoutes(to: router)
        DICOMwebService(flow: flow).addRoutes(to: router)
        pages.addRoutes(to: router)
        let imports = try ImportService(flow, folder: configuration.directory + "/imports")
        imports.addRoutes(to: router)
        let settings = HTTPServiceConfiguration(
            host: configuration.http.host, port: configuration.http.port,
            certificateFile: configuration.tls.certificate, keyFile: configuration.tls.key,
            authorityFile: configuration.tls.authority)
        return [imports, pages.liveUpdates, HTTPService(router: router, configuration: settings, logger: logger)]
    }

    // MARK: Before the start

    private func makeDirectory() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: configuration.directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw ConfigurationError(
                code: .unreadable,
                message: "the directory \(configuration.directory) cannot be made; check its parent's owner",
                cause: error)
        }
    }

    /// A rebuild of the catalogue that was cut short leaves studies out: better no node than one that denies them.
    private func refuseHalfCatalogue(_ flow: FlowContext) async throws {
        guard try await flow.database.read({ try Reindex.isUnfinished(in: $0) }) else { return }
        throw ConfigurationError(
            code: .unreadable,
            message: "a rebuild of the catalogue was cut short; run: jieli reindex --config \(configuration.file)")
    }
}
