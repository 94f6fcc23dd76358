// The daemon.

import ArgumentParser
import DICOM
import Logging
import Node

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a node until SIGTERM or SIGINT.")

    @OptionGroup var node: ConfigurationOption
    @OptionGroup var tether: TetherOption

    func run() async throws {
        let settings = try await node.load()
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        tether.fasten()
        let logger = Logger(label: "jieli")
        try await NodeDaemon(settings, logger: logger, decoders: DecodeWorkers(logger: logger)).run()
    }
}
