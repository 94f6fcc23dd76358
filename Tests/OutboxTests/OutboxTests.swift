import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Outbox

let paotai = NodeName(rawValue: "paotai")!
let puning = NodeName(rawValue: "puning")!
let jieyang = NodeName(rawValue: "jieyang")!

/// One node's events, in a database of its own.
final class EventNode: Sendable {
    let name: NodeName
    let database: Database
    let directory: TemporaryDirectory
    let outbox = OutboxLedger()
    let inbox = InboxLedger()
    let now = Timestamp(milliseconds: 1_795_000_000_000)

    static let effects = Migration(
        "2026-11-21 create effect", "CREATE TABLE effect (number INTEGER PRIMARY KEY, payload TEXT NOT NULL)")

    init(_ name: NodeName) throws {
        self.name = name
        (database, directory) = try temporaryDatabase(OutboxSchema.migrations + [Self.effects])
    }

    /// Opens a copy of another node's database: a backup brought back.
    init(_ name: NodeName, restoring backup: String) throws {
        self.name = name
        directory = try TemporaryDirectory()
        let path = directory.appending("restored.sqlite")
        try FileManager.default.copyItem(atPath: backup, toPath: path)
        database = try Database(path: path, migrations: OutboxSchema.migrations + [Self.effects])
    }

    @discardableResult
    func append(_ payload: String, to peer: NodeName, lane: Lane = .normal) throws -> Envelope {
        let (outbox, name, now) = (outbox, name, now)
        return try database.writeBlocking {
            try outbox.append(to: peer, from: name, type: "note", payload: payload, lane: lane, at: now, in: $0)
        }
    }

    func pending(for peer: NodeName, after cursor: EventCursor? = nil, limit: Int = 100) throws -> [Envelope] {
        try database.readBlocking { try outbox.pending(for: peer, after: cursor, limit: limit, in: $0) }
    }

    /// Payloads that contain "bad" are refused after they wrote something.
    @discardableResult
    func receive(_ batch: [Envelope], from peer: NodeName) throws -> InboxOutcome {
        let (inbox, now) = (inbox, now)
        return try database.writeBlocking {
            try inbox.apply(batch, from: peer, at: now, in: $0, handler: Self.handle)
        }
    }

    static func handle(_ envelope: Envelope, in transaction: Transaction) throws {
        try transaction.execute("INSERT INTO effect (payload) VALUES (?)", envelope.payload)
        if envelope.payload.contains("bad") { throw Refusal() }
    }

    @discardableResult
    func acknowledge(_ peer: NodeName, _ cursor: EventCursor) throws -> Acknowledgement {
        let (outbox, now) = (outbox, now)
        return try database.writeBlocking { try outbox.acknowledge(peer, through: cursor, at: now, in: $0) }
    }

    /// One round of the link from here to `other`.
    @discardableResult
    func push(to other: EventNode, limit: Int = 100) throws -> (outcome: InboxOutcome, answer: Acknowledgement?) {
        let outcome = try other.receive(pending(for: other.name, limit: limit), from: name)
        return (outcome, try outcome.cursor.map { try acknowledge(other.name, $0) })
    }

    var effects: [String] {
        get throws {
            try database.readBlocking {
                try $0.rows("SELECT payload FROM effect ORDER BY number").map { try $0["payload"] }
            }
        }
    }
}

struct Refusal: Error, CustomStringConvertible {
    var description: String { "the study is not known here" }
}

@Suite("Outbox")
struct OutboxTests {
    @Test("numbers each peer's lanes from 1 without gaps and hands out the urgent one first")
    func numbering() throws {
        let node = try EventNode(paotai)
        try node.append("a", to: puning)
        try node.append("b", to: puning, lane: .urgent)
        try node.append("c", to: puning)
        try node.append("d", to: jieyang)
        let pending = try node.pending(for: puning)
        #expect(pending.map(\.payload) == ["b", "a", "c"])
        #expect(pending.map(\.sequence) == [1, 1, 2])
        #expect(Set(pending.map(\.epoch)).count == 1)
        #expect(try node.pending(for: puning, limit: 2).map(\.payload) == ["b", "a"])
    }

