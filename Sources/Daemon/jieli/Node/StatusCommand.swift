// What a node is doing, on the terminal.

import ArgumentParser
import Foundation
import StudyFlow

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say what a node holds, owes and waits for.")

    @OptionGroup var node: ConfigurationOption
    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() async throws {
        let node = try await NodeAtRest(node)
        let record = StatusRecord(try await NodeViews(node.flow).overview())
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(record), as: UTF8.self))
        } else {
            print(record.text)
        }
    }
}
