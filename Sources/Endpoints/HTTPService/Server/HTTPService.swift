// The HTTPS server.

import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import Observability
import ServiceLifecycle

/// One port for people's browsers, programs and nodes. `run()` listens until graceful shutdown: then it takes no new
/// connection, lets requests finish (event streams and long polls end by themselves, see `EventStream`), and cuts off
/// what remains after `drainTimeout`.
package final class HTTPService: Service {
    private let responder: RouterResponder<JieliRequestContext>
    private let configuration: HTTPServiceConfiguration
    private let logger: Logger
    private let bound = BoundPort()
    /// Connections that are accepted beyond the maximum, to be told apart from those that give up their place.
    private static let doorstep = 64

    /// The router must be complete: routes added later are not served.
    package init(router: Router<JieliRequestContext>, configuration: HTTPServiceConfiguration, logger: Logger) {
        responder = router.buildResponder()
        self.configuration = configuration
        self.logger = logger
    }

    /// The port it listens on, as soon as it does.
    ///
    /// - Throws: what kept it from listening.
    package func port() async throws -> Int { try await bound.value() }

    package func run() async throws {
        do {
            let application = try application()
            try await drained { try await application.run() }
            bound.fail(HTTPServiceError(code: .notRunning, message: "the HTTPS server has stopped"))
        } catch {
            let translated = translate(error)
            bound.fail(translated)
            throw translated
        }
    }

    private func application() throws -> some ApplicationProtocol {
        // Hummingbird's own lines add nothing to ours.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let logger = logger
        let shares = ConnectionShares(
            maximum: configuration.maximumConnections,
            maximumPerAddress: max(1, configuration.maximumConnections / 2))
        let patience = configuration.patience
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ContinueResponder(), HandshakeReporter(logger: logger),
                ConnectionGuard(patience: patience, shares: shares),
            ],
            idleTimeout: .milliseconds(patience.nextRequest.milliseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))
        let host = configuration.host
        return Application(
            responder: LoggingResponder(base: responder, logger: logger),
            server: try .tls(.http1(configuration: http), tlsConfiguration: configuration.tlsConfiguration()),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: configuration.port),
                availableConnectionsDelegate: .maximum(
                    configuration.maximumConnections + Self.doorstep, logger: quiet)),
            onServerRunning: { [bound] channel in
                let port = channel.localAddress?.port ?? 0
                logger.log(.info, "HTTPS is listening", [.address: "\(host)", .port: "\(port)"])
                bound.succeed(port)
            },
            logger: quiet)
    }

    /// Runs `body`, and cancels it `drainTimeout` after graceful shutdown began.
    private func drained(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let timeout = configuration.drainTimeout
        let logger = logger
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await body()
                return true
            }
            group.addTask {
                do {
                    try await gracefulShutdown()
                    try await Task.sleep(for: timeout)
                    logger.log(.warning, "requests still running were cut off", [:])
                } catch is CancellationError {}
                return false
            }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }

    private func translate(_ error: any Error) -> any Error {
        guard let error = error as? IOError else { return error }
        let place = "\(configuration.host):\(configuration.port)"
        switch error.errnoCode {
        case EADDRINUSE:
            return HTTPServiceError(
                code: .portInUse,
                message: "HTTPS cannot listen on \(place): another program has the port; stop it or configure "
                    + "another port")
        case EACCES:
            return HTTPServiceError(
                code: .cannotListen,
                message: "HTTPS may not listen on \(place): ports below 1024 need a privilege; choose a higher one")
        case EADDRNOTAVAIL:
            return HTTPServiceError(
                code: .cannotListen,
                message: "HTTPS cannot listen on \(place): this machine does not have that address")
        default:
            return HTTPServiceError(code: .cannotListen, message: "HTTPS cannot listen on \(place)", cause: error)
        }
    }
}

/// Gives each request the service's own logger instead of the quiet one that the server itself gets.
private struct LoggingResponder: HTTPResponder {
    let base: RouterResponder<JieliRequestContext>
    let logger: Logger

    func respond(to request: Request, context: JieliRequestContext) async throws -> Response {
        var context = context
        var logger = logger
        logger[metadataKey: "hb.request.id"] = context.logger[metadataKey: "hb.request.id"]
        context.logger = logger
        return try await base.respond(to: request, context: context)
    }
}
