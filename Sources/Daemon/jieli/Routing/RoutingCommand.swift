// Why is it read there, and what would other rules do?

import ArgumentParser
import Foundation
import Observability
import Routing
import StudyFlow
import Vocabulary

struct RoutingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routing", abstract: "Explain where studies are read, and try rules before they go live.",
        subcommands: [RoutingExplain.self, RoutingTry.self])
}

struct RoutingExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a study is read where it is.",
        discussion: "Each decision with its rule, its line and its facts; then what the rules say now. 逐条说明路由规则的结果。")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "A Study Instance UID.")
    var study: String

    func run() async throws {
        guard let uid = StudyInstanceUID(rawValue: study) else {
            throw Failure.usage("'\(study)' is not a Study Instance UID")
        }
        let node = try await NodeAtRest(node)
        guard let explanation = try await RoutingViews(node.flow).explain(uid) else {
            throw Failure(description: "this node does not know the study \(study) 本节点没有这次检查")
        }
        print(RoutingText(isChinese: TerminalLanguage.current == .chinese).text(explanation))
    }
}

struct RoutingTry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Try a file of rules against the studies of the last month.",
        discussion:
            "Changes nothing and may run beside the daemon. What was decided then, with the hour and the backlog of then, is "
            + "decided again by FILE. 用最近一个月的检查试算规则文件，不改变任何数据。")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "The rules, as rules.yaml.")
    var file: String
    @Option(name: .long, help: "How far back.")
    var days = 30

    func run() async throws {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw Failure.usage("\(file) cannot be read")
        }
        let rules = try RoutingRules(yaml: text, file: (file as NSString).lastPathComponent)
        let node = try await NodeAtRest(node)
        try node.configuration.validate(rules, in: node.flow.node.topology)
        let since = node.flow.clock.now() - .seconds(Int64(max(1, days)) * 86_400)
        let trial = try await RoutingViews(node.flow).attempt(rules, since: since)
        print(RoutingText(isChinese: TerminalLanguage.current == .chinese).text(trial))
    }
}
