// One node with its DICOM ports, on a real database and a real archive.

import Archive
import Audit
import DICOM
import DIMSEServices
import Database
import Foundation
import Identity
import Logging
import Observability
import Routing
import StudyFlow
import TestSupport
import Vocabulary

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension NodeName {
    static let edge = NodeName(rawValue: "paotai")!
    static let neighbour = NodeName(rawValue: "liusha")!
    static let county = NodeName(rawValue: "puning")!
    static let city = NodeName(rawValue: "jieyang")!
    static let stranger = NodeName(rawValue: "stranger")!
}

extension AETitle {
    static let edge = AETitle(rawValue: "PAOTAI")!
    static let neighbour = AETitle(rawValue: "LIUSHA")!
    static let county = AETitle(rawValue: "PUNING")!
    static let city = AETitle(rawValue: "JIEYANG")!
    static let modality = AETitle(rawValue: "CT1")!
    static let client = AETitle(rawValue: "DEMOCLIENT")!
}

/// An authority and the certificates it issued. Certificates are checked by OpenSSL, so the time is the real one.
final class Authority: Sendable {
    let directory: TemporaryDirectory
    private let authority: CertificateAuthority
    private let now = Timestamp(Date())

    init() throws {
        directory = try TemporaryDirectory()
        authority = try CertificateAuthority.create(in: directory.path, at: now)
    }

    func node(_ name: NodeName, addresses: [String] = ["127.0.0.1"]) throws -> TLSCredentials {
        try credentials(
            authority.issue(
                .node(name, dnsNames: ["localhost"], ipAddresses: addresses), to: directory.path,
                fileName: "\(name)-\(UUID().uuidString)", at: now))
    }

    func client(_ name: String) throws -> (credentials: TLSCredentials, fingerprint: Digest) {
        let files = try authority.issue(.client(name), to: directory.path, fileName: name, at: now)
        return (credentials(files), files.facts.fingerprint)
    }

    private func credentials(_ files: CertificateFiles) -> TLSCredentials {
        TLSCredentials(
            certificateFile: files.certificate, privateKeyFile: files.key,
            certificateAuthorityFile: directory.appending("ca.pem"))
    }
}

final class DIMSENode: Sendable {
    let directory: TemporaryDirectory
    let flow: FlowContext
    let configuration: DIMSEServicesConfiguration
    let peers: LockedBox<PeerDirectory>
    let store: SwitchableStore

    init(
        _ name: NodeName, aeTitle: AETitle, credentials: TLSCredentials, peers: PeerDirectory = PeerDirectory(),
        archive: String? = nil, adjust: (inout DIMSEServicesConfiguration) -> Void = { _ in }
    ) throws {
        directory = try TemporaryDirectory()
        store = SwitchableStore(
            base: try FileInstanceStore(folder: archive ?? directory.appending("archive"), access: .owner))
        let node = LocalNode(
            name: name, tier: .county, issuer: name.rawValue, institution: "示例医院", hasReadingRole: true,
            parents: peers.parents.map(\.name), children: peers.children.map(\.name),
            childIssuers: Dictionary(uniqueKeysWithValues: peers.children.map { ($0.name, $0.issuer) }))
        flow = FlowContext(
            node: node,
            database: try Database(path: directory.appending("jieli.sqlite"), migrations: FlowContext.migrations),
            store: store, rules: RoutingRules(), singleReaderAllowed: false, signals: FlowSignals(), clock: .system,
            logger: quiet)
        var configuration = DIMSEServicesConfiguration(
            aeTitle: aeTitle, host: "127.0.0.1", plainPort: 0, tlsPort: 0, credentials: credentials,
            minimumFreeBytes: 0, gracePeriod: .seconds(1))
        adjust(&configuration)
        self.configuration = configuration
        self.peers = LockedBox(peers)
    }

    /// The county with two children, the client and a parent.
    static func county(
        _ authority: Authority, client: (AETitle, Digest, RetrieveGrant)? = nil, archive: String? = nil,
        adjust: (inout DIMSEServicesConfiguration) -> Void = { _ in }
    ) throws -> DIMSENode {
        var yaml = """
            parents:
              - {name: jieyang, aeTitle: JIEYANG, host: 127.0.0.1, dicomTLSPort: 1, url: "https://127.0.0.1:1"}
            children:
              - {name: paotai, aeTitle: PAOTAI}
              - {name: liusha, aeTitle: LIUSHA}

            """
        if let (title, fingerprint, grant) = client {
            yaml += "clients:\n  - {aeTitle: \(title), fingerprint: \(fingerprint), retrieve: \(grant.rawValue)}\n"
        }
        return try DIMSENode(
            .county, aeTitle: .county, credentials: try authority.node(.county), peers: try PeerDirectory(yaml: yaml),
            archive: archive, adjust: adjust)
    }

