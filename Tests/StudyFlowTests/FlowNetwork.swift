// Several nodes' flows joined without a network: messages and files are handed over by hand, one step at a time.

import Archive
import Crypto
import DICOM
import Database
import Foundation
import Identity
import Logging
import PeerReview
import Reading
import Relay
import Routing
import StudyFlow
import TestSupport
import Vocabulary

/// Real databases, real files, real signatures; the test decides what travels when.
final class FlowNetwork {
    let clock = ManualClock()
    let directory: TemporaryDirectory
    private(set) var nodes: [NodeName: TestNode] = [:]
    let verifier: ReceiptVerifier
    /// Child and parent.
    private(set) var links: [(NodeName, NodeName)] = [(.edge, .county), (.county, .city)]

    static let forwardEverything = "rules:\n  - name: forward-everything\n    then: {forward: jieyang}\n"
    static let readHere = "rules:\n  - name: read-here\n    then: {read: here}\n"

    init(
        countyRules: String = FlowNetwork.forwardEverything, skew: [NodeName: Duration] = [:],
        signsReports: Bool = false, workforce: Workforce = Workforce(),
        peerReviewRules: PeerReviewRules = PeerReviewRules(), hasSiblings: Bool = false,
        adjust: (inout LocalNode) -> Void = { _ in }, adjustContext: (inout FlowContext) -> Void = { _ in }
    ) throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory.appending("ca"), withIntermediateDirectories: true)
        let authority = try CertificateAuthority.create(in: directory.appending("ca"), at: clock.now)
        verifier = try ReceiptVerifier(authorityPEM: authority.certificatePEM)
        func add(_ node: LocalNode, rules: RoutingRules = RoutingRules()) throws {
            var node = node
            adjust(&node)
            nodes[node.name] = try TestNode(
                node, rules: rules, authority: authority, folder: directory.appending(node.name.rawValue), clock: clock,
                skew: skew[node.name] ?? .zero, signsReports: signsReports,
                workforce: node.tier == .edge ? Workforce() : workforce,
                peerReviewRules: peerReviewRules, adjust: adjustContext)
        }
        try add(
            LocalNode(
                name: .edge, tier: .edge, issuer: "paotai", institution: "示例卫生院", hasReadingRole: false,
                parents: [.county]))
        try add(
            LocalNode(
                name: .county, tier: .county, issuer: "puning", institution: "示例县院", hasReadingRole: true,
                parents: [.city], children: [.edge], childIssuers: [.edge: "paotai"]),
            rules: try RoutingRules(yaml: countyRules, file: "rules.yaml"))
        var city = LocalNode(
            name: .city, tier: .city, issuer: "jieyang", institution: "示例市院", hasReadingRole: true,
            children: hasSiblings ? [.county, .otherCounty] : [.county],
            childIssuers: hasSiblings ? [.county: "puning", .otherCounty: "huilai"] : [.county: "puning"])
        // What is read at the other edge is never sent up.
        if hasSiblings { city.issuersBelow = [.otherCounty: ["qianzhan"]] }
        try add(city)
        guard hasSiblings else { return }
        try add(
            LocalNode(
                name: .otherEdge, tier: .edge, issuer: "qianzhan", institution: "另一卫生院", hasReadingRole: true,
                parents: [.otherCounty]), rules: try RoutingRules(yaml: Self.readHere, file: "rules.yaml"))
        try add(
            LocalNode(
                name: .otherCounty, tier: .county, issuer: "huilai", institution: "另一县院", hasReadingRole: true,
                parents: [.city], children: [.otherEdge], childIssuers: [.otherEdge: "qianzhan"]),
            rules: try RoutingRules(yaml: Self.readHere, file: "rules.yaml"))
        links += [(.otherEdge, .otherCounty), (.otherCounty, .city)]
    }

    subscript(name: NodeName) -> TestNode { nodes[name]! }

    /// Any text with a node's real receipt key, which the node itself would not sign.
    func sign(_ body: String, as name: NodeName) throws -> (body: String, signature: String) {
        let key = try P256.Signing.PrivateKey(
            pemRepresentation: String(contentsOfFile: self[name].receiptKey, encoding: .utf8))
        return (body, try key.signature(for: Data(body.utf8)).derRepresentation.base64EncodedString())
    }

    /// Both directions of one link, once.
    func exchange(_ child: NodeName, _ parent: NodeName) async throws {
        let up = try await self[child].link.message(for: parent)
        try await self[parent].link.receive(up, from: child)
        let down = try await self[parent].link.message(for: child, after: up.applied)
        try await self[child].link.receive(down, from: parent)
        let acknowledgement = try await self[child].link.message(for: parent)
        try await self[parent].link.receive(acknowledgement, from: child)
    }

    /// Sends whatever a node's relay may send now, as its transport would.
    func deliver(from child: NodeName, to parent: NodeName) async throws {
        let (node, now) = (self[child], clock.now)
        let claimed = try await node.flow.database.write { transaction in
            try node.flow.deliveries.claim(
                parent, limit: 1000, owner: "test", leaseUntil: now + .seconds(60), at: now, in: transaction)
        }
        for delivery in claimed {
            let record = try await node.flow.database.read {
                try node.flow.catalogue.instance(delivery.sopInstance, in: $0)
            }!
            let file = try node.flow.store.url(of: record.path)
            _ = try self[parent].take(file, from: child)
            try await node.flow.database.write { transaction in
                _ = try node.flow.deliveries.markSent(delivery.id, owner: "test", at: now, in: transaction)
            }
        }
    }

    /// Everything that can happen without a person, until nothing more does.
    func run(rounds: Int = 6, every step: Duration = .seconds(30)) async throws {
        // In the same order each time: what fails once fails again.
        let working = nodes.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
        for _ in 0..<rounds {
            clock.advance(by: step)
            for node in working { try await node.work() }
            for (child, parent) in links {
                try await exchange(child, parent)
                try await deliver(from: child, to: parent)
            }
            for node in working { try await fetchReports(for: node) }
        }
    }

    func fetchReports(for node: TestNode) async throws {
        let fetching = DirectFetching(network: nodes, child: node)
        try await HomecomingService(node.flow, fetching: fetching).fetchDue()
        try await PriorService(node.flow, fetching: fetching).sweep()
    }
}

