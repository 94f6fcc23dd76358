// Ending connections that take too long.

import NIOCore
import NIOHTTPTypes
import Observability

/// Watches one connection's requests and answers and closes it when `ConnectionPatience` is at its end. Stands behind the
/// HTTP decoder: what is no request yet, a half TLS handshake as well as headers that trickle in, is just late.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private static let interval = TimeAmount.seconds(1)

    private let patience: ConnectionPatience
    private let shares: ConnectionShares
    private var ticket: ConnectionShares.Ticket?
    private var timer: RepeatedTask?

    /// Requests whose answer has not ended.
    private var underWay = 0
    /// Since when a request is due; `nil` while one is under way.
    private var idleSince: NIODeadline?
    private var isFirst = true

    private var isBodyOpen = false
    private var mayPause = false
    private var bodyBytes = 0
    /// Time spent ready to read and without anything to read.
    private var bodyWaited: TimeAmount = .zero
    private var readySince: NIODeadline?

    /// Parts of answers on their way out, and when the last one got away.
    private var unsentParts = 0
    private var unsentBytes = 0
    private var lastSent: NIODeadline = .uptimeNanoseconds(0)

    init(patience: ConnectionPatience, shares: ConnectionShares) {
        self.patience = patience
        self.shares = shares
    }

    // MARK: The connection

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func start(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        let channel = context.channel
        guard
            let ticket = shares.admit(
                address: channel.remoteAddress?.ipAddress ?? "", close: { channel.close(promise: nil) })
        else {
            context.close(promise: nil)
            return
        }
        self.ticket = ticket
        idleSince = context.eventLoop.now
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
            let (watch, context) = loopBound.value
            watch.check(context)
        }
    }

    private func stop() {
        timer?.cancel()
        timer = nil
        if let ticket { shares.leave(ticket) }
        ticket = nil
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            underWay += 1
            idleSince = nil
            isFirst = false
            isBodyOpen = true
            mayPause = head.path?.hasPrefix(ConnectionPatience.pausingPrefix) == true
            bodyBytes = 0
            bodyWaited = .zero
            if let ticket { shares.mark(ticket, isBusy: true) }
        case .body(let bytes):
            bodyBytes += bytes.readableBytes
        case .end:
            isBodyOpen = false
        }
        pauseWaiting(context)
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if readySince == nil { readySince = context.eventLoop.now }
        context.read()
    }

    private func pauseWaiting(_ context: ChannelHandlerContext) {
        if let since = readySince, isBodyOpen { bodyWaited = bodyWaited + (context.eventLoop.now - since) }
        readySince = nil
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        if unsentParts == 0 { lastSent = context.eventLoop.now }
        let size = if case .body(let bytes) = part { bytes.readableBytes } else { 0 }
        unsentParts += 1
        unsentBytes += size
        let promise = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in
            let (watch, context) = bound.value
            watch.unsentParts -= 1
            watch.unsentBytes -= size
            watch.lastSent = context.eventLoop.now
        }
        context.write(data, promise: promise)
        guard case .end = part else { return }
        underWay -= 1
        guard underWay == 0 else { return }
        idleSince = context.eventLoop.now
        if let ticket { shares.mark(ticket, isBusy: false) }
    }

    // MARK: Deadlines

    private func check(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        if let reason = whatIsLate(now) {
            MetricRegistry.shared.add(to: "jieli_https_connections_ended_total", labels: ["reason": reason])
            context.close(mode: .all, promise: nil)
        }
    }

    private func whatIsLate(_ now: NIODeadline) -> String? {
        if unsentParts > 0 {
            let limit = patience.answer + .seconds(unsentBytes / patience.answerBytesPerSecond)
            if now - lastSent > TimeAmount(limit) { return "answer not taken" }
        }
        if let idleSince, unsentParts == 0, !isBodyOpen {
            let limit = isFirst ? patience.firstRequest : patience.nextRequest
            if now - idleSince > TimeAmount(limit) { return isFirst ? "no request" : "no next request" }
        }
        guard isBodyOpen else { return nil }
        let limit = TimeAmount(patience.body + .seconds(bodyBytes / patience.bytesPerSecond))
        // The answer is complete: what still comes is of no use to anybody.
        if let idleSince { return now - idleSince > TimeAmount(patience.body) ? "body after its answer" : nil }
        let waited = bodyWaited + (readySince.map { now - $0 } ?? .zero)
        return !mayPause && waited > limit ? "slow body" : nil
    }
}
