// As much of the JSON interface's records as the demo needs; see openapi.json in WebUI.

import Vocabulary

package struct StudyListRecord: Decodable, Sendable {
    package var studies: [StudyRecord]
    package var total: Int
}

package struct StudyRecord: Decodable, Hashable, Sendable {
    package struct Hop: Decodable, Hashable, Sendable {
        package var node: NodeName
        package var isHere: Bool
        package var expected: Int?
        package var arrived: Int
        /// `nil` for the node that is asked: what it has is `arrived`.
        package var receipted: Int?
        package var parked: Int
        package var lastError: String?
    }

    package struct Waiting: Decodable, Hashable, Sendable {
        package var text: String
    }

    package struct ReportSummary: Decodable, Hashable, Sendable {
        package var isHome: Bool
    }

    package var studyInstanceUID: StudyInstanceUID
    package var hops: [Hop]
    package var waitingFor: Waiting
    package var report: ReportSummary?

    package func hop(_ node: NodeName) -> Hop? { hops.first { $0.node == node } }
}

struct WorklistRecord: Decodable, Sendable {
    struct Entry: Decodable, Sendable {
        var id: String
        var studyInstanceUID: StudyInstanceUID
        var state: String
        var isMine: Bool
        var canClaim: Bool
    }

    var tasks: [Entry]
}

struct TaskRecord: Decodable, Sendable {
    struct Draft: Decodable, Sendable {
        var version: Int
    }

    var state: String
    var draft: Draft
}

struct DraftRequestRecord: Encodable, Sendable {
    var findings: String
    var impression: String
    var version: Int
}

struct DraftSavedRecord: Decodable, Sendable {
    var version: Int
}

struct SignRequestRecord: Encodable, Sendable {
    var version: Int
}
