import Archive
import Database
import Foundation
import Relay
import StudyFlow
import TestSupport
import Testing
import Vocabulary

/// Random states of a hospital's ledger against the rule in other words.
@Suite("What may be evicted")
struct EvictionRuleTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
        /// Most facts hold, so that a study with all of them is not too rare.
        mutating func often() -> Bool { Int.random(in: 0..<10, using: &self) > 0 }
    }

    @Test(
        "a file goes exactly when its study is old, settled, home, sent, undisputed and held twice above",
        arguments: 1...8)
    func onlyWithEveryCopy(seed: UInt64) async throws {
        var random = Generator(state: seed)
        let network = try FlowNetwork { node in
            if node.name == .edge { node.reachable = [.city: .county] }
            node.storage = StoragePolicy(
                retention: .seconds(86400), evictAbovePercent: 0, evictToPercent: -1,
                reserve: SpaceReserve(minimumBytes: 0))
        }
        let edge = network[.edge]
        let now = network.clock.now
        var expected: [StudyInstanceUID: Bool] = [:]
        var facts: [Statement] = []
        for _ in 0..<12 {
            let paper = try PaperStudy(Int.random(in: 1...4, using: &random), in: network.directory)
            for file in paper.files { try edge.take(file) }
            network.clock.advance(by: .seconds(30))
            _ = try await edge.settlement.sweep()
            let (may, statements) = try self.facts(paper.study, edge, now, &random)
            expected[paper.study] = may
            facts += statements
        }
        // Together at the end: no service gets to mend anything.
        try edge.flow.database.writeBlocking { [facts] transaction in
            for (sql, arguments) in facts { try transaction.execute(sql, arguments: arguments) }
        }
        _ = try await Eviction(edge.flow).sweep()
        for (study, may) in expected {
            let files = try edge.flow.database.readBlocking { try edge.flow.catalogue.instances(of: study, in: $0) }
            for file in files {
                #expect(file.fileState == (may ? .evicted : .here))
                #expect(try edge.flow.store.holds(file.path) == !may)
            }
        }
    }

    private typealias Statement = (String, [(any DatabaseBindable)?])

    /// What is true of one study, as the tables say it; and whether it may go.
    private func facts(
        _ study: StudyInstanceUID, _ edge: TestNode, _ now: Timestamp, _ random: inout Generator
    ) throws -> (Bool, [Statement]) {
        var statements: [Statement] = []
        var may = true
        func fact(_ holds: Bool, _ ifNot: Statement, _ ifSo: Statement? = nil) {
            if !holds {
                may = false
                statements.append(ifNot)
            } else if let ifSo {
                statements.append(ifSo)
            }
        }
        func age(_ seconds: Int) -> Statement {
            (
                "UPDATE study SET study_last_received_at = ? WHERE study_instance_uid = ?",
                [now - .seconds(seconds), study]
            )
        }
        fact(random.often(), age(3600), age(2 * 86400))
        fact(
            random.often(),
            ("UPDATE study_passage SET settled_at = NULL WHERE study_instance_uid = ?", [study]))
        let home = ["acknowledged", "delivered", "cancelled"].randomElement(using: &random)!
        let away = ["waitingForImages", "ready", "claimed", "preliminary", "final", "released", "offered", "forwarded"]
            .randomElement(using: &random)!
        // A study whose only task was cancelled was read by nobody.
        if home == "cancelled" { may = false }
        fact(
            random.often(), ("UPDATE reading_task SET state = ? WHERE study_instance_uid = ?", [away, study]),
            ("UPDATE reading_task SET state = ? WHERE study_instance_uid = ?", [home, study]))
        let open = ["held", "waiting", "sending", "sent", "parked"].randomElement(using: &random)!
        statements.append(("UPDATE delivery SET state = 'done' WHERE study_instance_uid = ?", [study]))
        fact(
            random.often(),
            (
                """
                UPDATE delivery SET state = ? WHERE id = (
                    SELECT max(id) FROM delivery WHERE study_instance_uid = ?)
                """, [open, study]
            ))
        fact(
            random.often(),
            (
                """
                INSERT INTO conflict (id, sop_instance_uid, study_instance_uid, reason, refused_digest, sender_kind,
                    sender_name, path, first_at, last_at, times)
                VALUES (?, ?, ?, 'other_bytes', ?, 'modality', 'CT1', 'conflicts/x', 0, 0, 1)
                """, [UUID().uuidString, study.rawValue, study, Digest(of: [1])]
            ))
        fact(
            random.often(),
            (
                """
                INSERT INTO report_homecoming (task_id, study_instance_uid, source, announcement, announced_at)
                VALUES (?, ?, 'puning', '{}', 0)
                """, [UUID().uuidString, study]
            ))
        let instances = try edge.flow.database.readBlocking { try edge.flow.catalogue.instances(of: study, in: $0) }
        statements.append(
            (
                """
                INSERT INTO receipt_batch (id, node, body, signature, certificate, received_at)
                VALUES (1, 'puning', '', '', '', 0) ON CONFLICT (id) DO NOTHING
                """, []
            ))
        let isHeld = random.often()
        let unlucky = Int.random(in: 0..<instances.count, using: &random)
        for (index, instance) in instances.enumerated() {
            for node in [NodeName.county, .city] {
                var digest = instance.digest
                var holder = node.rawValue
                if !isHeld, index == unlucky, node == .city {
                    may = false
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: continue
                    case 1: digest = Digest(of: [9])
                    // Somebody who is not above, any more.
                    default: holder = "elsewhere"
                    }
                }
                statements.append(
                    (
                        """
                        INSERT INTO receipt (sop_instance_uid, node, digest, study_instance_uid, size, transfer_syntax,
                            stored_at, batch)
                        VALUES (?, ?, ?, ?, ?, ?, 0, 1)
                        """,
                        [
                            instance.sopInstanceUID, holder, digest, study, instance.size, instance.transferSyntax,
                        ]
                    ))
            }
        }
        return (may, statements)
    }
}
