// How far a sending has come, in bytes.

import Foundation
import Observability

/// Counts what leaves; the rate is that of the last seconds.
final class SendMeter: Sendable {
    private struct State {
        var files = 0
        var totalFiles = 0
        /// Of files that are settled.
        var settledBytes: Int64 = 0
        var totalBytes: Int64 = 0
        /// On its way since the last file was settled.
        var sending: Int64 = 0
        var marks: [(at: ContinuousClock.Instant, bytes: Int64)] = []
        var left: Int64 = 0
    }

    private let state = LockedBox(State())
    private let progress: TerminalProgress
    private static let window: Duration = .seconds(5)

    init(_ progress: TerminalProgress) { self.progress = progress }

    /// A round begins; what earlier ones settled is told again.
    func begin(files: Int, bytes: Int64) {
        state.withLock { state in
            (state.files, state.totalFiles, state.settledBytes, state.totalBytes) = (0, files, 0, bytes)
            state.sending = 0
        }
    }

    func settled(_ bytes: Int64) {
        show {
            $0.files += 1
            $0.settledBytes += bytes
            $0.sending = max(0, $0.sending - bytes)
        }
    }

    func sent(_ bytes: Int) {
        show {
            $0.sending += Int64(bytes)
            $0.left += Int64(bytes)
        }
    }

    private func show(_ change: (inout State) -> Void) {
        let bar = state.withLock { state in
            change(&state)
            let now = ContinuousClock.now
            state.marks.removeAll { $0.at < now - Self.window }
            state.marks.append((now, state.left))
            return Self.bar(state)
        }
        progress.update([bar])
    }

    private static func bar(_ state: State) -> ProgressBar {
        let done = min(state.totalBytes, state.settledBytes + state.sending)
        var detail = "\(TerminalText.bytes(done)) / \(TerminalText.bytes(state.totalBytes))"
        if let first = state.marks.first, let last = state.marks.last, last.at > first.at + .milliseconds(200) {
            let rate = Double(last.bytes - first.bytes) / (last.at - first.at).seconds
            detail += " · \(TerminalText.bytes(Int64(rate)))/s"
            if rate > 0 { detail += " · 剩余 left \(clock(Double(state.totalBytes - done) / rate))" }
        }
        return ProgressBar(
            "发送 sending", done: state.files, total: state.totalFiles, detail: detail,
            fraction: state.totalBytes > 0 ? Double(done) / Double(state.totalBytes) : nil)
    }

    /// 1:02:03, or 2:03.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 359_999))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}
