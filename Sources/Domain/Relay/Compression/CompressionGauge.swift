// Is it quicker to wait for the compressed form?

import Observability
import Vocabulary

/// What was measured of compressor and lines, shared by both.
///
/// A row of the queue that is not compressed yet either waits for its turn at the compressor or takes an idle association
/// as it is. It goes at once where that gets it through sooner:
///
///     size / line  <  (what the compressor has before it, and itself) / compressor  +  ratio · size / line
///
/// On a thin line the first rows of a burst are worth waiting for and those further back fill the line meanwhile; on a fast
/// one nothing waits; and one rule does both.
package final class CompressionGauge: Sendable {
    private struct State {
        /// Bytes of acquired data set that are compressed in a second; a cautious guess at first.
        var compressor = 8e6
        /// Compressed to acquired.
        var ratio = 0.5
        var job: (size: Int64, startedAt: Timestamp)?
        var isWorking = false
        /// Bytes in a second on one association.
        var lines: [NodeName: Double] = [:]
    }

    private let state = LockedBox(State())
    /// A compressor so long over its time has come to grief.
    private static let patience = 10.0
    /// The last measurements count for this much.
    private static let weight = 0.2

    package init() {}

    /// Nobody waits for a compressor that does not work: there is none, it has no room, or it has ended.
    package var isWorking: Bool {
        get { state.withLock { $0.isWorking } }
        set { state.withLock { $0.isWorking = newValue } }
    }

    package func began(_ size: Int64, at now: Timestamp) { state.withLock { $0.job = (size, now) } }

    /// - Parameter compressed: `nil` where nothing came of it.
    package func ended(compressed: Int64?, at now: Timestamp) {
        state.withLock { state in
            guard let job = state.job else { return }
            state.job = nil
            let seconds = max(now.elapsed(since: job.startedAt).seconds, 0.001)
            Self.blend(&state.compressor, Double(job.size) / seconds)
            if let compressed, job.size > 0 { Self.blend(&state.ratio, Double(compressed) / Double(job.size)) }
        }
    }

    package func carried(_ bytes: Int64, to destination: NodeName, in time: Duration) {
        // Short ones tell of the round trip, not of the line.
        guard bytes >= 1 << 16 else { return }
        let rate = Double(bytes) / max(time.seconds, 0.001)
        state.withLock { state in
            var known = state.lines[destination] ?? rate
            Self.blend(&known, rate)
            state.lines[destination] = known
        }
    }

    private static func blend(_ value: inout Double, _ measured: Double) {
        value += (measured - value) * weight
    }

    /// The first of `rows` that is through sooner as it is.
    func soonerAsAcquired(_ rows: [UncompressedRow], to destination: NodeName, at now: Timestamp) -> UncompressedRow? {
        let state = state.withLock { $0 }
        guard state.isWorking else { return rows.first }
        var wait = 0.0
        if let job = state.job {
            let spent = now.elapsed(since: job.startedAt).seconds
            let expected = Double(job.size) / state.compressor
            guard spent < 3 * expected + Self.patience else { return rows.first }
            wait = max(0, expected - spent)
        }
        // A line that was never used is taken to be thin: the wait for the first is the compressor's time for it.
        guard let line = state.lines[destination] else { return nil }
        var ahead = 0.0
        for row in rows {
            ahead += Double(row.size)
            let asAcquired = Double(row.size) / line
            if asAcquired < wait + ahead / state.compressor + state.ratio * asAcquired { return row }
        }
        return nil
    }
}
