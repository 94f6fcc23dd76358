// The catalogue, made again from the files.

import Archive
import ArgumentParser
import Foundation
import Node
import Observability
import StudyFlow

struct ReindexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex", abstract: "Rebuild the catalogue from the files of the archive.",
        discussion: "The daemon must be stopped. Orders, tasks, reports and receipts are not touched.")

    @OptionGroup var node: ConfigurationOption

    func run() async throws {
        let configuration = try await node.load()
        guard FileManager.default.fileExists(atPath: configuration.archiveDirectory) else {
            throw Failure.usage("there is no archive at \(configuration.archiveDirectory); has this node run yet?")
        }
        try NodeOwner.check(configuration)
        // As its owner: refused while the daemon has it.
        let store = try FileInstanceStore(folder: configuration.archiveDirectory, access: .owner)
        let node = try NodeAtRest(configuration, .writing, store: store)
        let progress = TerminalProgress()
        let report = try CatalogueRebuild(node.flow).run { state in
            progress.update([ProgressBar("重建 reindexing", state)])
        }
        progress.finish()
        print("\(report.files) files, \(TerminalText.bytes(report.bytes)); \(report.added) instances in the catalogue")
        if report.away > 0 {
            print("\(report.away) more without a file 文件不在本机: evicted, or damaged and waiting for repair")
        }
        for finding in report.unreadable.sorted() { print("unreadable 无法读取: \(finding.path): \(finding.reason)") }
        for finding in report.damaged.sorted() { print("damaged 损坏: \(finding.path): \(finding.reason)") }
        for finding in report.superfluous.sorted() { print("superfluous 多余: \(finding.path): \(finding.reason)") }
        for instance in report.lost { print("lost 丢失: instance \(instance) arrived once and has no file") }
        guard report.unreadable.isEmpty, report.damaged.isEmpty, report.lost.isEmpty else {
            throw Failure(
                description: "the catalogue is rebuilt; \(report.unreadable.count) files are unreadable, "
                    + "\(report.damaged.count) damaged, \(report.lost.count) instances lost")
        }
    }
}
