import AsyncHTTPClient
import Foundation
import HTTPService
import Hummingbird
import Identity
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import TestSupport
import Testing
import Vocabulary

@Suite("HTTPS")
struct TLSTests {
    let files: TemporaryDirectory
    let authority: CertificateAuthority
    let configuration: HTTPServiceConfiguration
    let logger: Logger
    let now = Timestamp(Date())

    init() throws {
        files = try TemporaryDirectory()
        authority = try CertificateAuthority.create(in: files.path, at: now)
        let node = try authority.issue(
            .node(HTTPServiceFixture.node, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"]), to: files.path, at: now
        )
        configuration = HTTPServiceConfiguration(
            host: "127.0.0.1", port: 0, certificateFile: node.certificate, keyFile: node.key,
            authorityFile: files.appending("ca.pem"))
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
    }

    static let peers = try? PeerDirectory(yaml: "children:\n  - {name: paotai, aeTitle: PAOTAI}\n")

    @Test("takes browsers without a certificate and knows nodes by theirs")
    func identities() async throws {
        let child = try authority.issue(
            .node(NodeName(rawValue: "paotai")!), to: files.path, fileName: "child", at: now)
        let stranger = try authority.issue(
            .node(NodeName(rawValue: "stranger")!), to: files.path, fileName: "stranger", at: now)
        let receipt = try authority.issue(
            .receiptSigning(NodeName(rawValue: "paotai")!), to: files.path, at: now)
        let elsewhere = try TemporaryDirectory()
        let forged = try CertificateAuthority.create(in: elsewhere.path, at: now)
            .issue(.node(NodeName(rawValue: "paotai")!), to: elsewhere.path, at: now)
        let peers = try #require(Self.peers)
        let fixture = try await HTTPServiceFixture(peers: { peers })
        try await serve(fixture.router()) { port in
            let who = "https://127.0.0.1:\(port)/link/v1/who"
            let browser = try await get(who)
            #expect(browser.status == 401)
            #expect(browser.text.contains("certificate_required"))
            #expect(try await get("https://127.0.0.1:\(port)/healthz").text == "ok\n")
            let known = try await get(who, as: child)
            #expect(known.status == 200)
            #expect(known.text == "paotai")
            let unknown = try await get(who, as: stranger)
            #expect(unknown.status == 403)
            #expect(unknown.text.contains("stranger"))
            await #expect(throws: (any Error).self) { try await get(who, as: forged) }
            await #expect(throws: (any Error).self) { try await get(who, as: receipt) }
        }
    }

    @Test("proves its own identity")
    func serverIdentity() async throws {
        let fixture = try await HTTPServiceFixture()
        let elsewhere = try TemporaryDirectory()
        _ = try CertificateAuthority.create(in: elsewhere.path, at: now)
        try await serve(fixture.router()) { port in
            await #expect(throws: (any Error).self) {
                try await get("https://127.0.0.1:\(port)/healthz", trusting: elsewhere.appending("ca.pem"))
            }
        }
    }

    @Test("says who has the port")
    func portInUse() async throws {
        let fixture = try await HTTPServiceFixture()
        try await serve(fixture.router()) { port in
            var taken = configuration
            taken.port = port
            let second = HTTPService(router: fixture.router(), configuration: taken, logger: logger)
            do {
                try await second.run()
                Issue.record("two servers on one port")
            } catch {
                #expect("\(error)".contains("another program has the port"))
            }
            await #expect(throws: HTTPServiceError(code: .portInUse, message: "")) { try await second.port() }
        }
    }

    @Test("names the files when a certificate can't be used")
    func badCertificate() async throws {
        let fixture = try await HTTPServiceFixture()
        var broken = configuration
        broken.certificateFile = files.appending("none.pem")
        let service = HTTPService(router: fixture.router(), configuration: broken, logger: logger)
        await #expect(throws: HTTPServiceError(code: .invalidCertificate, message: "")) { try await service.run() }
    }

