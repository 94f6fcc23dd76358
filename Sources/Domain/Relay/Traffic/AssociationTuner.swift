// How many associations a link pays for.

import Vocabulary

/// Moves toward the number of associations with the highest yield, and stays there.
///
/// Associations hide round trips, and on a lossy line each one adds to what all of them get; on a clean line a few fill it
/// and more are a burden to both ends. So one step is tried at a time and measured over a whole window in which every
/// association had something to send: up while the yield grows with it, down where it doesn't fall. After a step that
/// did not pay it rests, longer each time, unless the line changes.
struct AssociationTuner: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
        /// The yield at the present number is not known yet.
        case unknown
        /// Another number is tried: where it came from, and what that yielded.
        case trying(from: Int, yield: Double)
        /// Until then, by monotonic time, unless the yield collapses.
        case resting(until: Duration, yield: Double)
    }

    /// After a change, until sockets and congestion control have found their pace.
    static let settling = Duration.seconds(1)
    static let window = Duration.seconds(3)
    /// After a pause as long as this the line may be another one.
    static let memory = Duration.seconds(120)
    static let firstRest = Duration.seconds(30)
    static let longestRest = Duration.seconds(480)
    /// Where a link is first used: on a bad line too few cost much at once, too many little for a while.
    static let start = 8

    let bounds: ClosedRange<Int>
    private(set) var count: Int
    private(set) var phase = Phase.unknown
    private var rest = firstRest
    /// The next step out of a rest goes up.
    private var isUpNext = true
    private var isClimbing = true
    private var low = 0
    /// When the present number of associations has found its pace.
    private var settlesAt: Duration?
    private var windowStart: Mark?
    private var lastBusyAt: Duration?

    private struct Mark: Hashable {
        var at: Duration
        var passed: Int64
    }

    init(_ bounds: ClosedRange<Int>) {
        self.bounds = bounds
        count = min(max(bounds.lowerBound, Self.start), bounds.upperBound)
    }

    /// Called at least once a second.
    ///
    /// - Parameters:
    ///   - passed: bytes so far, ever growing.
    ///   - busy: associations that have something to send.
    /// - Returns: whether `count` has changed.
    mutating func tick(at now: Duration, passed: Int64, busy: Int) -> Bool {
        guard bounds.lowerBound < bounds.upperBound else { return false }
        // With less to send than could be sent, yields say nothing of the line.
        guard busy >= count else {
            (settlesAt, windowStart) = (nil, nil)
            return false
        }
        if let lastBusyAt, now - lastBusyAt > Self.memory { phase = .unknown }
        lastBusyAt = now
        guard let start = windowStart else {
            let settles = settlesAt ?? now + Self.settling
            settlesAt = settles
            if now >= settles { windowStart = Mark(at: now, passed: passed) }
            return false
        }
        guard now - start.at >= Self.window else { return false }
        let before = count
        judge(Double(passed - start.passed) / ((now - start.at) / .seconds(1)), at: now)
        settlesAt = nil
        windowStart = before == count ? Mark(at: now, passed: passed) : nil
        return before != count
    }

    private mutating func judge(_ yield: Double, at now: Duration) {
        switch phase {
        case .unknown:
            settle(at: now, yield: yield)
            if count < bounds.upperBound { step(up: true, from: yield) }
        case .trying(let old, let former):
            let isUp = count > old
            // Twice as many must bring a tenth more: an association costs memory and handshakes at both ends.
            let demanded = isUp ? 1 + max(0.05, 0.1 * (Double(count) / Double(old) - 1)) : 0.97
            guard yield >= former * demanded else {
                count = old
                isClimbing = false
                isUpNext = !isUp
                rest = min(rest * 2, Self.longestRest)
                phase = .resting(until: now + rest, yield: former)
                return
            }
            rest = Self.firstRest
            isUpNext = isUp
            settle(at: now, yield: yield)
            if isUp, count < bounds.upperBound { step(up: true, from: yield) }
        case .resting(let until, let former):
            low = yield < former * 0.6 ? low + 1 : 0
            if low >= 2 {
                // The line is another one now: more loss, or less of it to share.
                (low, rest, isClimbing) = (0, Self.firstRest, true)
                settle(at: now, yield: yield)
                if count < bounds.upperBound { step(up: true, from: yield) }
            } else if now >= until {
                let isUp = count == bounds.lowerBound || (isUpNext && count < bounds.upperBound)
                step(up: isUp, from: yield)
            } else {
                phase = .resting(until: until, yield: former * 0.8 + yield * 0.2)
            }
        }
    }

    private mutating func settle(at now: Duration, yield: Double) {
        phase = .resting(until: now + rest, yield: yield)
    }

    private mutating func step(up: Bool, from yield: Double) {
        let old = count
        if up {
            count = min(bounds.upperBound, isClimbing ? count * 2 : count + max(1, count / 4))
        } else {
            count = max(bounds.lowerBound, count - 1)
        }
        phase = .trying(from: old, yield: yield)
    }
}
