// Are the files still what was received?

import Archive
import ArgumentParser
import Observability
import StudyFlow

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Hash every file of the archive again and name what differs.",
        discussion:
            "Changes nothing and may run beside the daemon. Exit code 1 when anything differs. With --repair, what "
            + "differs or is missing is set aside, and the daemon fetches it from a node that has it.")

    @OptionGroup var node: ConfigurationOption

    @Flag(name: .long, help: "Have what differs or is missing fetched again.")
    var repair = false

    func run() async throws {
        let node = try await NodeAtRest(node, repair ? .writing : .reading)
        let progress = TerminalProgress()
        let report = try Verify(store: node.flow.store, database: node.database).run { state in
            progress.update([ProgressBar("核对 verifying", state)])
        }
        progress.finish()
        print("\(report.files) files, \(TerminalText.bytes(report.bytes)) read")
        for finding in report.different.sorted() { print("different 内容不符: \(finding.path): \(finding.reason)") }
        for finding in report.missing.sorted() { print("missing 缺失: \(finding.path): \(finding.reason)") }
        for finding in report.extra.sorted() { print("extra 多余: \(finding.path): \(finding.reason)") }
        if report.evicted > 0 { print("\(report.evicted) evicted 已转存上级: kept at nodes above, not read") }
        if repair { try await order(report, node) }
        guard report.isClean else {
            throw Failure(
                description: "\(report.different.count) different, \(report.missing.count) missing, "
                    + "\(report.extra.count) extra files")
        }
        print("everything is as it was received 全部一致")
    }

    private func order(_ report: VerifyReport, _ node: NodeAtRest) async throws {
        var count = 0
        for (uid, fault) in report.faults {
            guard let instance = try await node.database.read({ try node.flow.catalogue.instance(uid, in: $0) }) else {
                continue
            }
            if try FileDamage(node.flow).report(instance, fault, by: NodeAtRest.actor) { count += 1 }
        }
        print("\(count) files set aside 已移开; the daemon fetches them from the nodes that have them 由服务从其他节点取回")
    }
}

extension ProgressBar {
    init(_ label: String, _ state: UpkeepProgress) {
        self.init(label, done: state.files, total: state.totalFiles, detail: TerminalText.bytes(state.bytes))
    }
}
