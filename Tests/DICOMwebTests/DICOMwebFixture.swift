// One node with an archive, accounts and this interface.

import Archive
import Audit
import DICOM
import DICOMweb
import Database
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import StudyFlow
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

final class DICOMwebFixture: Sendable {
    let directory: TemporaryDirectory
    let database: Database
    let store: FileInstanceStore
    let flow: FlowContext
    let access: HTTPAccess
    let clock = ManualClock()

    static let node = NodeName(rawValue: "puning")!

    init() throws {
        directory = try TemporaryDirectory()
        database = try Database(
            path: directory.appending("jieli.sqlite"),
            migrations: FlowContext.migrations + IdentitySchema.migrations)
        store = try FileInstanceStore(folder: directory.appending("archive"), access: .owner)
        let node = LocalNode(
            name: Self.node, tier: .county, issuer: "puning", institution: "普宁", hasReadingRole: true)
        flow = FlowContext(
            node: node, database: database, store: store, rules: .init(), singleReaderAllowed: true,
            signals: FlowSignals(), clock: clock.wallClock, logger: Self.logger)
        access = HTTPAccess(
            node: Self.node, database: database,
            passwords: PasswordQueue(cost: PasswordHash.Cost(logRounds: 4)), clock: clock.wallClock)
    }

    static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    // MARK: Contents

    /// Takes a Part 10 file in as a modality would send it.
    @discardableResult
    func store(_ file: String) throws -> InstanceRecord {
        let landing = try store.landing()
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        try whole.write(to: URL(fileURLWithPath: landing.path))
        let offset = Int(try FileMetaInformation.read(fromFile: file).dataSetOffset)
        let dataSet = whole.dropFirst(offset)
        return try InstanceIntake(flow).accept(
            Arrival(
                landing: landing, digest: Digest(of: dataSet), size: Int64(dataSet.count),
                source: InstanceSource(kind: .modality, name: "CT1"))
        ).instance
    }

    @discardableResult
    func store(_ files: [TestFile]) throws -> [InstanceRecord] { try files.map { try store($0.path) } }

    /// A CT study of two series, three and two slices.
    func storeChest() throws -> [InstanceRecord] {
        let chest = TestStudy(
            seed: "chest", patient: .chinese, encoding: .gb18030, accessionNumber: "CT0001", date: "20260105",
            description: "胸部CT平扫")
        return try store(
            chest.ct(slices: 3, size: 64, series: 1, in: directory.appending("chest-1"))
                + chest.ct(slices: 2, size: 64, series: 2, description: "肺窗", in: directory.appending("chest-2")))
    }

    /// An RGB loop of four frames.
    func storeHeart() throws -> InstanceRecord {
        let heart = TestStudy(
            seed: "heart", patient: TestPatient(name: "WANG^XIAODONG=王^小东", id: "T0004", sex: "M"),
            accessionNumber: "US0001", date: "20260107")
        return try store(heart.ultrasound(frames: 4, width: 40, height: 30, in: directory.appending("heart")).path)
    }

    /// One object of our own making.
    func store(_ name: String, _ dataSet: DataSetBuilder, as syntax: TransferSyntax = .explicitVRLittleEndian) throws
        -> InstanceRecord
    {
        let path = directory.appending(name)
        try dataSet.write(to: path, transferSyntax: syntax)
        return try store(path)
    }

    func bytes(of instance: InstanceRecord) throws -> Data {
        try Data(contentsOf: store.url(of: instance.path))
    }

    // MARK: Asking

    /// A token of a new account with this role.
    func token(_ role: UserRole, name: String? = nil) async throws -> String {
        let (now, name) = (clock.now, name ?? role.rawValue)
        let hash = try await access.passwords.hash("correct horse 马")
        return try await database.write {
            try UserBook().add(
                name: name, displayName: name, role: role, password: hash, at: now, in: $0)
            return try TokenBook().issue(for: name, label: "test", at: now, in: $0).secret.text
        }
    }

