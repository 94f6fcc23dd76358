// Limits and reading times, as one file holds them.

import Vocabulary

package struct WorkloadRules: Hashable, Sendable {
    package var limits: TimeLimits
    package var times: ReadingTimes

    package init(limits: TimeLimits, times: ReadingTimes) {
        self.limits = limits
        self.times = times
    }
}
