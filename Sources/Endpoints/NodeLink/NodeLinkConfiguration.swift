// How the link to a parent behaves.

import Vocabulary

package struct NodeLinkConfiguration: Hashable, Sendable {
    /// PEM files: this node's certificate (followed by intermediates), its key, and the network's authority.
    package var certificateFile: String
    package var keyFile: String
    package var authorityFile: String
    /// How long the parent may hold a poll while it has nothing to say; at most `LinkRoutes.longestWait`.
    package var poll: Duration = .seconds(25)
    /// A connection that isn't there by then isn't coming.
    package var connect: Duration = .seconds(10)
    /// For an exchange, beside what the parent may wait.
    package var answer: Duration = .seconds(10)
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
    package var longest: Duration = .seconds(30)

    package init() {}

    /// Doubles with each failure; between half of that and all of it, so that many children don't return in step.
    ///
    /// - Parameters:
    ///   - failures: in a row, from 1.
    ///   - random: from 0 to 1.
    func delay(afterFailures failures: Int, random: Double) -> Duration {
        let full = min(longest, first * (1 << min(max(failures - 1, 0), 16)))
        return full * (0.5 + random / 2)
    }
}
