// A parent behind HTTPS and a child that dials it, each on a real database.

import Archive
import AsyncHTTPClient
import Database
import Foundation
import HTTPService
import Identity
import Logging
import NodeLink
import Observability
import Outbox
import Relay
import Routing
import ServiceLifecycle
import StudyFlow
import TestSupport
import Vocabulary

extension NodeName {
    static let edge = NodeName(rawValue: "paotai")!
    static let county = NodeName(rawValue: "puning")!
    static let city = NodeName(rawValue: "jieyang")!
    static let sibling = NodeName(rawValue: "liusha")!
    static let stranger = NodeName(rawValue: "stranger")!
}

/// Keeps metadata, which Hummingbird relies on, and writes nothing.
let quiet = Logger(label: "test") { _ in RecordingLog(logLevel: .critical) }

/// Keeps lines of info and above.
struct RecordingLog: LogHandler {
    let lines = LockedBox<[String]>([])
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let text = "\(event.level): \(event.message) \(event.metadata?["error"].map { "\($0)" } ?? "")"
        lines.withLock { $0.append(text) }
    }
}

struct LinkNode: Sendable {
    let flow: FlowContext
    let exchange: LinkExchange
    let clock = ManualClock(Timestamp(Date()))
    let archive: String

    init(_ node: LocalNode, authority: CertificateAuthority, folder: String) throws {
        archive = folder + "/archive"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        flow = FlowContext(
            node: node,
            database: try Database(
                path: folder + "/jieli.sqlite", migrations: IdentitySchema.migrations + FlowContext.migrations),
            store: try FileInstanceStore(folder: archive, access: .owner), rules: RoutingRules(),
            singleReaderAllowed: false, signals: FlowSignals(), clock: clock.wallClock, logger: quiet)
        exchange = LinkExchange(flow, verifier: try ReceiptVerifier(authorityPEM: authority.certificatePEM))
    }

    /// An event of a type that the other side parks: it arrived when it is parked there.
    func write(_ name: String, to peer: NodeName, payload: String = "{}") async throws {
        let flow = flow
        try await flow.database.write { transaction in
            _ = try flow.outbox.append(
                to: peer, from: flow.node.name, type: name, payload: payload, lane: .normal, at: flow.clock.now(),
                in: transaction)
        }
        flow.signals.wakeLink(peer)
    }

    func arrived() async throws -> [String] {
        try await flow.database.read { [inbox = flow.inbox] in try inbox.parked(in: $0) }.map(\.envelope.type).sorted()
    }

    func unacknowledged(by peer: NodeName) async throws -> Int {
        try await flow.database.read { [outbox = flow.outbox] in try outbox.backlog(for: peer, in: $0).count }
    }

    /// Returns when `condition` holds; asked whenever a message was received here.
    func until(_ condition: @Sendable () async throws -> Bool) async throws {
        let changes = flow.signals.changes()
        if try await condition() { return }
        for await change in changes where change.topic == .link {
            if try await condition() { return }
        }
    }
}

final class LinkFixture: Sendable {
    let directory: TemporaryDirectory
    let authority: CertificateAuthority
    let parent: LinkNode
    let child: LinkNode
    private let now = Timestamp(Date())

    init() throws {
        directory = try TemporaryDirectory()
        authority = try CertificateAuthority.create(in: directory.path, at: now)
        parent = try LinkNode(
            LocalNode(
                name: .county, tier: .county, issuer: "puning", institution: "示例县院", hasReadingRole: true,
                children: [.edge, .sibling]), authority: authority, folder: directory.appending("county"))
        child = try LinkNode(
            LocalNode(
                name: .edge, tier: .edge, issuer: "paotai", institution: "示例卫生院", hasReadingRole: false,
                parents: [.county]), authority: authority, folder: directory.appending("edge"))
    }

    var authorityFile: String { directory.appending("ca.pem") }

    func certificate(_ name: NodeName) throws -> CertificateFiles {
        try authority.issue(
            .node(name, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"]), to: directory.path,
            fileName: "\(name)-\(UUID().uuidString)", at: now)
    }

    // MARK: The parent

    /// Serves while `body` runs, then shuts down gracefully.
    func serving<Result: Sendable>(
        port: Int = 0, as name: NodeName = .county,
        limits: UploadLimits = UploadLimits(reserve: SpaceReserve(minimumBytes: 0)),
        takesRanges: Bool = true, _ body: @escaping @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let peers = try PeerDirectory(
            yaml: """
                parents:
                  - {name: jieyang, aeTitle: JIEYANG, host: 127.0.0.1, dicomTLSPort: 1, url: "https://127.0.0.1:1"}
                children:
                  - {name: paotai, aeTitle: PAOTAI}
                  - {name: liusha, aeTitle: LIUSHA}
                """)
        let uploads = UploadIntake(parent.flow, zone: try ResumableZone(archive: parent.archive), limits: limits)
        let files = try certificate(name)
        let access = HTTPAccess(node: name, database: parent.flow.database, peers: { peers })
        let router = JieliRouter.make(access: access)
        LinkRoutes(parent.exchange).addRoutes(to: router)
        if takesRanges { UploadRoutes(uploads).addRoutes(to: router) }
        let service = HTTPService(
            router: router,
            configuration: HTTPServiceConfiguration(
                host: "127.0.0.1", port: port, certificateFile: files.certificate, keyFile: files.key,
                authorityFile: authorityFile), logger: quiet)
        let group = ServiceGroup(configuration: .init(services: [.init(service: service)], logger: quiet))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result
            do {
                result = try await body(try await service.port())
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    // MARK: The child

    func peer(_ port: Int, name: NodeName = .county) throws -> ParentPeer {
        let directory = try PeerDirectory(
            yaml: """
                parents:
                  - name: \(name)
                    aeTitle: PUNING
                    host: 127.0.0.1
                    dicomTLSPort: 1
                    url: https://127.0.0.1:\(port)
                """)
        return directory.parents[0]
    }

    func configuration(_ files: CertificateFiles) -> NodeLinkConfiguration {
        var configuration = NodeLinkConfiguration(
            certificateFile: files.certificate, keyFile: files.key, authorityFile: authorityFile)
        configuration.backOff.first = .milliseconds(20)
        configuration.backOff.longest = .milliseconds(200)
        return configuration
    }

    /// Runs the child's link while `body` runs.
    func linking(
        to peer: ParentPeer, log: RecordingLog = RecordingLog(), _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let client = LinkClient(
            child.exchange, parent: peer, configuration: configuration(try certificate(.edge)),
            logger: Logger(label: "link") { _ in log })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            do {
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
