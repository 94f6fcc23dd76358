import Database
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import Observability
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@testable import MediaIntake

/// The import routes behind a real socket, and who calls them.
struct ImportFixture {
    let node: MediaNode
    let service: ImportService
    private let access: HTTPAccess
    private let tokens: [String: String]

    init(limits: ImportLimits = ImportLimits()) async throws {
        node = try MediaNode()
        let flow = node.flow
        service = try ImportService(flow, folder: node.directory.appending("imports"), limits: limits)
        let passwords = PasswordQueue(cost: PasswordHash.Cost(logRounds: 4))
        access = HTTPAccess(
            node: flow.node.name, database: flow.database, passwords: passwords, clock: node.clock.wallClock)
        let hash = try await passwords.hash("correct horse 马")
        let now = node.clock.now
        tokens = try await flow.database.write { transaction in
            var tokens: [String: String] = [:]
            for (name, role) in [("wang", UserRole.radiographer), ("sun", .radiographer), ("li", .radiologist)] {
                try UserBook().add(name: name, displayName: name, role: role, password: hash, at: now, in: transaction)
                tokens[name] = try TokenBook().issue(for: name, label: "test", at: now, in: transaction).secret.text
            }
            return tokens
        }
    }

    /// Runs the service and the server while `body` calls them.
    func serve(_ body: @escaping @Sendable (Caller) async throws -> Void) async throws {
        var options = JieliRouter.Options()
        options.metrics = MetricRegistry()
        let router = JieliRouter.make(access: access, options: options)
        service.addRoutes(to: router)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = Application(router: router, logger: logger)
        let (service, tokens) = (service, tokens)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await application.test(.live) { client in
                try await body(Caller(client: client, tokens: tokens, name: "wang"))
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    struct Caller: Sendable {
        let client: any TestClientProtocol
        let tokens: [String: String]
        var name: String

        func call(
            _ method: HTTPRequest.Method, _ path: String, body: Data? = nil
        ) async throws -> (status: Int, json: [String: Any]) {
            let response = try await client.execute(
                uri: "/api/v1/imports" + path, method: method,
                headers: [.authorization: "Bearer \(tokens[name] ?? "")"], body: body.map { ByteBuffer(bytes: $0) })
            let json = try? JSONSerialization.jsonObject(with: Data(buffer: response.body)) as? [String: Any]
            return (response.status.code, json ?? [:])
        }

        var token: String { tokens[name] ?? "" }

        func open() async throws -> String {
            let answer = try await call(.post, "")
            #expect(answer.status == 201)
            return try #require(answer.json["id"] as? String)
        }

        func upload(_ data: Data, as name: String, to id: String) async throws -> String {
            let query = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
            let answer = try await call(.post, "/\(id)/files?name=\(query)", body: data)
            return answer.json["outcome"] as? String ?? "\(answer.status)"
        }

        /// Until it goes no further by itself.
        func settled(_ id: String) async throws -> [String: Any] {
            while true {
                let json = try await call(.get, "/\(id)").json
                let goesOn = json["isUnpacking"] as? Bool == true || json["phase"] as? String == "importing"
                guard goesOn else { return json }
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        func start(_ id: String, isForeign: Bool) async throws -> [String: Any] {
            let studies = try await settled(id)["studies"] as? [[String: Any]] ?? []
            let wanted: [String: Any] = [
                "studies": studies.compactMap { $0["studyInstanceUID"] }, "isForeign": isForeign,
            ]
            let answer = try await call(
                .post, "/\(id)/start", body: try JSONSerialization.data(withJSONObject: wanted))
            #expect(answer.status == 202)
            return try await settled(id)
        }
    }

    /// A zip file by Python of the files in a folder.
    func zip(_ folder: String) async throws -> Data {
        let path = node.directory.appending("made.zip")
        _ = try await Program.run(["python3", "-m", "zipfile", "-c", path, folder], executable: "/usr/bin/env")
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    /// What is left of uploads.
    func spooled() throws -> Int {
        let folder = node.directory.appending("imports")
        return try FileManager.default.subpathsOfDirectory(atPath: folder).count { $0.contains("/") }
    }
}
