// Acting on deliveries that wait for a person.

import ArgumentParser
import Vocabulary

struct QueueRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Send parked, cancelled or waiting deliveries again.",
        discussion: "A running daemon takes them up within a second.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "Ids, from `queue list`.")
    var ids: [Int64] = []
    @Flag(name: .long, help: "Every parked delivery.")
    var all = false
    @Option(name: .customLong("to"), help: ArgumentHelp("With --all: only those to this node.", valueName: "node"))
    var destination: NodeName?

    func validate() throws {
        guard all != !ids.isEmpty else { throw ValidationError("Name ids, or --all.") }
        guard all || destination == nil else { throw ValidationError("--to goes with --all.") }
    }

    func run() async throws {
        let node = try await NodeAtRest(node, .writing)
        let count =
            all
            ? try await node.operators.retryAllParked(to: destination, by: NodeAtRest.actor)
            : try await node.operators.retry(ids, by: NodeAtRest.actor)
        print("\(count) deliveries wait again 已重新排队")
        if !all, count < ids.count { throw Failure(description: "\(ids.count - count) of the ids can't be retried") }
    }
}

struct QueueCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Give deliveries up; the instances stay here.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "Ids, from `queue list`.")
    var ids: [Int64]

    func run() async throws {
        let node = try await NodeAtRest(node, .writing)
        let count = try await node.operators.cancel(ids, by: NodeAtRest.actor)
        print("\(count) deliveries cancelled 已取消")
        if count < ids.count { throw Failure(description: "\(ids.count - count) of the ids can't be cancelled") }
    }
}
