// Earlier studies as the JSON API tells them.

import Priors
import StudyFlow
import Vocabulary

struct PriorAnswer: Encodable, Sendable {
    enum Place: String, Encodable, Sendable, CaseIterable { case here, away, elsewhere, coming, refused }

    var studyInstanceUID: StudyInstanceUID
    var studyDate: String?
    var studyTime: String?
    var modalities: [String]
    var bodyParts: [String]
    var description: String?
    var institution: String?
    var issuer: String
    var holder: NodeName
    var imageCount: Int
    var byteCount: Int64
    var place: Place
    /// Images that have come, while it is on its way.
    var arrived: Int?
    var trouble: String?
    /// The linking rule by which it counts as this patient's; absent: the same hospital's same patient ID.
    var rule: String?
    var certainty: LinkCertainty
    /// Where it is, in the reader's language.
    var stateText: String
    /// Absent where nobody said anything of a report.
    var report: PriorReportState?

    init(_ entry: PriorEntry, _ words: Words) {
        let summary = entry.summary
        studyInstanceUID = summary.study
        studyDate = summary.studyDate
        studyTime = summary.studyTime
        modalities = summary.modalities
        bodyParts = summary.bodyParts
        description = summary.description
        institution = summary.institution
        issuer = summary.issuer
        holder = summary.holder
        imageCount = summary.imageCount
        byteCount = summary.byteCount
        switch entry.place {
        case .here: place = .here
        case .away: place = .away
        case .elsewhere: place = .elsewhere
        case .coming(let count):
            place = .coming
            arrived = count
        case .refused: place = .refused
        }
        trouble = entry.trouble
        rule = summary.basis.rule
        certainty = summary.basis.certainty
        stateText = words.state(of: entry)
        report = entry.report.map { PriorReportState($0, words) }
    }
}

struct PriorListAnswer: Encodable, Sendable {
    struct Node: Encodable, Sendable {
        var node: NodeName
        /// The node that asked it.
        var via: NodeName
        var state: String
        var since: String
    }

    var priors: [PriorAnswer]
    var nodes: [Node]
    /// Everybody who was asked has answered.
    var isComplete: Bool
    var askedAt: String?
    /// Who has not answered, in the reader's language; empty when complete.
    var incompleteText: String

    init(_ list: PriorList, _ words: Words) {
        priors = list.entries.map { PriorAnswer($0, words) }
        nodes = list.nodes.map {
            Node(node: $0.node, via: $0.via, state: $0.state.rawValue, since: $0.since.description)
        }
        isComplete = list.isComplete
        askedAt = list.askedAt?.description
        incompleteText = words.unanswered(list).joined(separator: words.language == .chinese ? "；" : "; ")
    }
}
