// What nodes tell each other of critical results.

import CriticalResults
import Vocabulary

/// Down and up, in the urgent lane: a critical result as the sender knows it. Versions are joined, so that it may come
/// late, twice or in any order.
package struct CriticalResultTold: NodeEvent {
    package static let type = "critical-result"
    package var result: CriticalResult
}
