import Foundation
import Reading
import TestSupport
import Testing
import Vocabulary

@Suite("Ownership")
struct OwnershipTests {
    let child: ReadingFixture
    let parent: ReadingFixture

    init() throws {
        child = try ReadingFixture(paotai)
        parent = try ReadingFixture(jieyang)
    }

    private func offer(_ task: ReadingTask) throws -> ReadingTask {
        let now = child.now
        return try child.write { [child] in try child.book.offer(task.id, to: jieyang, at: now, in: $0) }
    }

    private func receive(_ offer: TaskOffer, accepting: Bool = true) throws -> ReadingTask {
        let now = parent.now
        return try parent.write { [parent] in
            try parent.book.receiveOffer(offer, from: paotai, accepting: accepting, at: now, in: $0)
        }
    }

    private func answer(_ ownership: TaskOwnership) throws -> ReadingTask {
        let now = child.now
        let task = try child.write { [child] in try child.book.receiveAnswer(ownership, at: now, in: $0) }
        return try #require(task)
    }

    private func mirror(_ notice: TaskNotice) throws -> ReadingTask {
        let now = child.now
        let task = try child.write { [child] in try child.book.mirrorRemoteState(notice, at: now, in: $0) }
        return try #require(task)
    }

    /// At no moment of its life can the task be claimed at both nodes.
    private func claimableAt(_ id: TaskID) throws -> [NodeName] {
        try [child, parent].compactMap { fixture in
            guard let task = try fixture.read({ try fixture.book.task(id, in: $0) }) else { return nil }
            let transition = ReadingTaskStateMachine.transition(from: task.state, on: .claimed)
            if case .refused = transition { return nil }
            return fixture.book.node
        }
    }

    @Test("passes by offer and acceptance, and is claimable at one node at most at every moment")
    func offerAndAccept() throws {
        let task = try child.readyTask()
        #expect(try claimableAt(task.id) == [paotai])
        let offered = try offer(task)
        #expect(offered.state == .offered && offered.owner == paotai && offered.offeredTo == jieyang)
        #expect(try claimableAt(task.id) == [])
        expectRefusal(.refused(.frozenByOffer)) { try child.claim(task.id) }

        let accepted = try receive(offered.offer)
        #expect(accepted.id == task.id && accepted.owner == jieyang && accepted.cameFrom == paotai)
        #expect(accepted.state == .waitingForImages)
        let now = parent.now
        let ready = try parent.write { [parent] in try parent.book.markComplete(task.id, at: now, in: $0) }
        #expect(try claimableAt(task.id) == [jieyang])

        let forwarded = try answer(accepted.ownership)
        #expect(forwarded.state == .forwarded && forwarded.owner == jieyang && forwarded.shownState == .forwarded)
        #expect(try mirror(accepted.notice).shownState == .waitingForImages)
        #expect(try mirror(ready.notice).shownState == .ready)
        expectRefusal(.refused(.ownedElsewhere)) { try child.claim(task.id) }
    }

    @Test("an offer, an answer and news told again, or late, change nothing")
    func idempotence() throws {
        let task = try child.readyTask()
        let offered = try offer(task)
        let accepted = try receive(offered.offer)
        #expect(try receive(offered.offer) == accepted)
        let now = parent.now
        let ready = try parent.write { [parent] in try parent.book.markComplete(task.id, at: now, in: $0) }
        let claimed = try parent.claim(task.id)
        #expect(try receive(offered.offer) == claimed)

        _ = try answer(accepted.ownership)
        let mirrored = try mirror(claimed.notice)
        #expect(mirrored.remoteState == .claimed && mirrored.claimedByName == "李医生")
        #expect(try mirror(claimed.notice) == mirrored)
        #expect(try mirror(ready.notice) == mirrored)
        #expect(try mirror(accepted.notice) == mirrored)
        #expect(try answer(accepted.ownership) == mirrored)
        #expect(try offerAgainIsRefused(task.id))
    }

