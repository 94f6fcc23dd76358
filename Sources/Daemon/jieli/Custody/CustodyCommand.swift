// Where is this study, and what proves it?

import Archive
import ArgumentParser
import Foundation
import Observability
import Relay
import StudyFlow
import Vocabulary

struct CustodyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custody", abstract: "Print and check the chain that proves where a study is.",
        discussion: """
            Hashes the study's files again and checks every receipt: signature, certificate, time, digest. Changes nothing and \
            may run beside the daemon. Exit code 0 when the chain proves everything that this node claims, 1 with a list of \
            what is broken or not proven yet. In Chinese or English by LANG.
            """)

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "A Study Instance UID, or an accession number that only one study has.")
    var study: String
    @Flag(name: .long, help: "Print JSON.")
    var json = false
    @Flag(name: .long, help: "Name every instance.")
    var instances = false

    func run() async throws {
        let node = try await NodeAtRest(node)
        let authority: String
        do {
            authority = try String(contentsOfFile: node.configuration.tls.authority, encoding: .utf8)
        } catch {
            throw Failure.usage(
                "\(node.configuration.tls.authority) cannot be read: without the authority nothing is proven")
        }
        let uid = try await find(node)
        let progress = TerminalProgress()
        let report = try CustodyAudit(node.flow, verifier: try ReceiptVerifier(authorityPEM: authority)).examine(uid) {
            progress.update([ProgressBar("核对 verifying", done: $0, total: $1)])
        }
        progress.finish()
        guard let report else { throw unknown }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(CustodyRecord(report, instances: instances)), as: UTF8.self))
        } else {
            print(CustodyText(report, in: .current).text(instances: instances))
        }
        if !report.isProven { throw ExitCode(1) }
    }

    private var unknown: Failure {
        Failure(description: "this node does not know the study \(study) 本节点没有这次检查")
    }

    private func find(_ node: NodeAtRest) async throws -> StudyInstanceUID {
        let (catalogue, text) = (node.flow.catalogue, study)
        if let uid = StudyInstanceUID(rawValue: text),
            try await node.database.read({ try catalogue.origin(of: uid, in: $0) }) != nil
        {
            return uid
        }
        var query = StudyQuery()
        query.accessionNumber = text
        let found = try await node.database.read { [query] in try catalogue.studies(matching: query, in: $0) }
        guard let first = found.first else { throw unknown }
        guard found.count == 1 else {
            throw Failure.usage(
                "\(found.count) studies have the accession number \(text); name one by its UID: "
                    + found.map(\.studyInstanceUID.rawValue).joined(separator: " "))
        }
        return first.studyInstanceUID
    }
}
