// Are the files still what was received?

import Archive
import ArgumentParser
import Observability

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Hash every file of the archive again and name what differs.",
        discussion: "Changes nothing and may run beside the daemon. Exit code 1 when anything differs.")

    @OptionGroup var node: ConfigurationOption

    func run() async throws {
        let node = try await NodeAtRest(node)
        let progress = TerminalProgress()
        let report = try Verify(store: node.flow.store, database: node.database).run { state in
            progress.update([ProgressBar("核对 verifying", state)])
        }
        progress.finish()
        print("\(report.files) files, \(TerminalText.bytes(report.bytes)) read")
        for finding in report.different.sorted() { print("different 内容不符: \(finding.path): \(finding.reason)") }
        for finding in report.missing.sorted() { print("missing 缺失: \(finding.path): \(finding.reason)") }
        for finding in report.extra.sorted() { print("extra 多余: \(finding.path): \(finding.reason)") }
        guard report.isClean else {
            throw Failure(
                description: "\(report.different.count) different, \(report.missing.count) missing, "
                    + "\(report.extra.count) extra files")
        }
        print("everything is as it was received 全部一致")
    }
}

extension ProgressBar {
    init(_ label: String, _ state: UpkeepProgress) {
        self.init(label, done: state.files, total: state.totalFiles, detail: TerminalText.bytes(state.bytes))
    }
}
