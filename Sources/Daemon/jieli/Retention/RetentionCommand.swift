// Studies that were kept long enough.

import Archive
import ArgumentParser
import Foundation
import Observability
import Reading
import Retention
import StudyFlow
import Vocabulary

struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "List studies that were kept long enough, or let them go.",
        subcommands: [RetentionList.self, RetentionExpire.self], defaultSubcommand: RetentionList.self)
}

struct RetentionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what the rules let go, the longest kept first, and what stands against it."
    )

    @OptionGroup var node: ConfigurationOption
    @Option(name: .long, help: "How many.")
    var limit = 100
    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit lies between 1 and 1000.") }
    }

    private struct Record: Encodable {
        var studyInstanceUID: String
        var keptUntil: String
        var rule: String
        var instances: Int
        var bytes: Int64
        var obstacle: String?
    }

    func run() async throws {
        let found = try await RetentionDesk(NodeAtRest(node).flow).list(limit: limit)
        let records = found.map {
            Record(
                studyInstanceUID: $0.study.studyInstanceUID.rawValue, keptUntil: $0.term.until.description,
                rule: $0.term.rule.name, instances: $0.study.instanceCount, bytes: $0.study.byteCount,
                obstacle: $0.obstacle?.rawValue)
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return print(String(decoding: try encoder.encode(records), as: UTF8.self))
        }
        guard !records.isEmpty else { return print("nothing was kept long enough yet 没有到期的检查") }
        let rows = records.map {
            [
                $0.studyInstanceUID, $0.keptUntil, $0.rule, String($0.instances), TerminalText.bytes($0.bytes),
                $0.obstacle ?? "",
            ]
        }
        print(TerminalText.table([["study", "kept until", "rule", "instances", "size", "held back by"]] + rows))
    }
}

struct RetentionExpire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "Hide studies that were kept long enough; they are destroyed when the grace has passed.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "Study Instance UIDs, as listed.")
    var studies: [String]

    func validate() throws {
        for study in studies where StudyInstanceUID(rawValue: study) == nil {
            throw ValidationError("'\(study)' is no Study Instance UID.")
        }
    }

    func run() async throws {
        let node = try await NodeAtRest(node, .writing)
        let person = Person(user: NodeAtRest.actor, displayName: NodeAtRest.actor)
        let outcome = try await RetentionDesk(node.flow).expire(
            studies.compactMap(StudyInstanceUID.init(rawValue:)), by: person)
        for study in outcome.expired { print("\(study): hidden; destroyed when the grace has passed 已隐藏，宽限期满后销毁") }
        for (study, obstacle) in outcome.refused.sorted(by: { $0.key < $1.key }) {
            print("\(study): kept, \(obstacle.rawValue) 保留")
        }
        for study in outcome.unknown { print("\(study): not here 本节点没有") }
        if !outcome.refused.isEmpty || !outcome.unknown.isEmpty { throw ExitCode(1) }
    }
}
