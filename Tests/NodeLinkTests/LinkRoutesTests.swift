import AsyncHTTPClient
import Foundation
import Identity
import NIOCore
import NIOSSL
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Node link, the parent's side", .timeLimit(.minutes(1)))
struct LinkRoutesTests {
    let fixture: LinkFixture

    init() throws { fixture = try LinkFixture() }

    @Test("takes nobody without a certificate, no unknown node and no parent")
    func strangers() async throws {
        let fixture = fixture
        let message = try await fixture.child.exchange.message(for: .county)
        try await fixture.serving { port in
            let nobody = try await post(message, to: port, as: nil)
            #expect(nobody.status == 403)
            #expect(nobody.text.contains("node_certificate_required"))
            let stranger = try await post(message, to: port, as: fixture.certificate(.stranger))
            #expect(stranger.status == 403)
            #expect(stranger.text.contains("stranger"))
            let parent = try await post(message, to: port, as: fixture.certificate(.city))
            #expect(parent.status == 403)
            #expect(parent.text.contains("not_a_child"))
        }
        #expect(try await fixture.parent.flow.database.read { try fixture.parent.flow.peerStatuses(in: $0) }.isEmpty)
    }

    @Test("takes a child's message, only in its own name and with a wait it can grant")
    func child() async throws {
        let fixture = fixture
        var message = try await fixture.child.exchange.message(for: .county)
        let good = message
        message.node = .stranger
        let bad = message
        try await fixture.serving { port in
            let files = try fixture.certificate(.edge)
            let answer = try await post(good, to: port, as: files)
            #expect(answer.status == 200)
            #expect(try JSONDecoder().decode(LinkMessage.self, from: Data(answer.text.utf8)).node == .county)
            #expect(try await post(bad, to: port, as: files).status == 403)
            #expect(try await post(good, to: port, as: files, query: "?wait=31").status == 400)
            #expect(try await post(good, to: port, as: files, query: "?wait=soon").status == 400)
        }
        let heard = try await fixture.parent.flow.database.read { try fixture.parent.flow.peerStatuses(in: $0) }
        #expect(heard.map(\.peer) == [.edge])
    }

    @Test("ends a waiting poll when it shuts down")
    func shutdown() async throws {
        let fixture = fixture
        let clock = ContinuousClock()
        let message = try await fixture.child.exchange.message(for: .county)
        let files = try fixture.certificate(.edge)
        let start = clock.now
        let answer = try await fixture.serving { port in
            let waiting = Task { try await post(message, to: port, as: files, query: "?wait=30") }
            // It is waiting once it has been heard.
            try await fixture.parent.until {
                try await fixture.parent.flow.database.read { try !fixture.parent.flow.peerStatuses(in: $0).isEmpty }
            }
            return waiting
        }
        #expect(try await answer.value.status == 200)
        #expect(clock.now - start < .seconds(25))
    }

    private func post(
        _ message: LinkMessage, to port: Int, as identity: CertificateFiles?, query: String = ""
    ) async throws -> (status: Int, text: String) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(fixture.authorityFile)
        if let identity {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificate).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
        }
        let client = HTTPClient(configuration: .init(tlsConfiguration: tls))
        do {
            var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/link/v1/exchange\(query)")
            request.method = .POST
            request.body = .bytes(try JSONEncoder().encode(message))
            let response = try await client.execute(request, timeout: .seconds(45))
            let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
            try await client.shutdown()
            return (Int(response.status.code), text)
        } catch {
            try await client.shutdown()
            throw error
        }
    }
}
