// Whether workers may call a destination.

/// A circuit breaker for one destination, shared by its workers.
///
/// ```
/// open ──failed──▶ resting ──enter──▶ probing ──opened──▶ open
///                     ▲                  │
///                     └──failed, left────┘
/// ```
/// While the link rests, the first worker that has something to send waits the delay out and probes; the others wait
/// for its result. Failures that several workers see in one round count once. The count falls back to none only when
/// the destination answered a delivery, so that a link which opens and breaks keeps slowing down.
struct LinkStateMachine: Hashable, Sendable {
    enum State: Hashable, Sendable {
        case open
        case resting
        case probing
    }

    enum Entry: Hashable, Sendable {
        /// Call. The round is given back with the result.
        case go(round: Int)
        /// Wait until the link's time of retry, then call.
        case probe(round: Int)
        /// Another worker probes: wait for a change.
        case wait
    }

    private(set) var state = State.open
    private(set) var failures = 0
    private var round = 0

    mutating func enter() -> Entry {
        switch state {
        case .open: return .go(round: round)
        case .probing: return .wait
        case .resting:
            state = .probing
            return .probe(round: round)
        }
    }

    /// An association was had.
    mutating func opened(round: Int) {
        if round == self.round { state = .open }
    }

    /// The destination answered a delivery.
    ///
    /// - Returns: whether this ends a failure.
    mutating func answered(round: Int) -> Bool {
        guard round == self.round else { return false }
        state = .open
        defer { failures = 0 }
        return failures > 0
    }

    /// No association, or it broke, or the destination has no room.
    ///
    /// - Returns: failures in a row, if this is news.
    mutating func failed(round: Int) -> Int? {
        guard round == self.round else { return nil }
        self.round += 1
        failures += 1
        state = .resting
        return failures
    }

    /// The worker that was to probe found nothing to send.
    mutating func left(round: Int) {
        if round == self.round, state == .probing { state = .resting }
    }
}
