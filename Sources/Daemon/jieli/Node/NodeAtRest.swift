// A node's ledger and files, for tools beside the daemon.

import Archive
import Database
import Foundation
import Identity
import Logging
import Node
import StudyFlow
import Vocabulary

/// Opened beside a daemon that may be running: SQLite lets both in, and what is written is written in whole transactions.
struct NodeAtRest {
    enum Access {
        /// Changes nothing, the schema included.
        case reading
        case writing
    }

    let configuration: NodeConfiguration
    let flow: FlowContext

    var database: Database { flow.database }
    var operators: OperatorDesk { OperatorDesk(flow) }

    /// - Throws: `Failure` when the node has never run.
    init(_ option: ConfigurationOption, _ access: Access = .reading) async throws {
        let configuration = try await option.load()
        guard FileManager.default.fileExists(atPath: configuration.databaseFile) else {
            throw Failure.usage(
                "there is no database at \(configuration.databaseFile); has this node run yet? 节点尚未运行过")
        }
        try self.init(
            configuration, access, store: FileInstanceStore(folder: configuration.archiveDirectory, access: .visitor))
    }

    init(_ configuration: NodeConfiguration, _ access: Access, store: any InstanceStore) throws {
        if access == .writing { try NodeOwner.check(configuration) }
        let database =
            switch access {
            case .reading: try Database(reading: configuration.databaseFile, migrations: NodeSchema.migrations)
            case .writing: try Database(path: configuration.databaseFile, migrations: NodeSchema.migrations)
            }
        let node = configuration.localNode(with: try configuration.loadPeers())
        self.configuration = configuration
        var flow = FlowContext(
            node: node, database: database, store: store, rules: try configuration.loadRules(in: node.topology),
            singleReaderAllowed: configuration.singleReaderAllowed, signals: FlowSignals(), clock: .system,
            logger: .silent)
        flow.retention = try configuration.loadRetention()
        flow.workforce = try configuration.loadWorkforce()
        self.flow = flow
    }

    /// Who acts, for the audit trail: whoever may run this has the machine.
    static var actor: String { "cli:\(NSUserName())" }
}

extension Logger {
    /// A command says what happens itself.
    static let silent = Logger(label: "jieli") { _ in SwiftLogNoOpLogHandler() }
}
