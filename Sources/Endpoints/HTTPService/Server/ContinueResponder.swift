// `Expect: 100-continue`.

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers 100 Continue to clients that wait for it before they send a large body (curl, STOW-RS senders), which the
/// server below doesn't. The body's limit is checked by the handlers as always (RFC 9110 10.1.1).
final class ContinueResponder: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data),
            head.headerFields[.expect]?.lowercased() == "100-continue"
        {
            let informational = HTTPResponse(status: .init(code: 100, reasonPhrase: "Continue"))
            context.writeAndFlush(wrapOutboundOut(.head(informational)), promise: nil)
        }
        context.fireChannelRead(data)
    }
}
