// Are the files still what was received?

import Archive
import ArgumentParser
import Node
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
        let wrong = try await checkSignatures(node)
        if repair { try await order(report, node) }
        guard report.isClean, wrong == 0 else {
            throw Failure(
                description: "\(report.different.count) different, \(report.missing.count) missing, "
                    + "\(report.extra.count) extra files, \(wrong) reports with a wrong signature")
        }
        print("everything is as it was received 全部一致")
    }

    /// Names the reports that are not what their node signed.
    ///
    /// - Returns: how many.
    private func checkSignatures(_ node: NodeAtRest) async throws -> Int {
        var flow = node.flow
        do {
            flow.seal = try NodeFiles(node.configuration).seal
        } catch {
            print("signatures not checked 未核对签名: \(error.sentence)")
            return 0
        }
        let check = SealCheck(flow)
        var (valid, wrong, unsigned) = (0, 0, 0)
        for edition in try await node.database.read({ [flow] in try ReportEditions(flow).here(in: $0) }) {
            let announcement = edition.announcement
            for uid in [announcement.report.srInstance, announcement.report.pdfInstance] {
                switch try await check.verdict(on: uid, madeAt: announcement.readAt) {
                case .valid: valid += 1
                case .unsigned: unsigned += 1
                case .unknown: break
                case .invalid(let reason):
                    wrong += 1
                    print("wrong signature 签名无效: \(uid): \(reason)")
                }
            }
        }
        print("\(valid) report objects with a valid signature 签名有效, \(unsigned) unsigned 未签名, \(wrong) wrong 无效")
        return wrong
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
