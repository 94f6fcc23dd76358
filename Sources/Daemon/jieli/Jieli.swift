// The command line of Jieli.

import ArgumentParser
import Glibc

struct Jieli: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jieli",
        abstract: "接力: studies travel up to be read, reports come home.",
        discussion: "Exit codes: 0 done, 1 failed, 2 usage or configuration. 退出码：0 完成，1 失败，2 用法或配置错误。",
        subcommands: [
            RunCommand.self, DemoCommand.self, SendCommand.self, StatusCommand.self, QueueCommand.self,
            RosterCommand.self, ClocksCommand.self, RoutingCommand.self, SimulateCommand.self, CharsetCommand.self,
            CustodyCommand.self, QuarantineCommand.self, RetentionCommand.self, VerifyCommand.self, ReindexCommand.self,
            UserCommand.self,
            CheckConfigCommand.self, DecodeWorkerCommand.self,
        ])
}

/// ArgumentParser's own entry would end with its own exit codes.
@main
enum Entry {
    static func main() async {
        // Whoever reads our output may go away: `jieli queue list | head`.
        signal(SIGPIPE, SIG_IGN)
        // What a node writes is patients' data, or keys: nobody else's to read.
        umask(0o077)
        do {
            var command = try Jieli.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.exit(with: error)
        }
    }
}