    func router() -> Router<JieliRequestContext> {
        let router = JieliRouter.make(access: access)
        DICOMwebService(flow: flow).addRoutes(to: router)
        return router
    }

    func withClient<Value: Sendable>(
        as role: UserRole = .radiologist, _ body: @escaping @Sendable (Client) async throws -> Value
    ) async throws -> Value {
        let token = try await token(role)
        return try await Application(router: router(), logger: Self.logger).test(.router) { client in
            try await body(Client(client: client, token: token))
        }
    }

    func audit() throws -> [AuditEvent] {
        try database.readBlocking { try AuditTrail().events(.init(), in: $0) }.map(\.event).reversed()
    }
}

/// Asks as one user.
struct Client: Sendable {
    let client: any TestClientProtocol
    let token: String?

    func get(_ path: String, accept: String? = nil, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        if let accept { headers[.accept] = accept }
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await client.execute(uri: "/dicom-web/" + path, method: .get, headers: headers)
    }

    /// The members of a DICOM JSON list.
    func json(_ path: String, accept: String? = nil) async throws -> [[String: JSONElement]] {
        let response = try await get(path, accept: accept)
        #expect(response.status == .ok)
        return try response.dataSets
    }
}

/// An attribute in DICOM JSON.
struct JSONElement: Decodable, Equatable {
    enum Value: Decodable, Equatable {
        case text(String)
        case number(Double)
        case object([String: String])
        case item([String: JSONElement])
        case nothing

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .nothing
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let object = try? container.decode([String: String].self) {
                self = .object(object)
            } else {
                self = .item(try container.decode([String: JSONElement].self))
            }
        }
    }

    var vr: String
    var values: [Value]?
    var bulkDataURI: String?

    private enum CodingKeys: String, CodingKey {
        case vr
        case values = "Value"
        case bulkDataURI = "BulkDataURI"
    }

    var text: String? { if case .text(let text)? = values?.first { text } else { nil } }
    var number: Double? { if case .number(let number)? = values?.first { number } else { nil } }
    var name: [String: String]? { if case .object(let name)? = values?.first { name } else { nil } }
}

extension TestResponse {
    var data: Data { Data(buffer: body) }
    var text: String { String(buffer: body) }
    var dataSets: [[String: JSONElement]] {
        get throws { try JSONDecoder().decode([[String: JSONElement]].self, from: data) }
    }

    /// The parts of a multipart answer, taken apart by their boundary and checked against their lengths.
    var parts: [(headers: [String: String], body: Data)] {
        get throws {
            let type = try #require(MediaType(headers[.contentType] ?? ""))
            let boundary = Data("--\(try #require(type.boundary))".utf8)
            var found: [(headers: [String: String], body: Data)] = []
            var rest = data
            while let start = rest.range(of: boundary) {
                rest = rest[start.upperBound...]
                if rest.starts(with: Data("--".utf8)) { return found }
                let head = try #require(rest.range(of: Data("\r\n\r\n".utf8)))
                var headers: [String: String] = [:]
                for line in String(decoding: rest[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n") {
                    let pair = line.split(separator: ":", maxSplits: 1).map(String.init)
                    headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
                }
                let length = try #require(headers["content-length"].flatMap { Int($0) })
                let body = rest[head.upperBound...].prefix(length)
                found.append((headers, Data(body)))
                rest = rest[(head.upperBound + length)...]
                #expect(rest.starts(with: Data("\r\n--".utf8)))
            }
            Issue.record("the answer has no end")
            return found
        }
    }

    private struct MediaType {
        var boundary: String?
        init?(_ text: String) {
            guard text.hasPrefix("multipart/related;") else { return nil }
            boundary = text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
                .first { $0.hasPrefix("boundary=") }.map { String($0.dropFirst(9)) }
        }
    }
}

func locator(_ instance: InstanceRecord) -> String {
    "studies/\(instance.studyInstanceUID)/series/\(instance.seriesInstanceUID)/instances/\(instance.sopInstanceUID)"
}

let everySyntax = #"multipart/related; type="application/dicom"; transfer-syntax=*"#
let nativeFrames = #"multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1"#
