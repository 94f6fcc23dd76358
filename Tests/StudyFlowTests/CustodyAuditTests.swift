import Archive
import Database
import Foundation
import Relay
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("A study's chain of custody")
struct CustodyAuditTests {
    private let network: FlowNetwork
    private let study: StudyInstanceUID

    /// Three instances, safe at county and city.
    init() async throws {
        network = try FlowNetwork()
        let paper = try PaperStudy(3, in: network.directory, accession: "A1")
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        study = paper.study
    }

    private var edge: FlowContext { network[.edge].flow }

    private func examine(_ node: NodeName = .edge) throws -> CustodyReport {
        try #require(try CustodyAudit(network[node].flow, verifier: network.verifier).examine(study))
    }

    private func change(_ sql: String, _ arguments: (any DatabaseBindable & Sendable)?...) async throws {
        let changed = try await edge.database.write { try $0.execute(sql, arguments: arguments) }
        #expect(changed > 0, "\(sql)")
    }

    @Test(
        "everything proven: files, both nodes' signatures, at every node", arguments: [NodeName.edge, .county, .city])
    func proven(node: NodeName) throws {
        let report = try examine(node)
        #expect(report.findings == [])
        #expect(report.instances.count == 3 && report.count(.intact) == 3)
        #expect(report.nodes.map(\.node) == (node == .edge ? [.county, .city] : node == .county ? [.city] : []))
        #expect(report.nodes.allSatisfy { $0.proven == 3 && $0.expected == 3 && $0.signatures > 0 })
        #expect(report.sources == [node == .edge ? "CT1" : node == .county ? "paotai" : "puning"])
    }

    @Test("a study nobody has heard of is no study")
    func unknown() throws {
        #expect(try CustodyAudit(edge, verifier: network.verifier).examine(.generate()) == nil)
    }

    @Test("an altered signature or text is found", arguments: ["signature", "body"])
    func tampered(column: String) async throws {
        if column == "body" {
            try await change(
                "UPDATE receipt_batch SET body = replace(body, '\"size\":', '\"size\":1') WHERE node = ?", NodeName.city
            )
        } else {
            // Another's signature: well formed, for another text.
            try await change(
                """
                UPDATE receipt_batch SET signature = (SELECT signature || ' ' FROM receipt_batch WHERE node = ?)
                WHERE node = ?
                """, NodeName.county, NodeName.city)
        }
        let report = try examine()
        #expect(report.findings.contains { $0.kind == .receiptRefused && $0.node == .city })
        #expect(report.findings.contains { $0.kind == .notReceipted && $0.node == .city && $0.count == 3 })
        #expect(report.nodes.first { $0.node == .county }?.proven == 3)
    }

    @Test("a receipt signed with the key of another node is found")
    func wrongKey() async throws {
        try await change(
            "UPDATE receipt_batch SET certificate = (SELECT certificate FROM receipt_batch WHERE node = ?) WHERE node = ?",
            NodeName.county, NodeName.city)
        let refused = try #require(try examine().findings.first { $0.kind == .receiptRefused })
        #expect(refused.node == .city && refused.detail?.contains("names another node") == true)
    }

    @Test("a receipt signed after its certificate's end is found; one signed before stays good for ever")
    func expired() async throws {
        network.clock.advance(by: .seconds(20 * 365 * 86400))
        #expect(try examine().isProven)
        let signed = try edge.database.readBlocking { try edge.receipts.batches(of: study, by: .city, in: $0) }[0]
        let forged = try network.sign(
            signed.body.replacing(#/"signedAt":\d+/#, with: "\"signedAt\":\(network.clock.now.milliseconds)"),
            as: .city)
        try await change(
            "UPDATE receipt_batch SET body = ?, signature = ? WHERE node = ?", forged.body, forged.signature,
            NodeName.city)
        let refused = try #require(try examine().findings.first { $0.kind == .receiptRefused })
        #expect(refused.detail?.contains("expired") == true)
    }

    @Test("a missing receipt is found, and whose")
    func missing() async throws {
        try await change("DELETE FROM receipt WHERE node = ?", NodeName.city)
        try await change("DELETE FROM receipt_batch WHERE node = ?", NodeName.city)
        try await change("UPDATE onward_hop SET proven_at = NULL")
        let report = try examine()
        let finding = try #require(report.findings.first)
        #expect(report.findings.count == 1)
        #expect(finding.kind == .notReceipted && finding.node == .city && finding.count == 3)
        #expect(report.nodes.last?.owedBy == .county)
        #expect(finding.since != nil)
    }

    @Test("an entry without a signed text behind it proves nothing")
    func unsupported() async throws {
        try await change(
            "UPDATE receipt SET digest = ? WHERE node = ?", Digest(of: [1]), NodeName.city)
        #expect(try examine().findings.contains { $0.kind == .receiptUnsupported && $0.node == .city })
    }

    @Test("a good signature for other bytes is found")
    func otherBytes() async throws {
        let signed = try edge.database.readBlocking { try edge.receipts.batches(of: study, by: .city, in: $0) }[0]
        let digest = try #require(signed.body.firstMatch(of: #/"digest":"([0-9a-f]{64})"/#)).1
        let lie = try network.sign(
            signed.body.replacing(digest, with: Digest(of: [7]).hexadecimal), as: .city)
        try await change(
            "UPDATE receipt_batch SET body = ?, signature = ? WHERE node = ?", lie.body, lie.signature, NodeName.city)
        let report = try examine()
        #expect(report.findings.contains { $0.kind == .digestMismatch && $0.node == .city })
        #expect(report.nodes.last?.proven == 2)
    }

    @Test("a file that is gone or altered here is found", arguments: [true, false])
    func file(isGone: Bool) async throws {
        let record = try edge.database.readBlocking { try edge.catalogue.instances(of: study, in: $0) }[0]
        let path = try edge.store.url(of: record.path).path
        if isGone {
            try FileManager.default.removeItem(atPath: path)
        } else {
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try handle.seek(toOffset: UInt64(record.dataSetOffset + record.size - 1))
            try handle.write(contentsOf: Data([0xFF]))
            try handle.close()
        }
        let report = try examine()
        #expect(report.findings.map(\.kind) == [isGone ? .fileMissing : .fileDifferent])
        #expect(report.count(isGone ? .missing : .different) == 1 && report.count(.intact) == 2)
    }

    @Test("catalogue and ledger that contradict each other are found")
    func records() async throws {
        let record = try edge.database.readBlocking { try edge.catalogue.instances(of: study, in: $0) }[0]
        try await change(
            "UPDATE sop_instance SET digest = ? WHERE sop_instance_uid = ?", Digest(of: [1]), record.sopInstanceUID)
        #expect(try examine().findings.contains { $0.kind == .recordsDiffer && $0.instance == record.sopInstanceUID })
    }

    @Test("a study that still arrives, and deliveries a person gave up, are not proven")
    func open() async throws {
        let late = try PaperStudy(1, in: network.directory)
        try network[.edge].take(late.files[0])
        let audit = CustodyAudit(edge, verifier: network.verifier)
        let arriving = try #require(try audit.examine(late.study))
        #expect(arriving.findings.map(\.kind) == [.notReceipted, .stillArriving])
        _ = try await OperatorDesk(edge).cancel(late.study, to: .county, by: "wang")
        let cancelled = try #require(try audit.examine(late.study))
        #expect(cancelled.findings.map(\.kind) == [.givenUp, .stillArriving])
        #expect(cancelled.findings[0].detail == "cancelled by wang")
    }
}
