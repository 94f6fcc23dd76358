// SIGTERM, SIGINT and a closed terminal.

import UnixSignals

/// While it lives these signals end nothing by themselves: they are told to whoever listens.
struct StopSignals: Sendable {
    private let signals: UnixSignalsSequence

    init() async { signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup) }

    /// - Throws: `DemoError.interrupted` when a signal came; `CancellationError`.
    func watch() async throws {
        for await signal in signals {
            throw DemoError(code: .interrupted, message: "ended by \(signal) before the goal was reached")
        }
        throw CancellationError()
    }
}
