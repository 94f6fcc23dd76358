// The span of time that a page of figures is about.

import HTTPService
import Hummingbird
import Supervision
import Vocabulary

extension Request {
    /// `?period=2026-11`, `2026-Q4` or `2026`; this month when absent.
    ///
    /// - Throws: 400 for anything else.
    func period(now: Timestamp) throws -> CivilPeriod {
        guard let text = query("period") else { return CivilPeriod(.month, containing: now) }
        guard let period = CivilPeriod(text) else {
            throw HTTPProblem.badRequest(
                code: "wrong_parameter",
                Sentence("period 应为 2026-11、2026-Q4 或 2026 这样的写法", "period must be like 2026-11, 2026-Q4 or 2026"))
        }
        return period
    }
}
