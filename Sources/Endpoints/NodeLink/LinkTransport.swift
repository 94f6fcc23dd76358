// One exchange with a parent over HTTPS.

import AsyncHTTPClient
import Foundation
import Identity
import NIOCore
import NIOSSL
import Observability
import StudyFlow
import Vocabulary

/// Dials with this node's certificate and checks the parent's: the authority, the host's name, the node's name.
struct LinkTransport: Sendable {
    private let url: String
    private let peer: NodeName
    private let client: HTTPClient
    private let configuration: NodeLinkConfiguration

    /// `shutdown` must be called before the last reference goes.
    init(to parent: ParentPeer, configuration: NodeLinkConfiguration) throws {
        url = parent.url + "/link/v1/exchange"
        peer = parent.name
        self.configuration = configuration
        client = HTTPClient(configuration: try Self.settings(for: parent, configuration))
    }

    /// For every connection to a parent, whatever it carries.
    static func settings(
        for parent: ParentPeer, _ configuration: NodeLinkConfiguration
    ) throws -> HTTPClient.Configuration {
        var settings = HTTPClient.Configuration(tlsConfiguration: try tls(configuration))
        settings.timeout.connect = .nanoseconds(configuration.connect.nanoseconds)
        settings.redirectConfiguration = .disallow
        settings.httpVersion = .http1Only
        // What went wrong is told at once; when to try again is the link's own decision.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.http1_1ConnectionDebugInitializer = { channel in
            checkNode(parent.name, of: channel)
                .flatMap { DialedSocket.watch(channel) }
                .flatMap { DialedSocket.prefer(parent.link.socketCongestionControl, for: channel) }
        }
        return settings
    }

    func shutdown() async throws { try await client.shutdown() }

    /// - Throws: `NodeLinkError`, or `CancellationError`.
    func exchange(_ message: LinkMessage, wait: Duration, timeout: Duration) async throws -> LinkMessage {
        var request = HTTPClientRequest(url: "\(url)?wait=\(wait.components.seconds)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept-Language", value: "en")
        request.body = .bytes(try JSONEncoder().encode(message))
        do {
            let response = try await client.execute(request, timeout: .nanoseconds(timeout.nanoseconds))
            let body = try await response.body.collect(upTo: LinkMessage.largestBody)
            guard response.status == .ok else { throw Self.refusal(of: peer, response, body) }
            let answer = try JSONDecoder().decode(LinkMessage.self, from: Data(buffer: body))
            guard answer.node == peer else {
                throw NodeLinkError(code: .wrongNode, message: "'\(answer.node)' answers where '\(peer)' should")
            }
            return answer
        } catch {
            try Task.checkCancellation()
            throw Self.translate(error, url: url, peer: peer)
        }
    }

    // MARK: Who answers

    private static func tls(_ configuration: NodeLinkConfiguration) throws -> TLSConfiguration {
        do {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv12
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(configuration.authorityFile))
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(configuration.certificateFile)
                .map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: configuration.keyFile, format: .pem))
            // A parent that holds a poll doesn't answer the goodbye, and nothing depends on it.
            tls.shutdownTimeout = .milliseconds(100)
            return tls
        } catch {
            throw NodeLinkError(
                code: .unusableCertificate,
                message: "the node's certificate cannot be used; check \(configuration.certificateFile), "
                    + "\(configuration.keyFile) and \(configuration.authorityFile)", cause: error)
        }
    }

    /// Runs after the handshake and before the first request; AsyncHTTPClient has no other place for it. The channel is
    /// closed only after the client has heard of the failure: its pool knows no connection that ends before it began.
    private static func checkNode(_ peer: NodeName, of channel: any Channel) -> EventLoopFuture<Void> {
        do {
            let certificate = try channel.pipeline.syncOperations.nioSSL_peerCertificate()
            let named = try certificate.map { try CertificateFacts(der: $0.toDERBytes()).node } ?? nil
            guard named == peer else {
                throw NodeLinkError(
                    code: .wrongNode,
                    message: "the certificate names \(named.map { "'\($0)'" } ?? "no node"), not '\(peer)'; "
                        + "another node answers at this address: correct the address")
            }
            return channel.eventLoop.makeSucceededVoidFuture()
        } catch {
            channel.eventLoop.execute { channel.close(promise: nil) }
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    // MARK: What went wrong

    static func refusal(of peer: NodeName, _ response: HTTPClientResponse, _ body: ByteBuffer) -> NodeLinkError {
        struct Answer: Decodable {
            struct Problem: Decodable {
                var message: String
            }
            var error: Problem
        }
        let said: String
        do {
            said = try JSONDecoder().decode(Answer.self, from: Data(buffer: body)).error.message
        } catch {
            said = "no reason given"
        }
        return NodeLinkError(
            code: .refused, message: "'\(peer)' answered HTTP \(response.status.code): \(said.prefix(300))")
    }

    private static let timeouts: [HTTPClientError] = [.deadlineExceeded, .readTimeout, .writeTimeout]

    static func translate(_ error: any Error, url: String, peer: NodeName) -> NodeLinkError {
        switch error {
        case let error as NodeLinkError: return error
        case let error as HTTPClientError where error == .connectTimeout:
            return NodeLinkError(code: .unreachable, message: "\(url) does not answer; check network and firewall")
        case let error as HTTPClientError where timeouts.contains(error):
            return NodeLinkError(code: .timedOut, message: "'\(peer)' did not answer in time")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return NodeLinkError(
                code: .certificateRefused,
                message: "TLS with \(url) failed; check that both certificates are of the network's authority and that "
                    + "the parent's carries this host name", cause: error)
        case is DecodingError:
            return NodeLinkError(
                code: .unreadable, message: "'\(peer)' answered what this version can't read; update both nodes")
        default:
            return NodeLinkError(
                code: .unreachable, message: "\(url) cannot be reached; is the parent running?", cause: error)
        }
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
