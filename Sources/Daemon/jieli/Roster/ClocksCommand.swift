// Which limits are in force?

import ArgumentParser
import Foundation
import Node
import StudyFlow
import Vocabulary
import Workload

struct ClocksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clocks", abstract: "Print work types, time limits and predicted reading minutes.",
        discussion: "Without --config the built-in file, to be saved and changed: jieli clocks > clocks.yaml")

    @Option(name: .long, help: ArgumentHelp("The node's settings.", valueName: "file"))
    var config: String?

    func run() async throws {
        guard let config else { return print(WorkloadRules.shippedYAML) }
        let settings = try await NodeConfiguration.load(file: config)
        let clocks = try settings.loadClocks()
        print("# \(settings.clocksFile ?? "built in")")
        for rule in clocks.limits.workTypes { print("\(rule.name)  \(rule.chinese)  \(rule.limitsText)") }
        for line in clocks.times.table {
            print("\(line.kind.modality) \(line.kind.region?.rawValue ?? "*")  \(line.minutes) min")
        }
    }
}

extension WorkTypeRule {
    /// One limit, or those of each priority where they differ.
    var limitsText: String {
        if Set(limits).count == 1 { return limit(for: .routine).description }
        return Priority.allCases.map { "\($0.rawValue) \(limit(for: $0))" }.joined(separator: ", ")
    }
}