    private func offerAgainIsRefused(_ id: TaskID) throws -> Bool {
        let now = child.now
        do {
            try child.write { [child] in _ = try child.book.offer(id, to: jieyang, at: now, in: $0) }
            return false
        } catch let error as ReadingError {
            return error.code == .refused(.ownedElsewhere)
        }
    }

    @Test("news that overtakes the acceptance passes ownership too, and the acceptance then changes nothing")
    func overtaking() throws {
        let task = try child.readyTask()
        let offered = try offer(task)
        let accepted = try receive(offered.offer)
        let now = parent.now
        let ready = try parent.write { [parent] in try parent.book.markComplete(task.id, at: now, in: $0) }
        let mirrored = try mirror(ready.notice)
        #expect(mirrored.state == .forwarded && mirrored.owner == jieyang && mirrored.remoteState == .ready)
        #expect(try answer(accepted.ownership) == mirrored)
    }

    @Test("a changed priority while the offer is out does not make the acceptance look old")
    func priorityWhileOffered() throws {
        let task = try child.readyTask()
        let offered = try offer(task)
        let accepted = try receive(offered.offer)
        let now = child.now
        try child.write { [child] transaction in
            for priority in [Priority.urgent, .stat] {
                try child.book.setPriority(priority, of: task.id, at: now, in: transaction)
            }
        }
        #expect(try answer(accepted.ownership).state == .forwarded)
    }

    @Test("a declined offer comes back ready, the decline is remembered, and a new offer can be accepted")
    func decline() throws {
        let task = try child.readyTask()
        let offered = try offer(task)
        let declined = try receive(offered.offer, accepting: false)
        #expect(declined.owner == paotai && declined.state == .forwarded)
        #expect(try claimableAt(task.id) == [])
        #expect(try receive(offered.offer, accepting: true).ownership == declined.ownership)
        let back = try answer(declined.ownership)
        #expect(back.state == .ready && back.owner == paotai && back.offeredTo == nil)
        #expect(try answer(declined.ownership) == back)
        #expect(try claimableAt(task.id) == [paotai])
        try child.claim(task.id)
        let now = child.now
        try child.write { [child] in _ = try child.book.unclaim(task.id, by: author, at: now, in: $0) }

        let accepted = try receive(try offer(task).offer)
        #expect(accepted.owner == jieyang)
        #expect(try answer(accepted.ownership).state == .forwarded)
        #expect(try answer(declined.ownership).state == .forwarded)
    }

    @Test("an offer that was withdrawn after acceptance comes back by giving it back, unless somebody is reading")
    func giveBack() throws {
        let task = try child.readyTask()
        let accepted = try receive(try offer(task).offer)
        _ = try answer(accepted.ownership)
        let now = parent.now
        try parent.write { [parent] in _ = try parent.book.markComplete(task.id, at: now, in: $0) }
        try parent.claim(task.id)
        expectRefusal(.refused(.beingRead)) {
            try parent.write { [parent] in _ = try parent.book.giveBack(task.id, reason: nil, at: now, in: $0) }
        }
        let given = try parent.write { [parent] transaction in
            try parent.book.unclaim(task.id, by: author, at: now, in: transaction)
            return try parent.book.giveBack(task.id, reason: "无儿科医生", at: now, in: transaction)
        }
        #expect(given.owner == paotai)
        #expect(try claimableAt(task.id) == [])
        let back = try answer(given.ownership)
        #expect(back.state == .ready && back.reason == "无儿科医生")
        #expect(try claimableAt(task.id) == [paotai])
        let again = try parent.write { [parent] in
            try parent.book.giveBack(task.id, reason: "again", at: now, in: $0)
        }
        #expect(again == given)
        #expect(try mirror(accepted.notice) == back)
        let own = try parent.readyTask()
        expectRefusal(.refused(.createdHere)) {
            try parent.write { [parent] in _ = try parent.book.giveBack(own.id, reason: nil, at: now, in: $0) }
        }
    }

