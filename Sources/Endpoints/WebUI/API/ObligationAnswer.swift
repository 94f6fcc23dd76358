// What is still owed, as the JSON API tells it; the page says the same.

import Identity
import StudyFlow
import Vocabulary

struct ObligationAnswer: Encodable, Sendable {
    /// A call that a person may make about it.
    struct Action: Encodable, Sendable {
        enum Name: String, Encodable, Sendable, CaseIterable {
            case retry, cancel, fetch, resolve
        }

        var name: Name
        var method = "POST"
        /// Below /api/v1.
        var path: String
    }

    var kind: Obligation.Kind
    var from: NodeName
    var to: NodeName
    var count: Int
    var since: String
    var isConfigured: Bool
    /// What is owed, in a sentence.
    var text: String
    var trouble: Trouble?
    /// Why it does not get on, in a sentence.
    var reason: String?
    /// What a person can do.
    var advice: String
    /// As it was written down, for a technician.
    var lastError: String?
    var nextAttemptAt: String?
    var actions: [Action]

    init(_ obligation: Obligation, at node: NodeName, words: Words, mayAct: Bool) {
        kind = obligation.kind
        from = obligation.from
        to = obligation.to
        count = obligation.count
        since = obligation.since.description
        isConfigured = obligation.isConfigured
        let values: KeyValuePairs<String, any CustomStringConvertible> = [
            "count": obligation.count, "from": obligation.from, "to": obligation.to,
        ]
        // Whom to ask: whoever is on the other side from here.
        let other = obligation.from == node ? obligation.to : obligation.from
        text = words("obligation.\(obligation.kind.rawValue)", values)
        trouble = obligation.trouble
        let reasons = [
            obligation.isConfigured ? nil : words("obligation.notConfigured", values),
            obligation.trouble.map { words["trouble.\($0.rawValue)"] },
        ].compactMap { $0 }
        reason = reasons.isEmpty ? nil : reasons.joined(separator: words["custody.comma"])
        advice = words(Self.adviceKey(obligation, words), ["node": other])
        lastError = obligation.lastError
        nextAttemptAt = obligation.nextAttemptAt?.description
        actions = mayAct ? Self.actions(obligation, at: node) : []
    }

    private static func adviceKey(_ obligation: Obligation, _ words: Words) -> String {
        if !obligation.isConfigured { return "advice.notConfigured" }
        if let trouble = obligation.trouble, words.has("advice.\(trouble.rawValue)") {
            return "advice.\(trouble.rawValue)"
        }
        return "advice.kind.\(obligation.kind.rawValue)"
    }

    private static func actions(_ obligation: Obligation, at node: NodeName) -> [Action] {
        switch obligation.kind {
        case .images, .receipts, .parked:
            guard let study = obligation.study, obligation.from == node else { return [] }
            let path = "/studies/\(study)/deliveries/\(obligation.to)"
            let retry = Action(name: .retry, path: "\(path)/retry")
            return (obligation.isConfigured ? [retry] : []) + [Action(name: .cancel, path: "\(path)/cancel")]
        case .reportFetch:
            return obligation.study.map { [Action(name: .fetch, path: "/studies/\($0)/report/fetch")] } ?? []
        case .conflict:
            return obligation.reference.map { [Action(name: .resolve, path: "/conflicts/\($0)/resolve")] } ?? []
        case .parkedEvent:
            return obligation.reference.map { [Action(name: .retry, path: "/parked-events/\($0)/retry")] } ?? []
        case .stuck, .incoming, .onward, .offer, .retake, .reading, .reportDelivery, .acknowledgement, .events:
            return []
        }
    }
}

struct ObligationGroupAnswer: Encodable, Sendable {
    var studyInstanceUID: StudyInstanceUID?
    var accessionNumber: String?
    /// Only for roles that see patients.
    var patientName: String?
    var description: String?
    var modalities: [String]
    var priority: Priority
    var since: String
    /// The first holds up the others.
    var obligations: [ObligationAnswer]

    init(_ group: ObligationGroup, at node: NodeName, words: Words, for user: User) {
        studyInstanceUID = group.study
        accessionNumber = group.record?.accessionNumber
        if let record = group.record, user.may(.radiographer, .radiologist) {
            patientName = words.patientName(record)
        }
        description = group.record?.studyDescription
        modalities = group.record?.modalities ?? []
        priority = group.priority
        since = group.since.description
        obligations = group.obligations.map {
            ObligationAnswer($0, at: node, words: words, mayAct: user.may(.operator))
        }
    }
}
