// How far long work has come, for whoever started it.

import Glibc

/// One measured thing.
package struct ProgressBar: Hashable, Sendable {
    package var label: String
    package var done: Int
    package var total: Int
    /// Said behind the numbers: bytes, a rate, what it waits for.
    package var detail: String
    /// Of the whole, where that is finer than `done` of `total`.
    package var fraction: Double?

    package init(_ label: String, done: Int, total: Int, detail: String = "", fraction: Double? = nil) {
        self.label = label
        self.done = done
        self.total = total
        self.detail = detail
        self.fraction = fraction
    }

    package var text: String {
        "\(label) \(done)/\(total)\(detail.isEmpty ? "" : " \(detail)")"
    }

    func drawn(labelWidth: Int) -> String {
        let width = 24
        let part = fraction ?? (total <= 0 ? 0 : Double(max(done, 0)) / Double(total))
        let filled = min(width, max(0, Int(Double(width) * part)))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return "\(TerminalText.padded(label, to: labelWidth)) \(bar) \(done)/\(total)"
            + (detail.isEmpty ? "" : "  \(detail)")
    }
}

/// Bars redrawn in place on a terminal; elsewhere plain lines, one for each change and at most one a second. Writes to
/// standard error, so that a command's result stays alone on standard output.
package final class TerminalProgress: Sendable {
    private struct State {
        var drawnLines = 0
        var shown: [ProgressBar] = []
        var latest: [ProgressBar] = []
        var lastShownAt: ContinuousClock.Instant?
    }

    package let isTerminal: Bool
    private let descriptor: Int32
    private let state = LockedBox(State())

    package init(descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
    }

    /// Shows `bars`, unless the last showing is too fresh: then the next call, or `finish`, does.
    package func update(_ bars: [ProgressBar]) {
        let interval: Duration = isTerminal ? .milliseconds(80) : .seconds(1)
        state.withLock { state in
            state.latest = bars
            guard bars != state.shown else { return }
            if let last = state.lastShownAt, ContinuousClock.now - last < interval { return }
            show(&state)
        }
    }

    /// A line that stays, above the bars.
    package func note(_ line: String) {
        state.withLock { state in
            clear(&state)
            write(line + "\n")
            if isTerminal, !state.latest.isEmpty { show(&state) }
        }
    }

    /// Shows the last state once more and leaves it standing.
    package func finish() {
        state.withLock { state in
            if state.latest != state.shown { show(&state) }
            state = State()
        }
    }

    private func show(_ state: inout State) {
        state.shown = state.latest
        state.lastShownAt = .now
        guard isTerminal else {
            guard !state.shown.isEmpty else { return }
            write(state.shown.map(\.text).joined(separator: " · ") + "\n")
            return
        }
        clear(&state)
        let labelWidth = state.shown.map { TerminalText.width($0.label) }.max() ?? 0
        let columns = columns()
        for bar in state.shown { write(TerminalText.cut(bar.drawn(labelWidth: labelWidth), to: columns) + "\n") }
        state.drawnLines = state.shown.count
    }

    private func clear(_ state: inout State) {
        guard isTerminal, state.drawnLines > 0 else { return }
        write("\u{1B}[\(state.drawnLines)A\u{1B}[J")
        state.drawnLines = 0
    }

    private func columns() -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
        return Int(size.ws_col)
    }

    /// What a closed terminal does not take is lost: progress is not worth failing for.
    private func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
