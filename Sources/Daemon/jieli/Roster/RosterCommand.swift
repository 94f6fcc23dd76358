// Who is on duty?

import ArgumentParser
import Foundation
import Observability
import StudyFlow
import Vocabulary

struct RosterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster", abstract: "Say who is on duty now, who is away, and which shifts nobody covers.",
        discussion: "With --check a roster is checked against this node's accounts and work types, and nothing changes."
    )

    @OptionGroup var node: ConfigurationOption
    @Option(name: .long, help: ArgumentHelp("A roster to check.", valueName: "file"))
    var check: String?

    func run() async throws {
        let node = try await NodeAtRest(node)
        let desk = RosterDesk(node.flow)
        if let check {
            let text = try String(contentsOfFile: check, encoding: .utf8)
            let roster = try await desk.check(text)
            return print("\(check): \(roster.readers.count) readers, \(roster.shifts.count) shifts, no mistakes 无错误")
        }
        let view = try await desk.view()
        print(
            "值班 on duty    "
                + (view.staff.duties.duties.map { "\($0.reader.name) (\($0.shift))" }.joined(separator: ", ")))
        for mark in view.away {
            print(
                "离开 away       \(mark.absence.reader) \(mark.absence.from) - \(mark.absence.until?.description ?? "?")")
        }
        for gap in view.uncovered {
            print(
                "空缺 uncovered  \(gap.shift ?? "-") \(gap.from) - \(gap.to): "
                    + gap.workTypes.map(\.rawValue).joined(separator: ", "))
        }
    }
}