    @Test("passes on through a node in the middle, whose child follows the state of the last")
    func threeNodes() throws {
        let middle = try ReadingFixture(puning)
        let task = try child.readyTask()
        let now = child.now
        let offered = try child.write { [child] in try child.book.offer(task.id, to: puning, at: now, in: $0) }
        let onward = try middle.write { transaction in
            try middle.book.receiveOffer(offered.offer, from: paotai, at: now, in: transaction)
            return try middle.book.offer(task.id, to: jieyang, at: now, in: transaction)
        }
        let accepted = try parent.write { [parent] in
            try parent.book.receiveOffer(onward.offer, from: puning, at: now, in: $0)
        }
        let passed = try middle.write { transaction in
            _ = try middle.book.receiveAnswer(accepted.ownership, at: now, in: transaction)
            return try middle.book.mirrorRemoteState(accepted.notice, at: now, in: transaction)
        }
        let below = try mirror(try #require(passed).notice)
        #expect(below.state == .forwarded && below.owner == jieyang && below.remoteState == .waitingForImages)

        try parent.write { [parent] in _ = try parent.book.markComplete(task.id, at: now, in: $0) }
        let claimed = try parent.claim(task.id)
        let relayed = try #require(
            try middle.write { try middle.book.mirrorRemoteState(claimed.notice, at: now, in: $0) })
        #expect(try mirror(relayed.notice).remoteState == .claimed)
    }

    @Test(
        "the acquiring node shows delivery and acknowledgement before the owner hears of them, and again after a recall"
    )
    func acknowledgedBelow() throws {
        let task = try child.readyTask()
        let accepted = try receive(try offer(task).offer)
        _ = try answer(accepted.ownership)
        let now = parent.now
        let released = try parent.write { [parent] transaction in
            try parent.book.markComplete(task.id, at: now, in: transaction)
            try parent.book.claim(task.id, by: author, until: now + .seconds(9), at: now, in: transaction)
            try parent.book.signPreliminary(task.id, text: text, version: 0, by: author, at: now, in: transaction)
            try parent.book.signFinal(task.id, text: text, version: 1, by: reviewer, at: now, in: transaction)
            return try parent.book.released(task.id, sr: .generate(), pdf: nil, at: now, in: transaction)
        }
        // The report may be here before the news of its release.
        try child.write { [child] in _ = try child.book.delivered(task.id, at: now, in: $0) }
        #expect(try mirror(released.notice).shownState == .delivered)
        let seen = try child.write { [child] in
            try child.book.acknowledged(task.id, byName: "技师", at: now, in: $0)
        }
        #expect(seen.shownState == .acknowledged && seen.state == .forwarded)

        let recalled = try parent.write { [parent] transaction in
            try parent.book.acknowledged(task.id, byName: "技师", at: now, in: transaction)
            return try parent.book.recall(task.id, reason: "更正", at: now, in: transaction)
        }
        #expect(try mirror(recalled.notice).shownState == .recalled)
        let version = try parent.report(task.id).version
        let again = try parent.write { [parent] transaction in
            try parent.book.claim(task.id, by: author, until: now + .seconds(9), at: now, in: transaction)
            try parent.book.signPreliminary(task.id, text: text, version: version, by: author, at: now, in: transaction)
            try parent.book.signFinal(
                task.id, text: text, version: version + 1, by: reviewer, at: now, in: transaction)
            return try parent.book.released(task.id, sr: .generate(), pdf: nil, at: now + .seconds(60), in: transaction)
        }
        #expect(try mirror(again.notice).shownState == .released)
        #expect(try mirror(recalled.notice).shownState == .released)
    }

    @Test("news and answers about a task that is not here, or is owned here, change nothing")
    func strangers() throws {
        let task = try parent.readyTask()
        let now = parent.now
        var notice = task.notice
        notice.owner = puning
        notice.revision += 10
        notice.state = .cancelled
        let told = notice
        let (mirrored, answered) = try parent.write { [parent] transaction in
            (
                try parent.book.mirrorRemoteState(told, at: now, in: transaction),
                try parent.book.receiveAnswer(
                    TaskOwnership(task: task.id, owner: puning, revision: 99), at: now, in: transaction)
            )
        }
        #expect(mirrored == task && answered == task)
        let unknown = try child.write { [child] in try child.book.mirrorRemoteState(told, at: now, in: $0) }
        #expect(unknown == nil)
    }
}
