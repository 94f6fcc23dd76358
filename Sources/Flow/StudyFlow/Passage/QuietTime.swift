// When a study that is acquired here may be taken to be whole.

import Vocabulary

/// How a study has been arriving.
package struct StudyPulse: Hashable, Sendable {
    /// Who sent its last instance.
    package var source: String
    package var lastInstanceAt: Timestamp
    /// When the last association that carried it was released; `nil` while one is open, and after an abort.
    package var endedAt: Timestamp?
    package var settledAt: Timestamp?
    /// Of the manifest that settled it last.
    package var revision: Int
    /// Longest pause between two instances of one association.
    package var pace: Duration
    /// Longest pause between two associations.
    package var pause: Duration

    package var isOpen: Bool { settledAt == nil }
}

/// The pauses that one source makes within its studies.
package struct SourcePace: Hashable, Sendable {
    package var pace: Duration = .zero
    package var pause: Duration = .zero

    package init(pace: Duration = .zero, pause: Duration = .zero) {
        self.pace = pace
        self.pause = pause
    }
}

/// The rule. Nobody tells us that a study is complete: a scanner that sends all of it in one association says so by
/// releasing it; one that opens an association for each image says nothing by that; an MR may rest for minutes between
/// two series. So a study waits for some multiple of the pauses that it, and earlier studies of its source, have made.
struct QuietTime: Sendable {
    let least: Duration
    let most: Duration
    let grace: Duration

    init(_ node: LocalNode) {
        least = node.settleAfter
        most = max(node.settleAtMost, node.settleAfter)
        // Less than a short quiet time would be no hint.
        grace = min(node.settleGrace, node.settleAfter)
    }

    /// Pauses below this say nothing about people and machines.
    private static let shortest: Duration = .seconds(1)

    func due(_ pulse: StudyPulse) -> Timestamp {
        if let endedAt = pulse.endedAt { return endedAt + min(max(pulse.pause * 2, grace), most) }
        return pulse.lastInstanceAt + min(max(pulse.pace * 3, least), most)
    }

    /// The pulse after one more instance.
    ///
    /// - Parameter source: what is known of the sender, asked for only where the study opens.
    func pulse(
        _ before: StudyPulse?, from source: String, at now: Timestamp, knowing pace: () throws -> SourcePace
    ) rethrows -> StudyPulse {
        var pulse =
            before
            ?? StudyPulse(source: source, lastInstanceAt: now, settledAt: nil, revision: 0, pace: .zero, pause: .zero)
        if before?.isOpen != true {
            // What is not seen again is forgotten, slowly.
            let known = try pace()
            pulse.pace = known.pace * 4 / 5
            pulse.pause = known.pause * 4 / 5
        }
        if let before { note(now.elapsed(since: before.lastInstanceAt), before, in: &pulse) }
        pulse.source = source
        pulse.lastInstanceAt = now
        pulse.endedAt = nil
        pulse.settledAt = nil
        return pulse
    }

    /// A pause while the study is waited for is the source's own. One that ended too late was perhaps a single person's,
    /// so it counts for no more than twice what was known: a habit is learned within a few studies, an exception is not.
    private func note(_ gap: Duration, _ before: StudyPulse, in pulse: inout StudyPulse) {
        // What no wait would have bridged is another visit, not a rest.
        guard gap >= Self.shortest, gap <= most else { return }
        func grown(_ known: Duration, _ first: Duration) -> Duration {
            max(known, before.isOpen ? gap : min(gap, max(known, first) * 2))
        }
        if before.endedAt == nil {
            pulse.pace = grown(pulse.pace, least / 3)
        } else {
            pulse.pause = grown(pulse.pause, grace)
        }
    }
}
