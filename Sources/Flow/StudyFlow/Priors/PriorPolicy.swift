// How earlier studies are looked for.

import Priors
import Vocabulary

package struct PriorPolicy: Sendable {
    package var linking: LinkingRules
    /// Links that a question may cross; 0: nobody else is asked.
    package var hops: Int
    /// How long a question and its answers are kept.
    package var kept: Duration
    /// How long a child that was lent a study may fetch it, and hears what is corrected about it.
    package var lent: Duration

    package init(
        linking: LinkingRules = LinkingRules(), hops: Int = 4, kept: Duration = .seconds(24 * 3600),
        lent: Duration = .seconds(400 * 86400)
    ) {
        self.linking = linking
        self.hops = hops
        self.kept = kept
        self.lent = lent
    }
}
