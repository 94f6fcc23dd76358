// The daemon.

import ArgumentParser
import Foundation
import Logging
import Node

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a node until SIGTERM or SIGINT.")

    @OptionGroup var node: ConfigurationOption
    @Flag(name: .long, help: .hidden)
    var untilInputCloses = false

    func run() async throws {
        let settings = try await node.load()
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        if untilInputCloses { Self.endWithInput() }
        try await NodeDaemon(settings, logger: Logger(label: "jieli")).run()
    }

    /// Whoever started us holds the other end; when it is gone, so are we.
    private static func endWithInput() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count > 0 || (count < 0 && errno == EINTR) { continue }
                kill(getpid(), SIGTERM)
                return
            }
        }
    }
}
