// Why a study went where it went.

import HTTPService
import Routing
import Vocabulary

struct RouteAnswer: Encodable, Sendable {
    enum Action: String, Encodable, Sendable {
        case read, forward, keep
    }

    var rule: String
    var isUnrouted: Bool
    var action: Action
    var node: NodeName?
    var explanation: String

    init(_ decision: RouteDecision, words: Words) {
        rule = decision.ruleName ?? ""
        isUnrouted = decision.isUnrouted
        explanation = decision.explanation.text(in: words.language)
        switch decision.action {
        case .readHere: action = .read
        case .keep: action = .keep
        case .forward(let destination, _):
            action = .forward
            node = destination
        }
    }
}

extension Explanation {
    func text(in language: Language) -> String { language == .chinese ? chinese : english }
}
