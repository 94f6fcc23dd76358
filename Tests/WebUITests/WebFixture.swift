import Archive
import DICOM
import Database
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import MediaIntake
import Observability
import PeerReview
import Reading
import Roster
import Routing
import StudyFlow
import TestSupport
import Vocabulary

@testable import WebUI

/// One node where studies are taken and read, with a person of each role, and its web face.
struct WebFixture {
    let directory = try! TemporaryDirectory()
    let clock = ManualClock()
    let flow: FlowContext
    let access: HTTPAccess
    var web: WebUI
    private let settlement: SettlementService
    private let release: ReportReleaseService
    private let assignment: AssignmentService

    static let password = "correct horse 马"
    static let people: [(name: String, display: String, role: UserRole)] = [
        ("zhang", "张技师", .radiographer), ("li", "李医生", .radiologist), ("wu", "吴医生", .radiologist),
        ("zhao", "赵主任", .reviewer), ("wang", "王运维", .operator), ("sun", "孙管理", .administrator),
    ]

    /// - Parameter roster: who is on duty; `nil`: everybody, for everything.
    init(peerReviewRules: PeerReviewRules = PeerReviewRules(), roster: String? = nil) async throws {
        let node = LocalNode(
            name: .here, tier: .county, issuer: "puning", institution: "示例县院", hasReadingRole: true)
        let database = try Database(
            path: directory.appending("jieli.sqlite"), migrations: FlowContext.migrations + IdentitySchema.migrations)
        var context = FlowContext(
            node: node, database: database,
            store: try FileInstanceStore(folder: directory.appending("archive"), access: .owner),
            rules: RoutingRules(), singleReaderAllowed: false, signals: FlowSignals(), clock: clock.wallClock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        context.peerReviewRules = peerReviewRules
        context.workforce = Workforce(
            roster: try roster.map { try Roster(yaml: $0, file: "roster.yaml") },
            rosterFile: directory.appending("roster.yaml"),
            accounts: { database in
                try UserBook().all(in: database).filter { $0.may(.radiologist) }.map {
                    ReaderAccount(
                        name: $0.name, displayName: $0.displayName,
                        rights: $0.may(.reviewer) ? [.write, .verify] : [.write], isDisabled: $0.isDisabled)
                }
            })
        flow = context
        assignment = AssignmentService(flow)
        let passwords = PasswordQueue(cost: PasswordHash.Cost(logRounds: 4))
        access = HTTPAccess(node: .here, database: database, passwords: passwords, clock: clock.wallClock)
        web = WebUI(flow, resources: try WebResources.bundled()) { _, _, _ in true }
        settlement = SettlementService(flow)
        release = ReportReleaseService(flow)
        let hash = try await passwords.hash(Self.password)
        let time = clock.now
        try await database.write { transaction in
            for person in Self.people {
                try UserBook().add(
                    name: person.name, displayName: person.display, role: person.role, password: hash, at: time,
                    in: transaction)
            }
        }
    }

    func router() throws -> Router<JieliRequestContext> {
        var options = JieliRouter.Options()
        options.metrics = MetricRegistry()
        options.loginPath = WebUI.loginPath
        options.errorPage = web.errorPage
        let router = JieliRouter.make(access: access, options: options)
        web.addRoutes(to: router)
        // The page's script talks to these, and one description tells of both.
        try ImportService(flow, folder: directory.appending("imports")).addRoutes(to: router)
        return router
    }

    func withClient<Value: Sendable>(
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try await Application(router: router(), logger: logger).test(.router, body)
    }

    func token(of name: String) async throws -> String {
        let time = clock.now
        return try await access.database.write {
            try TokenBook().issue(for: name, label: "test", at: time, in: $0).secret.text
        }
    }

    /// Receives a study from a modality and waits until it can be read.
    func takeStudy(
        _ count: Int = 2, patientName: String = "LIN^XIUYING=林^秀英=", patientID: String = "00123",
        birthDate: String = "19610304", accession: String = "A1", description: String = "胸部平扫"
    ) async throws -> StudyInstanceUID {
        let study = StudyInstanceUID.generate()
        let series = SeriesInstanceUID.generate()
        for number in 1...count {
            var dataSet = DataSetBuilder()
            dataSet.set(.sopClassUID, SOPClass.ctImage)
            dataSet.set(.sopInstanceUID, SOPInstanceUID.generate())
            dataSet.set(.studyInstanceUID, study)
            dataSet.set(.seriesInstanceUID, series)
            dataSet.set(.patientID, patientID)
            dataSet.set(.patientName, patientName)
            dataSet.set(.patientBirthDate, birthDate)
            dataSet.set(.accessionNumber, accession)
            dataSet.set(.studyDescription, description)
            dataSet.set(.modality, "CT")
            dataSet.set(.studyDate, "20261121")
            dataSet.set(.instanceNumber, number)
            dataSet.set(.rows, 2)
            dataSet.set(.columns, 2)
            try take(dataSet.part10())
        }
        try await work()
        return study
    }

    /// One file, as the modality CT1 would send it.
    func take(_ bytes: Data) throws {
        let landing = try flow.store.landing()
        try bytes.write(to: URL(filePath: landing.path))
        let offset = try FileMetaInformation.read(fromFile: landing.path).dataSetOffset
        let body = bytes.dropFirst(Int(offset))
        _ = try InstanceIntake(flow).accept(
            Arrival(
                landing: landing, digest: Digest(of: body), size: Int64(body.count),
                source: InstanceSource(kind: .modality, name: "CT1"), sender: nil))
    }

    /// What the node's services do by themselves.
    func work() async throws {
        clock.advance(by: .seconds(30))
        _ = try await settlement.sweep()
        try await release.releaseDue()
        _ = try await assignment.sweep()
    }
}

extension NodeName {
    static let here = NodeName(rawValue: "puning")!
}

extension TestResponse {
    var text: String { String(buffer: body) }

    var json: [String: Any] {
        get throws { try JSONSerialization.jsonObject(with: Data(buffer: body)) as? [String: Any] ?? [:] }
    }

    var errorCode: String? { (try? json["error"] as? [String: Any])??["code"] as? String }
}

extension TestClientProtocol {
    /// A call with a bearer token; an answer with status 200 or 201 is held against the API's description.
    @discardableResult
    func call(
        _ method: HTTPRequest.Method, _ path: String, token: String, body: String? = nil, language: String = "zh"
    ) async throws -> TestResponse {
        let response = try await execute(
            uri: path, method: method, headers: [.authorization: "Bearer \(token)", .acceptLanguage: language],
            body: body.map { ByteBuffer(string: $0) })
        if response.status == .ok || response.status == .created { try APIDescription.check(response, method, path) }
        return response
    }

    func page(_ path: String, token: String, language: String = "zh") async throws -> TestResponse {
        try await execute(
            uri: path, method: .get,
            headers: [.authorization: "Bearer \(token)", .accept: "text/html", .acceptLanguage: language])
    }
}
