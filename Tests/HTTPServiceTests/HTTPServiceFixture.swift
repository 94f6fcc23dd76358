import Audit
import Database
import Foundation
import HTTPService
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import Observability
import TestSupport
import Vocabulary

/// One node's accounts in a real database, and a router over them.
struct HTTPServiceFixture {
    let directory: TemporaryDirectory
    let database: Database
    let clock = ManualClock()
    let access: HTTPAccess
    let metrics = MetricRegistry()

    static let password = "correct horse 马"
    static let node = NodeName(rawValue: "puning")!

    init(peers: @escaping @Sendable () -> PeerDirectory = { PeerDirectory() }) async throws {
        (database, directory) = try temporaryDatabase(IdentitySchema.migrations + AuditSchema.migrations)
        let passwords = PasswordQueue(cost: PasswordHash.Cost(logRounds: 4))
        access = HTTPAccess(
            node: Self.node, database: database, passwords: passwords, clock: clock.wallClock, peers: peers)
        let hash = try await passwords.hash(Self.password)
        let time = clock.now
        try await database.write { transaction in
            for (name, role) in [("li", UserRole.radiologist), ("wang", .operator), ("zhao", .reviewer)] {
                try UserBook().add(
                    name: name, displayName: "李医生", role: role, password: hash, at: time, in: transaction)
            }
        }
    }

    func token(of name: String) async throws -> String {
        let time = clock.now
        return try await database.write {
            try TokenBook().issue(for: name, label: "test", at: time, in: $0).secret.text
        }
    }

    func router(_ configure: (inout JieliRouter.Options) -> Void = { _ in }) -> Router<JieliRequestContext> {
        var options = JieliRouter.Options()
        options.metrics = metrics
        configure(&options)
        let router = JieliRouter.make(access: access, options: options)
        router.get("/api/v1/private") { _, context in
            try context.requireUser()
            return "in"
        }
        router.post("/api/v1/change") { request, context in
            try context.requireRole(.radiologist)
            let body = try await request.body.collect(upTo: 1 << 30)
            return "\(body.readableBytes)"
        }
        router.group("/api/v1/queue").add(middleware: RoleRequirement(.operator)).get("all") { _, _ in "queue" }
        router.group("/link/v1").add(middleware: PeerNodeRequirement()).get("who") { _, context in
            try context.requirePeerNode().rawValue
        }
        router.get("/page") { _, context in
            try context.requireUser()
            return "page"
        }
        router.get("/fails/:how") { _, context -> String in
            switch context.parameters.get("how") {
            case "disk": throw DatabaseError(code: .full, message: "the disk is full")
            case "stranger": throw PatientNamingError(patient: "ZHANG^SAN")
            default: throw HTTPProblem.conflict(code: "claimed", Sentence("已被领取", "already claimed"))
            }
        }
        return router
    }

    func withClient<Value: Sendable>(
        _ configure: (inout JieliRouter.Options) -> Void = { _ in },
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try await Application(router: router(configure), logger: logger).test(.router, body)
    }

    func audit() throws -> [AuditEvent] {
        try database.readBlocking { try AuditTrail().events(.init(), in: $0) }.map(\.event).reversed()
    }
}

struct PatientNamingError: Error, CustomStringConvertible {
    var patient: String
    var description: String { "failed for \(patient)" }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// `error.code` and `error.message`.
    var problem: (code: String, message: String) {
        struct Body: Decodable {
            struct Problem: Decodable {
                var code: String
                var message: String
            }
            var error: Problem
        }
        do {
            let error = try JSONDecoder().decode(Body.self, from: Data(buffer: body)).error
            return (error.code, error.message)
        } catch {
            return ("-", "\(error)")
        }
    }

    /// `name=value` of the cookie that was set.
    var cookie: String? { headers[.setCookie]?.split(separator: ";").first.map(String.init) }
}

extension TestClientProtocol {
    func logIn(_ name: String, password: String = HTTPServiceFixture.password) async throws -> TestResponse {
        try await execute(
            uri: "/api/v1/login", method: .post,
            body: ByteBuffer(string: #"{"name":"\#(name)","password":"\#(password)"}"#))
    }
}
