// How the link to a parent behaves.

import Vocabulary

package struct NodeLinkConfiguration: Hashable, Sendable {
    /// PEM files: this node's certificate (followed by intermediates), its key, and the network's authority.
    package var certificateFile: String
    package var keyFile: String
    package var authorityFile: String
    /// How long the parent may hold a poll while it has nothing to say; at most `LinkRoutes.longestWait`. Together with
    /// `answer` no longer than `LinkSilence.limit`: so soon a dead line shows, whatever stands in between.
    package var poll: Duration = .seconds(6)
    /// A connection that isn't there by then isn't coming.
    package var connect: Duration = .seconds(10)
    /// For an exchange, beside what the parent may wait.
    package var answer: Duration = .seconds(7)
    /// Longer for exchanges that carry events: a township's line is slow.
    package var push: Duration = .seconds(30)
    /// For a range to be confirmed after its last bytes went out: a full send buffer takes its time on a slow line.
    package var rangeSilence: Duration = .seconds(120)
    package var backOff = LinkBackOff()

    package init(certificateFile: String, keyFile: String, authorityFile: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.authorityFile = authorityFile
    }
}

/// How long to wait before trying again.
package struct LinkBackOff: Hashable, Sendable {
    package var first: Duration = .seconds(1)
    /// Short: everything else that waits for the line is tried when this finds it back.
    package var longest: Duration = .seconds(5)
    /// For what a person must mend: certificates, names, versions.
    package var longestRefused: Duration = .seconds(30)

    package init() {}

    /// Doubles with each failure; between half of that and all of it, so that many children don't return in step.
    ///
    /// - Parameters:
    ///   - failures: in a row, from 1.
    ///   - isRefusal: the parent was reached, or somebody in its place.
    ///   - random: from 0 to 1.
    func delay(afterFailures failures: Int, isRefusal: Bool = false, random: Double) -> Duration {
        let full = min(isRefusal ? longestRefused : longest, first * (1 << min(max(failures - 1, 0), 16)))
        return full * (0.5 + random / 2)
    }
}
