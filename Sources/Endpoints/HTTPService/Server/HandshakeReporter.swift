// Why a client could not connect.

import Logging
import NIOCore
import NIOHTTPTypes
import NIOSSL
import Observability

/// Says in plain words what TLS refused, because the client itself is told next to nothing.
final class HandshakeReporter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if Self.isHandshakeFailure(error) {
            MetricRegistry.shared.add(to: "jieli_https_handshake_failures_total")
            logger.log(
                .notice, "TLS failed",
                [
                    .address: "\(context.remoteAddress?.ipAddress ?? "")", .reason: "\(Self.sentence(for: error))",
                    .error: "\(error)",
                ])
        }
        context.fireErrorCaught(error)
    }

    /// A connection that ends without a goodbye is everyday life, and no failure.
    private static func isHandshakeFailure(_ error: any Error) -> Bool {
        if case .handshakeFailed? = error as? NIOSSLError { return true }
        return error is BoringSSLError
    }

    private static func sentence(for error: any Error) -> String {
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "the client's certificate is not from our authority, is not meant for TLS clients, or has expired"
        }
        if text.contains("UNKNOWN_CA") { return "the client does not trust our authority; give it ca.pem" }
        if text.contains("HTTP_REQUEST") { return "the client spoke plain HTTP; the address begins with https://" }
        if text.contains("PROTOCOL") || text.contains("VERSION") { return "the client's TLS version is too old" }
        return "the client and this node could not agree on TLS"
    }
}
