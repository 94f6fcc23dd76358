// A critical result as the JSON API tells it.

import Archive
import CriticalResults
import Identity
import StudyFlow
import Vocabulary

struct CriticalResultAnswer: Encodable, Sendable {
    /// How far it has come.
    enum State: String, Encodable, Sendable, CaseIterable {
        /// On its way to the hospital.
        case sent
        /// At the hospital that took the study; nobody there has answered.
        case arrived
        case acknowledged
        case withdrawn
    }

    struct Arrival: Encodable, Sendable {
        var node: NodeName
        var at: String
    }

    struct Acknowledgement: Encodable, Sendable {
        var node: NodeName
        var by: String
        var told: String?
        var wasReadBack: Bool
        var at: String
        /// By the clock of the node where it was answered, since it came there.
        var secondsSinceArrival: Int64
    }

    struct Contact: Encodable, Sendable {
        var name: String
        var phone: String
    }

    var id: String
    var studyInstanceUID: StudyInstanceUID
    var task: String
    var code: String
    var name: String
    var note: String?
    var state: State
    /// In a sentence.
    var text: String
    var originNode: NodeName
    var owner: NodeName
    var markedBy: String
    var markedAt: String
    /// How long it is open, or was, as this node counts.
    var openSeconds: Int64
    var escalationLevel: Int
    var arrivals: [Arrival]
    var acknowledgements: [Acknowledgement]
    var withdrawnBy: String?
    var withdrawnReason: String?
    /// Whom to telephone, once that is due.
    var contacts: [Contact]
    /// It has been open so long that somebody should telephone.
    var asksToCall: Bool
    /// This person should answer for it here.
    var isForThisNode: Bool
    var canWithdraw: Bool
    var patientName: String?
    var modalities: [String]
    var description: String?

    init(_ entry: CriticalResultEntry, words: Words, for user: User, at node: NodeName, now: Timestamp) {
        let result = entry.result
        id = result.id.uuidString.lowercased()
        studyInstanceUID = result.study
        task = result.task
        code = result.code
        name = result.name
        note = result.note.isEmpty ? nil : result.note
        state =
            if result.withdrawal != nil {
                .withdrawn
            } else if result.isAcknowledged {
                .acknowledged
            } else {
                result.arrivals.contains { $0.node == result.origin } ? .arrived : .sent
            }
        originNode = result.origin
        owner = result.owner
        markedBy = result.markedByName
        markedAt = result.markedAt.description
        openSeconds = entry.known.openFor(at: now).milliseconds / 1000
        escalationLevel = entry.level
        arrivals = result.arrivals.map { Arrival(node: $0.node, at: $0.at.description) }
        acknowledgements = result.acknowledgements.map {
            Acknowledgement(
                node: $0.node, by: $0.name, told: $0.told.isEmpty ? nil : $0.told, wasReadBack: $0.wasReadBack,
                at: $0.at.description, secondsSinceArrival: $0.sinceArrival / 1000)
        }
        withdrawnBy = result.withdrawal?.name
        withdrawnReason = result.withdrawal?.reason
        contacts = entry.contacts.map { Contact(name: $0.name, phone: $0.phone) }
        asksToCall = entry.asksToCall
        isForThisNode = entry.isForThisNode
        canWithdraw = entry.known.cameFrom == nil && result.withdrawal == nil && user.may(.radiologist)
        // Operators look after the machine, not after patients.
        patientName =
            user.may(.radiographer, .radiologist)
            ? DICOMText.name(entry.study?.patient.name, in: words.language) : nil
        modalities = entry.study?.modalities.filter { !["SR", "DOC"].contains($0) } ?? []
        description = entry.study?.studyDescription
        text = words.sentence(entry, state)
    }
}

extension Words {
    /// Sent, where it has come, who answered and when.
    fileprivate func sentence(_ entry: CriticalResultEntry, _ state: CriticalResultAnswer.State) -> String {
        let result = entry.result
        switch state {
        case .withdrawn: return self("critical.withdrawnBy", ["name": result.withdrawal?.name ?? ""])
        case .acknowledged:
            return result.acknowledgements.map { said in
                let span = self.span(.milliseconds(said.sinceArrival))
                let line = self(
                    "critical.acknowledgedBy", ["name": said.name, "node": said.node, "span": span])
                return said.told.isEmpty
                    ? line
                    : line
                        + self(
                            said.wasReadBack ? "critical.toldAndReadBack" : "critical.toldWhom", ["name": said.told])
            }.joined(separator: self["custody.comma"])
        case .sent, .arrived:
            let nodes = result.arrivals.map(\.node).filter { $0 != result.owner || $0 == result.origin }
            let way =
                nodes.isEmpty
                ? self("critical.sentTo", ["node": result.origin])
                : self("critical.arrivedAt", ["nodes": nodes.map(\.rawValue).joined(separator: "、")])
            return entry.level == 0
                ? way : way + self["custody.comma"] + self("critical.level", ["level": entry.level])
        }
    }
}

/// What a reader may mark.
struct CriticalFindingAnswer: Encodable, Sendable {
    var code: String
    var name: String
    var needsNote: Bool

    init(_ finding: CriticalList.Finding, words: Words) {
        code = finding.code
        name = words.language == .chinese ? finding.name : finding.english ?? finding.name
        needsNote = finding.needsNote
    }
}
