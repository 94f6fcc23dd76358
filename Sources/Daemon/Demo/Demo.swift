// The demo from its first file to its end.

import AsyncHTTPClient
import Foundation
import Logging
import Observability
import Vocabulary

/// `jieli demo`: prepares the folder, starts three nodes, plays the modality and, if asked, the doctors; ends what it
/// started on every way out.
package struct Demo: Sendable {
    private let options: DemoOptions
    private let network: DemoNetwork
    private let clock: WallClock
    private let logger: Logger
    private let progress: TerminalProgress
    /// Takes what the caller asked for: addresses and accounts.
    private let print: @Sendable (String) -> Void

    package init(
        _ options: DemoOptions, clock: WallClock = .system, logger: Logger,
        progress: TerminalProgress = TerminalProgress(), print: @escaping @Sendable (String) -> Void
    ) {
        self.options = options
        network = options.network
        self.clock = clock
        self.logger = logger
        self.progress = progress
        self.print = print
    }

    /// Returns when the goal is reached; without one, when a signal ends the network; detached, when it is up.
    ///
    /// - Throws: `DemoError`, and what the files, certificates and accounts throw: a sentence each.
    package func run() async throws {
        let directory = try DemoDirectory(network.directory)
        defer { withExtendedLifetime(directory) {} }
        try refuseRunningNetwork()
        try PortProbe.check(network)
        let signals = await StopSignals()
        let accounts = try await DemoSetup(network: network, clock: clock).prepare()
        let nodes = try await NodeProcesses.start(
            network, executable: options.executable, isDetached: options.isDetached)
        do {
            try await NodeClient.withHTTP(trusting: network.authorityFile) { http in
                try await untilAnyEnds([
                    { try await play(http, nodes, accounts) }, { try await nodes.watch() },
                    { try await signals.watch() },
                ])
            }
        } catch let error as DemoError where error.code == .interrupted && options.goal == nil {
            progress.note("正在停止 stopping")
        } catch {
            progress.finish()
            await nodes.stop()
            throw error
        }
        if !options.isDetached { await nodes.stop() }
    }

    /// Ends the network that an earlier `--detach` left running in `directory`.
    package static func stop(directory: String) async throws -> Int {
        let network = try NetworkDescription.read(from: directory + "/network.json")
        let running = RunningDemo(network: network)
        let count = running.alive.count
        try await running.stop()
        return count
    }

    // MARK: Acts

    private func play(
        _ http: HTTPClient, _ nodes: NodeProcesses, _ accounts: [NodeName: [DemoAccount]]
    ) async throws {
        try await waitUntilReady(http)
        let description = NetworkDescription(network, pids: nodes.pids, accounts: accounts)
        try description.write(to: network.descriptionFile)
        progress.note("三个节点已就绪 three nodes are up: \(network.nodes.map(\.httpURL).joined(separator: " "))")
        if !options.studies.isEmpty {
            let report = try await Modality(edge: network.edge, logger: logger).send(options.studies, progress)
            if !options.isDetached { try await follow(report, http, description) }
        }
        guard options.goal == nil else { return }
        print(Farewell(network: network, description: description, isDetached: options.isDetached).text)
        guard !options.isDetached else { return }
        // A signal ends this.
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    private func follow(_ report: SendReport, _ http: HTTPClient, _ description: NetworkDescription) async throws {
        let watch = JourneyWatch(
            edge: try client(http, description, network.edge, .radiographer), network: network,
            accepted: report.counts, progress: progress)
        guard let goal = options.goal else { return try await show(watch) }
        guard goal == .reported else { return try await watch.follow(to: .routed) }
        let doctors = Doctors(
            radiologist: try client(http, description, network.reader, .radiologist),
            reviewer: try client(http, description, network.reader, .reviewer))
        let studies = Set(report.counts.keys)
        try await untilAnyEnds([{ try await watch.follow(to: .reported) }, { try await doctors.read(studies) }])
    }

    /// Without a goal nothing is lost when a study waits for a person: there is a person, and the network stays up.
    private func show(_ watch: JourneyWatch) async throws {
        do {
            try await watch.follow(to: .routed)
        } catch let error as DemoError where error.code == .stuck {
            progress.finish()
            progress.note("需要人工处理 a person must act: \(error.message)")
        }
    }

    private func client(
        _ http: HTTPClient, _ description: NetworkDescription, _ node: DemoNode, _ role: UserRole
    ) throws -> NodeClient {
        guard let user = description.node(node.tier)?.user(role) else {
            throw DemoError(code: .unexpectedAnswer, message: "node \(node.name) has no account for a \(role.rawValue)")
        }
        return NodeClient(http, url: node.httpURL, token: user.token)
    }

    // MARK: Steps

    private func refuseRunningNetwork() throws {
        guard FileManager.default.fileExists(atPath: network.descriptionFile) else { return }
        let known: NetworkDescription
        do {
            known = try NetworkDescription.read(from: network.descriptionFile)
        } catch {
            // Of another version or half removed: it is written anew.
            return
        }
        guard let node = RunningDemo(network: known).alive.first else { return }
        throw DemoError(
            code: .running,
            message:
                "node \(node.name) of the demo network in \(network.directory) runs already (pid \(node.pid)); end "
                + "it with: jieli demo --stop --directory \(network.directory)")
    }

    /// A node that ends instead is noticed elsewhere.
    private func waitUntilReady(_ http: HTTPClient) async throws {
        let start = ContinuousClock.now
        for (count, node) in network.nodes.reversed().enumerated() {
            let client = NodeClient(http, url: node.httpURL, token: "")
            progress.update([
                ProgressBar("启动节点 starting nodes", done: count, total: network.nodes.count)
            ])
            while try await !client.isReady() {
                guard ContinuousClock.now - start < .seconds(180) else {
                    throw DemoError(
                        code: .notReady,
                        message: "node \(node.name) is not ready after three minutes; its last words, from "
                            + "\(node.logFile):\n\(NodeProcesses.lastLines(of: node.logFile))")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        progress.update([])
        progress.finish()
    }

    /// Runs all at once and ends with the first that returns or throws.
    private func untilAnyEnds(_ works: [@Sendable () async throws -> Void]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for work in works { group.addTask { try await work() } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
