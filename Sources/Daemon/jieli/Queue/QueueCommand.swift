// What this node still owes to others.

import ArgumentParser
import Observability
import Relay
import Vocabulary

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Look at deliveries, retry or cancel them.",
        subcommands: [QueueList.self, QueueShow.self, QueueRetry.self, QueueCancel.self],
        defaultSubcommand: QueueList.self)
}

struct QueueList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List deliveries in the order in which they are sent.")

    @OptionGroup var node: ConfigurationOption
    @Option(name: .customLong("to"), help: ArgumentHelp("Only those to this node.", valueName: "node"))
    var destination: NodeName?
    @Option(name: .long, help: "Only this Study Instance UID.")
    var study: StudyInstanceUID?
    @Option(name: .long, help: "Only this state; may be repeated (default: whatever is still owed).")
    var state: [DeliveryState] = []
    @Option(name: .long, help: "How many.")
    var limit = 50
    @Option(name: .long, help: "After how many.")
    var offset = 0
    @Flag(
        name: .long,
        help: "A line for each study and destination, oldest first, as the page of open obligations has it.")
    var byStudy = false

    func validate() throws {
        guard (1...10_000).contains(limit), offset >= 0 else {
            throw ValidationError("--limit lies between 1 and 10000, --offset is not negative.")
        }
        guard !byStudy || (state.isEmpty && destination == nil) else {
            throw ValidationError("--by-study lists whatever is still owed; --state and --to go without it.")
        }
    }

    func run() async throws {
        let node = try await NodeAtRest(node)
        if byStudy { return try await QueueByStudy(node).show(study: study, limit: limit, offset: offset) }
        let filter = DeliveryFilter(
            destination: destination, study: study, states: state.isEmpty ? DeliveryState.open : state)
        let (limit, offset) = (limit, offset)
        let page = try await node.database.read {
            try DeliveryLedger().list(filter, limit: limit, offset: offset, in: $0)
        }
        guard !page.deliveries.isEmpty else {
            print("nothing is queued 队列为空")
            return
        }
        let rows = page.deliveries.map { delivery in
            [
                String(delivery.id), node.name(of: delivery.destination), delivery.state.rawValue,
                delivery.priority.rawValue,
                String(delivery.attempts), Self.size(of: delivery), delivery.study.rawValue,
                delivery.lastError ?? "",
            ]
        }
        print(TerminalText.table([["id", "to", "state", "priority", "tries", "size", "study", "last error"]] + rows))
        let last = offset + page.deliveries.count
        if page.total > last || offset > 0 {
            print("\(offset + 1) to \(last) of \(page.total); --offset \(last) goes on")
        }
    }
}

extension QueueList {
    /// How much of it the destination keeps already, where it goes in ranges.
    fileprivate static func size(of delivery: Delivery) -> String {
        let size = TerminalText.bytes(delivery.size)
        let isUnderWay = delivery.bytesCarried > 0 && delivery.state != .done && delivery.state != .sent
        return isUnderWay ? "\(TerminalText.bytes(delivery.bytesCarried)) of \(size)" : size
    }
}

struct QueueShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Say everything about one delivery.")

    @OptionGroup var node: ConfigurationOption
    @Argument(help: "Its id, from `queue list`.")
    var id: Int64

    func run() async throws {
        let node = try await NodeAtRest(node)
        let id = id
        guard let delivery = try await node.database.read({ try DeliveryLedger().delivery(id, in: $0) }) else {
            throw Failure(description: "there is no delivery \(id) 没有这个编号")
        }
        func line(_ name: String, _ value: (any CustomStringConvertible)?) {
            if let value { print(TerminalText.padded(name, to: 16) + "\(value)") }
        }
        line("id", delivery.id)
        line("to", delivery.destination)
        line("state", delivery.state.rawValue)
        line("priority", delivery.priority.rawValue)
        line("study", delivery.study)
        line("instance", delivery.sopInstance)
        line("SOP class", delivery.sopClass)
        line("transfer syntax", delivery.transferSyntax.name)
        line("SHA-256", delivery.digest)
        line("size", delivery.size)
        line("queued", delivery.createdAt)
        line("tries", delivery.attempts)
        line("line broke", delivery.interruptions > 0 ? "\(delivery.interruptions) times" : nil)
        line("carried", delivery.bytesCarried > 0 ? "\(delivery.bytesCarried), in ranges" : nil)
        line("next try", delivery.nextAttemptAt)
        line("sent", delivery.sentAt)
        line("receipt", delivery.doneAt)
        line("last status", delivery.lastStatus)
        line("last error", delivery.lastError)
        line("acted by", delivery.actedBy)
    }
}

extension NodeName: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument) }
}

extension StudyInstanceUID: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument) }
}

extension DeliveryState: ExpressibleByArgument {}
