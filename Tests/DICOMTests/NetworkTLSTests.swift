import DICOM
import Foundation
import Logging
import Observability
import Testing
import Vocabulary

@Suite("Associations over TLS", .timeLimit(.minutes(1)))
struct NetworkTLSTests {
    private func withCredentials<Result>(
        _ body: (_ server: TLSCredentials, _ client: TLSCredentials, _ directory: String) async throws -> Result
    ) async throws -> Result {
        try await withDirectory { directory in
            let authority = try await TestAuthority("authority", in: directory)
            return try await body(
                authority.credentials("server"), authority.credentials("client"), directory)
        }
    }

    private func failure(_ target: AssociationTarget) async -> DICOMError? {
        do {
            _ = try await withAssociation(to: target, logger: quiet) { try await $0.echo() }
            return nil
        } catch {
            return error as? DICOMError
        }
    }

    @Test("knows both certificates and keeps every bit")
    func mutual() async throws {
        try await withCredentials { server, client, directory in
            let handler = RecordingHandler()
            let instance = try TestInstance(in: directory, pixelBytes: 300_001)
            try await withListener(handler, tls: server) { port, _ in
                var target = try target(port, tls: client)
                target.expectedNodeURN = "urn:jieli:node:server"
                target.congestionControl = "bbr"
                try await withAssociation(to: target, logger: quiet) { association in
                    #expect(association.peerCertificate?.uniformResourceNames == ["urn:jieli:node:server"])
                    expectSuccess(try await association.store(instance.outgoing).status)
                }
            }
            #expect(handler.state.withLock { $0.digests[instance.sopInstanceUID] } == instance.digest)
            let certificate = try #require(handler.state.withLock { $0.requests.first?.peerCertificate })
            #expect(certificate.uniformResourceNames == ["urn:jieli:node:client"])
            let printed = try await run(
                "openssl", ["x509", "-in", client.certificateFile, "-noout", "-fingerprint", "-sha256"], in: directory)
            let digits = printed.output.split(separator: "=").last?.filter(\.isHexDigit).lowercased()
            #expect(certificate.sha256Fingerprint == digits)
            #expect(certificate.sha256Fingerprint == Vocabulary.Digest(of: certificate.der).hexadecimal)
        }
    }

    @Test("says which side speaks TLS when they differ")
    func mismatch() async throws {
        try await withCredentials { server, client, _ in
            let lines = LogLines()
            try await withListener(RecordingHandler(), tls: server, logger: lines.logger) { port, _ in
                let error = await failure(try target(port))
                #expect(error?.code == .aborted)
                await lines.wait { $0.contains("speaks DICOM without TLS at a port that is for TLS") }
            }
            try await withListener(RecordingHandler(), logger: lines.logger) { port, _ in
                let error = await failure(try target(port, tls: client))
                #expect(error?.code == .tlsHandshakeFailed || error?.code == .peerIsNotTLS)
                await lines.wait { $0.contains("speaks TLS at a port that is for DICOM without TLS") }
            }
        }
    }

    @Test("recognises a foreign peer that does not speak TLS")
    func foreignPlainPeer() async throws {
        try await withCredentials { _, client, directory in
            try await withStoreSCP([], in: directory) { port in
                let error = await failure(try target(port, tls: client))
                #expect(
                    error?.code == .peerIsNotTLS || error?.code == .tlsHandshakeFailed, "\(error?.message ?? "none")")
            }
        }
    }

    @Test("refuses a client without a certificate and one from another authority")
    func strangers() async throws {
        try await withCredentials { server, client, directory in
            let lines = LogLines()
            let other = try await TestAuthority("other", in: directory)
            var stranger = try await other.credentials("stranger")
            stranger.certificateAuthorityFile = client.certificateAuthorityFile
            try await withListener(RecordingHandler(), tls: server, logger: lines.logger) { port, _ in
                let error = await failure(try target(port, tls: stranger))
                #expect(error?.code == .certificateRefusedByPeer, "\(error?.message ?? "none")")
                await lines.wait { $0.contains("certificate is not accepted") }
                _ = try await run(
                    "openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", "authority.pem"], in: directory)
                await lines.wait { $0.contains("presented no certificate") }
            }
        }
    }

    @Test("checks the server's authority, host name and node")
    func server() async throws {
        try await withDirectory { directory in
            let authority = try await TestAuthority("authority", in: directory)
            let client = try await authority.credentials("client")
            let elsewhere = try await authority.credentials("elsewhere", names: "DNS:elsewhere.example")
            try await withListener(RecordingHandler(), tls: elsewhere) { port, _ in
                let error = await failure(try target(port, tls: client))
                #expect(error?.code == .peerCertificateRefused)
                #expect(error?.message.contains("IP address mismatch") == true)
                var named = try target(port, tls: client)
                named.certificateHost = "elsewhere.example"
                #expect(await failure(named) == nil)
                named.expectedNodeURN = "urn:jieli:node:puning"
                #expect(await failure(named)?.code == .wrongNode)
                let other = try await TestAuthority("other", in: directory)
                var distrustful = client
                distrustful.certificateAuthorityFile = other.file
                named.tls = distrustful
                #expect(await failure(named)?.code == .peerCertificateRefused)
            }
        }
    }

    @Test("names the file that cannot be used")
    func badFiles() async throws {
        try await withCredentials { server, _, directory in
            var broken = server
            broken.privateKeyFile = directory + "/missing.key"
            let listener = try AssociationListener(
                configuration: ListenerConfiguration(port: 0, tls: broken), handler: RecordingHandler(), logger: quiet)
            #expect { try listener.start() } throws: { "\($0)".contains("missing.key") }
        }
    }
}

/// Collects log lines, and waits for one.
final class LogLines: Sendable {
    private let lines: AsyncStream<String>
    private let report: AsyncStream<String>.Continuation

    init() { (lines, report) = AsyncStream.makeStream(of: String.self) }

    var logger: Logger {
        Logger(label: "test") { [report] _ in Handler(report: report) }
    }

    /// Returns when a line suits; the test's time limit ends a vain wait.
    func wait(for suits: @escaping @Sendable (String) -> Bool) async {
        for await line in lines where suits(line) { return }
    }

    private struct Handler: LogHandler {
        let report: AsyncStream<String>.Continuation
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.debug
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        init(report: AsyncStream<String>.Continuation) { self.report = report }

        func log(event: LogEvent) { report.yield("\(event.message) \(event.metadata ?? [:])") }
    }
}
