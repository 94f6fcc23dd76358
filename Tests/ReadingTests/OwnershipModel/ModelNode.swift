import Vocabulary

@testable import Reading

/// What one node tells another about the task.
enum ModelMessage: Hashable {
    case offer(TaskOffer, from: NodeName)
    case withdrawal(TaskOffer, from: NodeName)
    case answer(TaskOwnership)
    case notice(TaskNotice)
}

struct AddressedMessage: Hashable {
    var to: Int
    var message: ModelMessage
}

/// What a person, a rule or the settlement does at a node.
enum ModelAct: Int, CaseIterable {
    case becomeReady, offer, withdraw, giveBack, claim, endClaim, signPreliminary, signFinal
    /// Only in a broken network: the node that offered does not wait for the answer.
    case takeBackUnasked
}

/// One node of the chain: the rules that `TaskBook` runs, and the messages that `TaskPassing` sends with each change.
/// All that a node keeps is the task's row, which changes in the transaction that queues the messages; so a restart
/// loses nothing but what is on the wire, and that is sent again.
struct ModelNode {
    let index: Int
    let name: NodeName
    let parent: (index: Int, name: NodeName)?
    let children: [NodeName: Int]
    /// A rule that a mutation breaks: answers count whatever their revision.
    var believesOldAnswers = false
    /// Another: an offer is accepted whatever is known.
    var acceptsOldOffers = false

    private var rules: TaskOwnershipRules { TaskOwnershipRules(node: name) }
    static let time = Timestamp(milliseconds: 0)
    static let person = Person(user: "li", displayName: "李医生")

    struct Step {
        var task: ReadingTask?
        var messages: [AddressedMessage] = []
    }

    /// `nil` where the act is refused here, or changes and says nothing.
    func act(_ act: ModelAct, on task: ReadingTask) -> Step? {
        do {
            switch act {
            case .becomeReady:
                guard task.owner == name, task.state == .waitingForImages else { return nil }
                return told(
                    try rules.changed(task, at: Self.time) { task in
                        task.readyAt = Self.time
                        try TaskOwnershipRules.step(&task, .becameReady)
                    }, before: task)
            case .offer:
                guard let parent, task.isUntouched, task.owner == name else { return nil }
                let offered = try rules.offered(task, to: parent.name, at: Self.time)
                return told(
                    offered, before: task,
                    and: AddressedMessage(to: parent.index, message: .offer(offered.offer, from: name)))
            case .withdraw:
                guard let parent, task.offeredTo == parent.name, task.state == .offered || task.state == .forwarded
                else { return nil }
                let message = ModelMessage.withdrawal(task.offer, from: name)
                return Step(task: task, messages: [AddressedMessage(to: parent.index, message: message)])
            case .giveBack:
                guard task.isUntouched, let child = task.cameFrom else { return nil }
                return answered(try rules.givenBack(task, reason: nil, at: Self.time), to: child)
            case .claim:
                guard task.claimedBy == nil else { return nil }
                return told(
                    try rules.changed(task, at: Self.time) { task in
                        try TaskOwnershipRules.step(&task, .claimed)
                        task.claimedBy = Self.person
                    }, before: task)
            case .endClaim:
                guard task.claimedBy != nil else { return nil }
                return try stepped(task, .claimEnded)
            case .signPreliminary: return try stepped(task, .preliminarySigned)
            case .signFinal: return try stepped(task, .finalSigned(singleReaderAllowed: false))
            case .takeBackUnasked:
                guard task.state == .offered else { return nil }
                return try stepped(task, .ownershipReturned(wasReady: task.readyAt != nil))
            }
        } catch {
            return nil
        }
    }

    /// `nil` where the message changes and says nothing.
    func receive(_ message: ModelMessage, _ known: ReadingTask?) throws -> Step? {
        switch message {
        case .offer(let offer, let child):
            if acceptsOldOffers, var known, known.state == .forwarded {
                known.revision = 0
                return answered(
                    try rules.received(offer, from: child, as: .init(), known: known, at: Self.time), to: child)
            }
            return answered(try rules.received(offer, from: child, as: .init(), known: known, at: Self.time), to: child)
        case .withdrawal(let offer, let child):
            return answered(
                try rules.withdrawn(offer, by: child, reason: nil, known: known, at: Self.time), to: child)
        case .answer(var answer):
            guard let known else { return nil }
            if believesOldAnswers { answer.revision = max(answer.revision, known.revision + 1) }
            return told(try rules.answered(known, by: answer, at: Self.time), before: known)
        case .notice(let notice):
            guard let known else { return nil }
            return told(try rules.mirrored(notice, known: known, at: Self.time), before: known)
        }
    }

    private func stepped(_ task: ReadingTask, _ event: ReadingTaskEvent) throws -> Step? {
        told(
            try rules.changed(task, at: Self.time) { task in
                try TaskOwnershipRules.step(&task, event)
                if event != .claimed { task.claimedBy = nil }
            }, before: task)
    }

    private func answered(_ task: ReadingTask, to child: NodeName) -> Step {
        let plain = Self.plain(task)
        return Step(task: plain, messages: [AddressedMessage(to: children[child]!, message: .answer(plain.ownership))])
    }

    /// As `TaskPassing.tellBelow`.
    private func told(_ task: ReadingTask, before: ReadingTask, and more: AddressedMessage? = nil) -> Step? {
        let plain = Self.plain(task)
        guard plain != Self.plain(before) else { return nil }
        var messages = [more].compactMap { $0 }
        if let child = plain.cameFrom {
            messages.append(AddressedMessage(to: children[child]!, message: .notice(plain.notice)))
        }
        return Step(task: plain, messages: messages)
    }

    /// Without what only counts writes to a row.
    static func plain(_ task: ReadingTask) -> ReadingTask {
        var task = task
        task.changeNumber = 0
        task.changedAt = time
        return task
    }

    func isClaimable(_ task: ReadingTask?) -> Bool {
        guard let task else { return false }
        if case .refused = ReadingTaskStateMachine.transition(from: task.state, on: .claimed) { return false }
        return true
    }

    /// It can be read here, is being read here or was: nobody waits for an answer.
    func owns(_ task: ReadingTask?) -> Bool {
        guard let task else { return false }
        return task.isOwned(by: name) && task.state != .offered
    }
}
