// Which node a command is about.

import ArgumentParser
import Node

struct ConfigurationOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The node's settings.", valueName: "file"))
    var config = "/etc/jieli/node.yaml"

    func load() async throws -> NodeConfiguration { try await NodeConfiguration.load(file: config) }
}
