// How much may pass, and when.

import Vocabulary

/// A token bucket in bytes, without a clock of its own. Whoever may pass is charged in full, also where a PDU is larger than
/// the bucket: the next one waits for the debt. Over any time T, therefore, no more passes than the rate times T, the
/// bucket, and one PDU.
struct TokenBucket: Hashable, Sendable {
    /// What may pass at once after a pause, as time at the full rate.
    static let burst = Duration.milliseconds(250)

    /// `nil`: everything passes.
    private(set) var rate: DataRate?
    private var tokens: Double
    private var filledAt: Duration

    init(rate: DataRate?, at now: Duration) {
        self.rate = rate
        tokens = Self.capacity(rate)
        filledAt = now
    }

    /// The time until now counts at the old rate.
    mutating func setRate(_ rate: DataRate?, at now: Duration) {
        guard rate != self.rate else { return }
        fill(at: now)
        if self.rate == nil { tokens = Self.capacity(rate) }
        self.rate = rate
        tokens = min(tokens, Self.capacity(rate))
    }

    /// Lets `bytes` pass now, or says how long to wait before asking again.
    mutating func take(_ bytes: Int, at now: Duration) -> Duration? {
        guard let rate else { return nil }
        fill(at: now)
        let needed = min(Double(bytes), Self.capacity(rate))
        guard tokens >= needed else {
            // Rounded up: asked a moment too early, it would have to wait again.
            return .microseconds(Int64(((needed - tokens) / rate.bytesPerSecond * 1_000_000).rounded(.up)) + 1)
        }
        tokens -= Double(bytes)
        return nil
    }

    private mutating func fill(at now: Duration) {
        let elapsed = max(.zero, now - filledAt)
        filledAt = max(now, filledAt)
        guard let rate else { return }
        tokens = min(Self.capacity(rate), tokens + elapsed / .seconds(1) * rate.bytesPerSecond)
    }

    private static func capacity(_ rate: DataRate?) -> Double {
        (rate?.bytesPerSecond ?? 0) * (burst / .seconds(1))
    }
}
