// Who may see what was rejected.

import HTTPService
import StudyFlow
import Vocabulary

/// `includeRejected=true`, for those who look after the archive: what a rejection note hides, as long as its bytes are there.
enum WithheldRight {
    static let parameter = "includeRejected"

    /// - Throws: 403 for anybody else.
    static func isAsked(_ items: QueryItems, _ context: JieliRequestContext, _ node: LocalNode) throws -> Bool {
        guard items.first(parameter) == "true" else { return false }
        guard node.storage.showsRejected else { throw HTTPProblem.forbidden }
        try context.requireRole(anyOf: [.operator, .reviewer])
        return true
    }
}
