// Where a study is safe, as the JSON API tells it.

import StudyFlow
import Vocabulary

struct CustodyAnswer: Encodable, Sendable {
    struct Place: Encodable, Sendable {
        var node: NodeName
        var tier: Tier?
        var isHere: Bool
        var safe: Int
        var expected: Int?
        var missing: Int
        var owedBy: NodeName?
        var owedSince: String?
        var trouble: Trouble?
    }

    var text: String
    var isComplete: Bool
    var nodes: [Place]
    var isRead: Bool
    var isReportHome: Bool
    var isAcknowledged: Bool

    init(_ line: CustodyLine, words: Words) {
        text = line.text(words)
        isComplete = line.isComplete
        nodes = line.places.map {
            Place(
                node: $0.node, tier: $0.tier, isHere: $0.isHere, safe: $0.safe, expected: $0.expected,
                missing: $0.missing, owedBy: $0.missing > 0 ? $0.owedBy : nil,
                owedSince: $0.missing > 0 ? $0.owedSince?.description : nil, trouble: $0.trouble)
        }
        isRead = line.stages.contains(.read)
        isReportHome = line.stages.contains(.reportHere)
        isAcknowledged = line.stages.contains(.acknowledged)
    }
}