/// Hands report instances over from one store to the other.
struct DirectFetching: InstanceFetching {
    let network: [NodeName: TestNode]
    var child: TestNode?

    func fetch(
        _ instances: [SOPInstanceUID], of study: StudyInstanceUID, from parent: NodeName,
        contexts: Set<DeliveryContext>, receive: @escaping @Sendable (Arrival) throws -> Void
    ) async throws {
        let source = network[parent]!
        for uid in instances {
            let record = try await source.flow.database.read { try source.flow.catalogue.instance(uid, in: $0) }!
            guard record.isHere else {
                try StorageDesk(source.flow).want([record], by: "child")
                continue
            }
            let child = child ?? network.values.first { $0.flow.node.parents.contains(parent) }!
            var arrival = try child.arrival(source.flow.store.url(of: record.path), from: parent)
            // As over C-GET: what was asked for was sent by nobody.
            arrival.sender = nil
            try receive(arrival)
        }
    }
}

final class TestNode: Sendable {
    let flow: FlowContext
    let link: LinkExchange
    let receipts: ReceiptService
    let settlement: SettlementService
    let release: ReportReleaseService
    let assignment: AssignmentService
    let receiptKey: String

    init(
        _ node: LocalNode, rules: RoutingRules, authority: CertificateAuthority, folder: String, clock: ManualClock,
        skew: Duration = .zero, signsReports: Bool = false, workforce: Workforce = Workforce(),
        peerReviewRules: PeerReviewRules = PeerReviewRules(), adjust: (inout FlowContext) -> Void = { _ in }
    ) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let files = try authority.issue(.receiptSigning(node.name), to: folder, at: clock.now)
        receiptKey = files.key
        let database = try Database(path: folder + "/jieli.sqlite", migrations: FlowContext.migrations)
        var context = FlowContext(
            node: node, database: database, store: try FileInstanceStore(folder: folder + "/archive", access: .owner),
            rules: rules, singleReaderAllowed: false, signals: FlowSignals(), clock: WallClock { clock.now + skew },
            logger: Logger(label: node.name.rawValue) { _ in SwiftLogNoOpLogHandler() })
        if signsReports {
            let report = try authority.issue(
                .reportSigning(node.name), to: folder, validity: .days(3600), at: clock.now)
            let certificates = try DocumentCertificates(authorityPEM: authority.certificatePEM)
            context.seal = ReportSeal(key: SigningKeyFiles(key: report.key, certificate: report.certificate)) {
                try certificates.node(signingWith: $0, at: $1)
            }
        }
        context.workforce = workforce
        context.peerReviewRules = peerReviewRules
        adjust(&context)
        flow = context
        assignment = AssignmentService(flow)
        link = LinkExchange(flow, verifier: try ReceiptVerifier(authorityPEM: authority.certificatePEM))
        receipts = ReceiptService(
            flow,
            signer: try ReceiptSigner(
                node: node.name, privateKeyPEM: String(contentsOfFile: files.key, encoding: .utf8),
                certificatePEM: String(contentsOfFile: files.certificate, encoding: .utf8)))
        settlement = SettlementService(flow)
        release = ReportReleaseService(flow)
    }

    func work() async throws {
        _ = try await settlement.sweep()
        while try await receipts.signSome() > 0 {}
        try await release.releaseDue()
        _ = try await assignment.sweep()
        try await OverflowService(flow).look()
    }

    func arrival(_ file: URL, from sender: NodeName?) throws -> Arrival {
        let landing = try flow.store.landing()
        let bytes = try Data(contentsOf: file)
        try bytes.write(to: URL(fileURLWithPath: landing.path))
        let offset = try FileMetaInformation.read(fromFile: landing.path).dataSetOffset
        let dataSet = bytes.dropFirst(Int(offset))
        return Arrival(
            landing: landing, digest: Digest(of: dataSet), size: Int64(dataSet.count),
            source: InstanceSource(kind: sender == nil ? .modality : .node, name: sender?.rawValue ?? "CT1"),
            sender: sender)
    }

    @discardableResult
    func take(_ file: URL, from sender: NodeName? = nil) throws -> Accepted {
        try InstanceIntake(flow).accept(arrival(file, from: sender))
    }

    func journey(_ study: StudyInstanceUID) async throws -> StudyJourney {
        try await StudyViews(flow).journey(of: study)!
    }
}

