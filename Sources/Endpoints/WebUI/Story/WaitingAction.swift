// What somebody may do about a study that waits.

import CriticalResults
import HTTPService
import Identity
import Reading
import StudyFlow
import Vocabulary

/// A button beside the line that says why a study gets no further; only what this person may press here.
struct WaitingAction: Sendable {
    enum Name: String, Encodable, Sendable, CaseIterable {
        case claim, remind, recall, retry, fetch, acknowledge, order, quarantine, retake, phone
    }

    var name: Name
    /// What one call does it, below /api/v1.
    var call: (method: String, path: String)?
    /// The page where it is done.
    var href: String?
    /// Of `phone`.
    var contact: CriticalList.Contact?

    static func actions(
        _ waiting: WaitingFor, _ story: StudyStory, for user: User
    ) -> [WaitingAction] {
        let study = story.journey.study.studyInstanceUID
        let task = story.journey.task
        var actions: [WaitingAction] = []
        func add(_ name: Name, if isAllowed: Bool, _ call: String? = nil, href: String? = nil) {
            guard isAllowed else { return }
            actions.append(WaitingAction(name: name, call: call.map { ("POST", $0) }, href: href))
        }
        let isOwned = task?.isOwned(by: story.node.name) == true
        switch waiting.code {
        case .reader, .review:
            let role: UserRole = waiting.code == .review ? .reviewer : .radiologist
            if isOwned, let task, waiting.isUnclaimed {
                add(.claim, if: user.may(role), "/tasks/\(task.id)/claim", href: "/tasks/\(task.id)")
            }
            add(
                .remind, if: user.may(.radiographer, .operator) || (!isOwned && user.may(.radiologist)),
                "/studies/\(study)/remind")
            add(.recall, if: canAskBack(story) && user.may(.operator), "/studies/\(study)/ask-back")
            actions += phone(story)
        case .link, .receipts:
            if let node = waiting.node, story.node.parents.contains(node) {
                add(.retry, if: user.may(.operator), "/studies/\(study)/deliveries/\(node)/retry")
            }
            add(.recall, if: canAskBack(story) && user.may(.operator), "/studies/\(study)/ask-back")
            if waiting.tone == .failed { actions += phone(story) }
        case .person:
            if waiting.step == "quarantined" {
                add(.quarantine, if: user.may(.operator), href: "/quarantine")
            } else if let node = waiting.node {
                add(.retry, if: user.may(.operator), "/studies/\(study)/deliveries/\(node)/retry")
            }
            if waiting.step.hasPrefix("retake") {
                add(.retake, if: user.may(.radiographer, .radiologist), href: "/quality")
            }
        case .order:
            add(.order, if: story.isOrigin && user.may(.radiographer), href: "/studies/\(study)")
        case .report:
            if story.journey.report?.lastError != nil {
                add(.fetch, if: user.may(.operator), "/studies/\(study)/report/fetch")
            }
        case .acknowledgement:
            add(
                .acknowledge, if: story.awaitsAcknowledgement && user.may(.radiographer),
                "/studies/\(study)/report/acknowledge")
        case .images, .nothing: break
        }
        return actions
    }

    /// Passed on from here, where it could be read too, and nobody there has begun as far as is known.
    private static func canAskBack(_ story: StudyStory) -> Bool {
        guard let task = story.journey.task, story.node.hasReadingRole,
            task.state == .offered || task.state == .forwarded, task.offeredTo != nil
        else { return false }
        return task.remoteState.map { [.ready, .waitingForImages, .offered, .forwarded].contains($0) } ?? true
    }

    private static func phone(_ story: StudyStory) -> [WaitingAction] {
        story.journey.waiting.contacts.prefix(2).map { WaitingAction(name: .phone, contact: $0) }
    }
}

/// The same for programs.
struct WaitingActionAnswer: Encodable, Sendable {
    var name: WaitingAction.Name
    var label: String
    var method: String?
    /// Below /api/v1.
    var path: String?
    /// The page where it is done.
    var href: String?
    var phone: String?

    init(_ action: WaitingAction, words: Words) {
        name = action.name
        label = action.contact?.name ?? words["waits.do.\(action.name.rawValue)"]
        method = action.call?.method
        path = action.call?.path
        href = action.href
        phone = action.contact?.phone
    }
}

extension Words {
    /// Names of their own: a template takes a name that is missing here from around it.
    func fields(_ action: WaitingAction, key: String) -> Fields {
        var fields: Fields = [
            "name": action.name.rawValue, "label": self["waits.do.\(action.name.rawValue)"], "key": key,
            "done": action.name == .remind ? "waits.reminded" : "operator.changed",
        ]
        if let contact = action.contact {
            fields["doPhone"] = contact.phone
            fields["label"] = "\(contact.name) \(contact.phone)"
        } else if action.name == .claim || action.call == nil {
            // A claim leads to the page where one reads.
            fields.put("doHref", action.href)
        } else if let call = action.call {
            fields["doCall"] = "\(call.method) \(call.path)"
        }
        return fields
    }
}
