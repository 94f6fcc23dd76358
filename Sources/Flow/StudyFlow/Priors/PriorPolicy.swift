// How earlier studies are looked for.

import Priors
import Vocabulary

package struct PriorPolicy: Sendable {
    package var linking: LinkingRules
    /// Links that a question may cross; 0: nobody else is asked.
    package var hops: Int
    /// How long a question and its answers are kept.
    package var kept: Duration

    package init(linking: LinkingRules = LinkingRules(), hops: Int = 4, kept: Duration = .seconds(24 * 3600)) {
        self.linking = linking
        self.hops = hops
        self.kept = kept
    }
}
