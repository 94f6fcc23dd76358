import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Outbox

@Suite("Restored databases")
struct RestoreTests {
    private func backup(_ node: EventNode) throws -> String {
        let path = node.directory.appending("backup-\(UUID().uuidString).sqlite")
        try node.database.backUp(to: path)
        return path
    }

    @Test("a sender that was restored finds out by the first answer and loses no event", arguments: [0, 1, 3])
    func sender(appendedAfterwards: Int) throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        try child.append("before", to: puning)
        try child.push(to: parent)
        let saved = try backup(child)
        try child.append("lost with the disk", to: puning)
        try child.push(to: parent)

        let restored = try EventNode(paotai, restoring: saved)
        for number in 0..<appendedAfterwards { try restored.append("after \(number)", to: puning) }
        let cursor = try #require(try parent.database.readBlocking { try parent.inbox.cursor(of: paotai, in: $0) })
        #expect(try restored.acknowledge(puning, cursor).meaning == .weWereRestored)
        let (outcome, _) = try restored.push(to: parent)
        #expect(outcome.mustReconcile == (appendedAfterwards > 0))
        #expect(
            try parent.effects == ["before", "lost with the disk"] + (0..<appendedAfterwards).map { "after \($0)" })
        #expect(try restored.pending(for: puning).isEmpty)
    }

    @Test("a restored sender that writes first loses no event either", arguments: [1, 2, 3])
    func senderWritesFirst(appended: Int) throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        try child.append("before", to: puning)
        try child.push(to: parent)
        let saved = try backup(child)
        try child.append("lost with the disk", to: puning)
        try child.push(to: parent)

        let restored = try EventNode(paotai, restoring: saved)
        for number in 0..<appended { try restored.append("after \(number)", to: puning) }
        #expect(try restored.push(to: parent).answer?.meaning == .weWereRestored)
        try restored.push(to: parent)
        #expect(try parent.effects == ["before", "lost with the disk"] + (0..<appended).map { "after \($0)" })
    }

    @Test("a receiver that was restored gets again what is still kept")
    func receiver() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        try child.append("a", to: puning)
        try child.push(to: parent)
        let saved = try backup(parent)
        for payload in ["b", "c"] { try child.append(payload, to: puning) }
        try child.push(to: parent)
        try child.append("d", to: puning)

        let restored = try EventNode(puning, restoring: saved)
        let (outcome, answer) = try child.push(to: restored)
        #expect(outcome.hasGap && answer?.meaning == .peerWasRestored)
        try child.push(to: restored)
        #expect(try restored.effects == ["a", "b", "c", "d"])
    }

    @Test("a word that comes late from a process that has not ended takes nothing back")
    func late() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        try child.append("a", to: puning)
        try child.push(to: parent)
        let early = try #require(try parent.database.readBlocking { try parent.inbox.cursor(of: paotai, in: $0) })
        for payload in ["b", "c"] { try child.append(payload, to: puning) }
        try child.push(to: parent)
        try child.append("d", to: puning)

        let answer = try child.database.writeBlocking {
            try child.outbox.acknowledge(
                puning, through: early, isSameRun: true, at: Timestamp(milliseconds: 5), in: $0)
        }
        #expect(answer == Acknowledgement(meaning: .accepted, events: []))
        #expect(try child.pending(for: puning).map(\.sequence) == [4])
        try child.push(to: parent)
        #expect(try parent.effects == ["a", "b", "c", "d"])
    }

    @Test("a receiver that lost what nobody keeps makes a new epoch begin")
    func receiverTooOld() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        try child.append("a", to: puning)
        try child.push(to: parent)
        let saved = try backup(parent)
        try child.append("b", to: puning)
        try child.push(to: parent)
        let (outbox, later) = (child.outbox, child.now + .seconds(8 * 86400))
        let pruned = try child.database.writeBlocking { try outbox.prune(acknowledgedBefore: later, in: $0) }
        #expect(pruned == 2)
        try child.append("c", to: puning)

        let restored = try EventNode(puning, restoring: saved)
        #expect(try child.push(to: restored).answer?.meaning == .peerLostEvents)
        #expect(try child.push(to: restored).outcome.mustReconcile)
        #expect(try restored.effects == ["a", "c"])
    }

    @Test("an answer of an earlier epoch is ignored")
    func otherEpoch() throws {
        let child = try EventNode(paotai)
        try child.append("a", to: puning)
        let cursor = EventCursor(epoch: UUID(), normal: EventCursor.Position(sequence: 1))
        #expect(try child.acknowledge(puning, cursor).meaning == .otherEpoch)
        #expect(try child.pending(for: puning).count == 1)
    }

    @Test("a batch of several epochs is refused as a whole")
    func mixed() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        for payload in ["a", "b"] { try child.append(payload, to: puning) }
        var batch = try child.pending(for: puning)
        batch[1].epoch = UUID()
        #expect(throws: OutboxError(code: .unreadable, message: "")) { try parent.receive(batch, from: paotai) }
        #expect(try parent.effects.isEmpty)
    }

    @Test("events arrive once and in order over a link that loses and repeats messages", arguments: 0..<8)
    func lossyLink(seed: UInt64) throws {
        var random = Seeded(state: seed &+ 1)
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        var written: [Lane: [String]] = [:]
        var oldBatches: [[Envelope]] = []
        for step in 0..<120 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                let lane = Lane.allCases.randomElement(using: &random)!
                try child.append("\(lane.rawValue) \(step)", to: puning, lane: lane)
                written[lane, default: []].append("\(lane.rawValue) \(step)")
            case 2: oldBatches.append(try child.pending(for: puning, limit: 3))
            case 3:
                if let late = oldBatches.randomElement(using: &random) { try parent.receive(late, from: paotai) }
            case 4: try parent.receive(child.pending(for: puning, limit: 5), from: paotai)
            default: try child.push(to: parent, limit: 4)
            }
        }
        while try !child.pending(for: puning).isEmpty { try child.push(to: parent) }
        let effects = try parent.effects
        for lane in Lane.allCases {
            #expect(effects.filter { $0.hasPrefix(lane.rawValue) } == written[lane, default: []])
        }
    }

    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }
}