    @Test("ends event streams when it shuts down", .timeLimit(.minutes(1)))
    func shutdown() async throws {
        let fixture = try await HTTPServiceFixture()
        let events = EventStream(firstID: 1)
        let router = fixture.router()
        router.get("/events") { request, _ in try events.response(to: request) }
        var patient = configuration
        patient.drainTimeout = .seconds(3600)
        try await run(router, patient) { port, group in
            try await withHTTPClient { client in
                let stream = try await client.execute(
                    HTTPClientRequest(url: "https://127.0.0.1:\(port)/events"), timeout: .seconds(30))
                var iterator = stream.body.makeAsyncIterator()
                var seen = ""
                while !seen.contains("event: hello"), let part = try await iterator.next() {
                    seen += String(buffer: part)
                }
                events.publish(ServerSentEvent(name: "study", data: #"{"uid":"1.2.3"}"#))
                while !seen.contains("1.2.3"), let part = try await iterator.next() { seen += String(buffer: part) }
                #expect(seen.contains("event: study\nid: 2\ndata: {\"uid\":\"1.2.3\"}\n\n"))
                await group.triggerGracefulShutdown()
                while try await iterator.next() != nil {}
            }
        }
        #expect(events.clientCount == 0)
    }

    @Test("cuts off a request that never ends when it shuts down", .timeLimit(.minutes(1)))
    func cutOff() async throws {
        let fixture = try await HTTPServiceFixture()
        let router = fixture.router()
        let entered = AsyncStream.makeStream(of: Void.self)
        router.get("/stuck") { _, _ -> String in
            entered.continuation.finish()
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch is CancellationError {}
            return "cut off"
        }
        var quick = configuration
        quick.drainTimeout = .milliseconds(100)
        try await run(router, quick) { port, group in
            async let stuck: (status: Int, text: String)? = {
                do {
                    return try await get("https://127.0.0.1:\(port)/stuck")
                } catch {
                    return nil
                }
            }()
            for await _ in entered.stream {}
            await group.triggerGracefulShutdown()
            _ = await stuck
        }
    }

    @Test("answers a client that waits for 100 Continue", .timeLimit(.minutes(1)))
    func expectContinue() async throws {
        let fixture = try await HTTPServiceFixture()
        let token = try await fixture.token(of: "li")
        let body = files.appending("body")
        try Data(repeating: 65, count: 50_000).write(to: URL(filePath: body))
        try await serve(fixture.router()) { port in
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/curl")
            process.arguments = [
                "--silent", "--cacert", files.appending("ca.pem"), "--expect100-timeout", "3600", "--header",
                "Expect: 100-continue", "--header", "Authorization: Bearer \(token)", "--data-binary", "@\(body)",
                "https://127.0.0.1:\(port)/api/v1/change",
            ]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(text == "50000")
        }
    }

    // MARK: Scopes

    private func serve(
        _ router: Router<JieliRequestContext>, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await run(router, configuration) { port, _ in try await body(port) }
    }

    private func run(
        _ router: Router<JieliRequestContext>, _ configuration: HTTPServiceConfiguration,
        _ body: @escaping @Sendable (Int, ServiceGroup) async throws -> Void
    ) async throws {
        let service = HTTPService(router: router, configuration: configuration, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: service)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(try await service.port(), group)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func withHTTPClient<Value: Sendable>(
        as identity: CertificateFiles? = nil, trusting authorityFile: String? = nil,
        _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(authorityFile ?? configuration.authorityFile)
        if let identity {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificate).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
        }
        // The client tries again until this time has passed, also after a failed handshake.
        let timeout = HTTPClient.Configuration.Timeout(connect: .seconds(2))
        let client = HTTPClient(configuration: .init(tlsConfiguration: tls, timeout: timeout))
        do {
            let value = try await body(client)
            try await client.shutdown()
            return value
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    @discardableResult
    private func get(
        _ url: String, as identity: CertificateFiles? = nil, trusting authorityFile: String? = nil
    ) async throws -> (status: Int, text: String) {
        try await withHTTPClient(as: identity, trusting: authorityFile) { client in
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
            return (Int(response.status.code), String(buffer: try await response.body.collect(upTo: 1 << 20)))
        }
    }
}