    /// Serves while `body` runs; returns when all associations have ended.
    func serving<Result: Sendable>(
        _ body: @Sendable (_ plain: Int, _ tls: Int) async throws -> Result
    ) async throws -> Result {
        let service = try DICOMService(flow, configuration: configuration) { [peers] in peers.withLock { $0 } }
        let ports = try service.start()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            let result: Result
            do {
                result = try await body(ports.plain ?? 0, ports.tls ?? 0)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    func dialer(standstill: Duration = .seconds(14)) -> ParentDialer {
        ParentDialer(configuration, standstill: standstill) { [peers] in peers.withLock { $0 } }
    }

    // MARK: What came of it

    func instance(_ uid: SOPInstanceUID) throws -> InstanceRecord? {
        try flow.database.readBlocking { try flow.catalogue.instance(uid, in: $0) }
    }

    func count() throws -> Int { try flow.database.readBlocking { try flow.catalogue.totals(in: $0).instances } }

    func audited(_ action: AuditAction, _ outcome: AuditOutcome) throws -> [AuditEvent] {
        var query = AuditTrail.Query()
        query.actions = [action]
        query.outcome = outcome
        return try flow.database.readBlocking { try flow.audit.events(query, in: $0) }.map(\.event)
    }

    func filesIn(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store.base.folder + "/" + folder)
    }

    /// As if a modality, or a child, had sent it.
    @discardableResult
    func take(_ path: String, from child: NodeName? = nil, networkMade: Bool = false) throws -> InstanceRecord {
        let landing = try flow.store.landing()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.write(to: URL(fileURLWithPath: landing.path))
        let offset = try FileMetaInformation.read(fromFile: path).dataSetOffset
        let dataSet = bytes.dropFirst(Int(offset))
        return try InstanceIntake(flow).accept(
            Arrival(
                landing: landing, digest: Digest(of: dataSet), size: Int64(dataSet.count),
                source: InstanceSource(kind: child == nil ? .modality : .node, name: child?.rawValue ?? "CT1"),
                sender: child, isNetworkMade: networkMade)
        ).instance
    }
}

/// A real store whose disk can be filled.
final class SwitchableStore: InstanceStore {
    enum Fault: Sendable { case none, full, noRoomLeft }

    let base: FileInstanceStore
    let fault = LockedBox(Fault.none)

    init(base: FileInstanceStore) { self.base = base }

    func landing() throws -> LandingFile { try base.landing() }
    func discard(_ landing: LandingFile) throws { try base.discard(landing) }
    func place(_ landing: LandingFile, as identity: InstanceIdentity) throws -> CommittedFile {
        try base.place(landing, as: identity)
    }
    func makeDurable(_ committed: CommittedFile) throws {
        if case .full = fault.withLock({ $0 }) { throw ArchiveError(code: .full, message: "full") }
        try base.makeDurable(committed)
    }
    func keepAside(_ landing: LandingFile, as identity: InstanceIdentity) throws -> String {
        try base.keepAside(landing, as: identity)
    }
    func keepAside(committed path: String, as identity: InstanceIdentity, keepingPlace: Bool) throws -> String {
        try base.keepAside(committed: path, as: identity, keepingPlace: keepingPlace)
    }
    func quarantine(_ landing: LandingFile, as name: String) throws -> String {
        try base.quarantine(landing, as: name)
    }
    func quarantined() throws -> [String] { try base.quarantined() }
    func setAside(damaged path: String, at time: Timestamp) throws -> String? {
        try base.setAside(damaged: path, at: time)
    }
    func holds(_ path: String) throws -> Bool { try base.holds(path) }
    func url(of path: String) throws -> URL { try base.url(of: path) }
    func remove(_ path: String) throws { try base.remove(path) }
    func studyFolders() throws -> [String] { try base.studyFolders() }
    func paths(in folder: String) throws -> [String] { try base.paths(in: folder) }
    func freeSpace() throws -> FreeSpace {
        if case .noRoomLeft = fault.withLock({ $0 }) { return FreeSpace(free: 100, total: 1 << 30) }
        return try base.freeSpace()
    }
}