    @Test("delivers in batches, in order, each once, and says what was acknowledged")
    func exchange() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        let first = try child.append("0", to: puning)
        for number in 1..<10 { try child.append("\(number)", to: puning) }
        #expect(try !child.database.readBlocking { try child.outbox.isAcknowledged(first.id, in: $0) })
        var answers: [Int] = []
        while try !child.pending(for: puning).isEmpty {
            answers.append(try child.push(to: parent, limit: 4).answer?.events.count ?? -1)
        }
        #expect(answers == [4, 4, 2])
        #expect(try parent.effects == (0..<10).map(String.init))
        #expect(try child.database.readBlocking { try child.outbox.isAcknowledged(first.id, in: $0) })
        #expect(try child.database.readBlocking { try child.outbox.backlog(for: puning, in: $0) }.count == 0)
    }

    @Test("applying a batch twice changes nothing, and a lost answer does no harm")
    func idempotence() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        try child.append("a", to: puning)
        try child.append("b", to: puning)
        let batch = try child.pending(for: puning)
        try parent.receive(batch, from: paotai)
        let again = try parent.receive(batch, from: paotai)
        #expect(again.applied == 0 && again.cursor?.normal.sequence == 2)
        try child.append("c", to: puning)
        try child.push(to: parent)
        #expect(try parent.effects == ["a", "b", "c"])
    }

    @Test("stops before a gap and goes on when the missing event comes")
    func gap() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        for payload in ["a", "b", "c"] { try child.append(payload, to: puning) }
        try child.append("u", to: puning, lane: .urgent)
        let batch = try child.pending(for: puning)
        let outcome = try parent.receive(batch.filter { $0.payload != "b" }, from: paotai)
        #expect(outcome.hasGap && outcome.cursor?.normal.sequence == 1 && outcome.cursor?.urgent.sequence == 1)
        #expect(try !parent.receive(batch, from: paotai).hasGap)
        #expect(try parent.effects == ["u", "a", "b", "c"])
    }

    @Test("parks an event that cannot be applied, undoes what it wrote, and goes on")
    func parking() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        for payload in ["a", "bad", "c"] { try child.append(payload, to: puning) }
        let (outcome, answer) = try child.push(to: parent)
        #expect(outcome.parked.count == 1 && outcome.applied == 2 && answer?.events.count == 3)
        #expect(try parent.effects == ["a", "c"])
        let parked = try parent.database.readBlocking { try parent.inbox.parked(in: $0) }
        #expect(parked.map(\.reason) == ["the study is not known here"] && parked[0].envelope.payload == "bad")

        let (inbox, now, id) = (parent.inbox, parent.now, parked[0].id)
        let refusedAgain = try parent.database.writeBlocking {
            try inbox.retry(id, by: "operator", at: now, in: $0, handler: EventNode.handle)
        }
        #expect(!refusedAgain)
        let applied = try parent.database.writeBlocking {
            try inbox.retry(id, by: "operator", at: now, in: $0) { envelope, transaction in
                try transaction.execute("INSERT INTO effect (payload) VALUES ('repaired')")
            }
        }
        #expect(applied)
        #expect(try parent.effects == ["a", "c", "repaired"])
        #expect(try parent.database.readBlocking { try parent.inbox.parkedCount(in: $0) } == 0)
        #expect(throws: OutboxError(code: .notParked, message: "")) {
            try parent.database.writeBlocking { try inbox.dismiss(id, by: "operator", at: now, in: $0) }
        }
    }

    @Test("an error of the database itself parks that event too, not the batch")
    func constraint() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        for payload in ["a", "b"] { try child.append(payload, to: puning) }
        let (inbox, now, batch) = (parent.inbox, parent.now, try child.pending(for: puning))
        let outcome = try parent.database.writeBlocking {
            try inbox.apply(batch, from: paotai, at: now, in: $0) { envelope, transaction in
                try transaction.execute("INSERT INTO effect (number, payload) VALUES (1, ?)", envelope.payload)
            }
        }
        #expect(outcome.applied == 1 && outcome.parked.count == 1)
    }

    @Test("passes another node's event on once, under its own id and origin")
    func relaying() throws {
        let (edge, county, city) = (try EventNode(paotai), try EventNode(puning), try EventNode(jieyang))
        let (outbox, now) = (edge.outbox, edge.now)
        let sent = try edge.database.writeBlocking {
            try outbox.append(
                to: puning, from: paotai, destination: jieyang, type: "note", payload: "a", lane: .urgent, at: now,
                in: $0)
        }
        let batch = try edge.pending(for: puning)
        let forwarded = try county.database.writeBlocking { transaction in
            try [0, 1].map { _ in try outbox.forward(batch[0], to: jieyang, at: now, in: transaction) != nil }
        }
        #expect(forwarded == [true, false])
        let arrived = try county.pending(for: jieyang)
        #expect(arrived.count == 1 && arrived[0].id == sent.id && arrived[0].origin == paotai)
        #expect(arrived[0].destination == jieyang && arrived[0].epoch != sent.epoch)
        try county.push(to: city)
        #expect(try city.effects == ["a"])
    }

    @Test("reads the cursor of the newest epoch for the next long poll")
    func polling() throws {
        let (child, parent) = (try EventNode(paotai), try EventNode(puning))
        let cursor = { try child.database.readBlocking { try child.inbox.cursor(of: puning, in: $0) } }
        #expect(try cursor() == nil)
        for number in 0..<3 { try parent.append("\(number)", to: paotai) }
        try child.receive(parent.pending(for: paotai, after: nil, limit: 2), from: puning)
        #expect(try parent.pending(for: paotai, after: cursor()).map(\.payload) == ["2"])
        let stranger = EventCursor(epoch: UUID(), normal: EventCursor.Position(sequence: 2))
        #expect(try parent.pending(for: paotai, after: stranger).count == 3, "another epoch counts as none")
    }

    @Test("survives a restart with its numbering")
    func restart() throws {
        let node = try EventNode(paotai)
        try node.append("a", to: puning)
        let backup = node.directory.appending("copy.sqlite")
        try node.database.backUp(to: backup)
        let again = try EventNode(paotai, restoring: backup)
        try again.append("b", to: puning)
        #expect(try again.pending(for: puning).map(\.sequence) == [1, 2])
        #expect(try again.pending(for: puning)[0].epoch == node.pending(for: puning)[0].epoch)
    }
}