extension NodeName {
    static let edge = NodeName(rawValue: "paotai")!
    static let county = NodeName(rawValue: "puning")!
    static let city = NodeName(rawValue: "jieyang")!
    static let otherEdge = NodeName(rawValue: "qianzhan")!
    static let otherCounty = NodeName(rawValue: "huilai")!
}

/// A small study of made-up images on disk.
struct PaperStudy {
    let study: StudyInstanceUID
    let files: [URL]

    init(
        _ count: Int, in directory: TemporaryDirectory, accession: String = "", patientID: String = "0001",
        modality: String = "CT", bodyPart: String = "", birthDate: String = "", otherIDs: [String] = [],
        name: String = "TEST^PAPER=测试^纸="
    ) throws {
        try self.init(
            study: .generate(), numbers: 1...count, in: directory, accession: accession, patientID: patientID,
            modality: modality, bodyPart: bodyPart, birthDate: birthDate, otherIDs: otherIDs, name: name)
    }

    /// Further images of a study.
    init(
        study: StudyInstanceUID, numbers: ClosedRange<Int>, in directory: TemporaryDirectory, accession: String = "",
        patientID: String = "0001", modality: String = "CT", bodyPart: String = "", birthDate: String = "",
        otherIDs: [String] = [], name: String = "TEST^PAPER=测试^纸="
    ) throws {
        let series = SeriesInstanceUID.generate()
        let folder = directory.url.appending(path: "paper-\(series)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.study = study
        files = try numbers.map { number in
            var dataSet = DataSetBuilder()
            dataSet.set(.sopClassUID, SOPClass.ctImage)
            dataSet.set(.sopInstanceUID, SOPInstanceUID.generate())
            dataSet.set(.studyInstanceUID, study)
            dataSet.set(.seriesInstanceUID, series)
            dataSet.set(.patientID, patientID)
            dataSet.set(.patientName, name)
            if !birthDate.isEmpty { dataSet.set(.patientBirthDate, birthDate) }
            if !otherIDs.isEmpty { dataSet.set(Tag(0x0010, 0x1000), otherIDs, vr: .LO) }
            dataSet.set(.accessionNumber, accession)
            dataSet.set(.modality, modality)
            if !bodyPart.isEmpty { dataSet.set(.bodyPartExamined, bodyPart) }
            dataSet.set(.studyDate, "20261121")
            dataSet.set(.instanceNumber, number)
            dataSet.set(.samplesPerPixel, 1)
            dataSet.set(.photometricInterpretation, "MONOCHROME2")
            dataSet.set(.rows, 2)
            dataSet.set(.columns, 2)
            dataSet.set(.bitsAllocated, 16)
            dataSet.set(.pixelData, bytes: [1, 0, 2, 0, 3, 0, UInt8(number), 0], vr: .OW)
            let file = folder.appending(path: "\(number).dcm")
            try dataSet.part10().write(to: file)
            return file
        }
    }
}

let reader = Person(user: "reader", displayName: "测试报告医生")
let reviewer = Person(user: "reviewer", displayName: "测试审核医生")
let radiographer = Person(user: "radiographer", displayName: "测试技师")
