// Frames that were made ready for the line.

import Observability
import Vocabulary

/// The last frames that were taken apart: the preview and the rest are two requests, and a second reader's are the same.
/// The longest unused go first.
final class WireFrameCache: Sendable {
    struct Key: Hashable, Sendable {
        var digest: Digest
        var frame: Int
    }

    private struct State {
        var entries: [Key: (frame: WireFrame, used: UInt64)] = [:]
        var bytes = 0
        var turn: UInt64 = 0
    }

    private let state = LockedBox(State())
    private let limit: Int

    init(limit: Int = 64 << 20) { self.limit = limit }

    func frame(_ key: Key) -> WireFrame? {
        state.withLock { state in
            state.turn += 1
            guard let found = state.entries[key]?.frame else { return nil }
            state.entries[key]?.used = state.turn
            return found
        }
    }

    func keep(_ frame: WireFrame, as key: Key) {
        guard frame.byteCount <= limit / 4 else { return }
        state.withLock { state in
            state.turn += 1
            if let old = state.entries.updateValue((frame, state.turn), forKey: key) {
                state.bytes -= old.frame.byteCount
            }
            state.bytes += frame.byteCount
            guard state.bytes > limit else { return }
            // A quarter at a time, so that sorting is seldom.
            for (key, entry) in state.entries.sorted(by: { $0.value.used < $1.value.used }) {
                guard state.bytes > limit * 3 / 4 else { break }
                state.entries[key] = nil
                state.bytes -= entry.frame.byteCount
            }
        }
    }
}
