// The accounts of a node.

import ArgumentParser
import Audit
import Database
import Foundation
import Identity
import Node
import Observability
import StudyFlow
import Vocabulary

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add, list, disable and enable accounts, set passwords, issue tokens.",
        subcommands: [
            UserAdd.self, UserList.self, UserDisable.self, UserEnable.self, UserPassword.self, UserToken.self,
        ])
}

/// A node's accounts, also before it has run for the first time.
struct Accounts {
    let database: Database
    let users = UserBook()

    init(_ option: ConfigurationOption) async throws {
        let configuration = try await option.load()
        try NodeOwner.check(configuration)
        do {
            try FileManager.default.createDirectory(
                atPath: configuration.directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure.usage(
                "the directory \(configuration.directory) can't be made; check its parent's owner, or run this as the "
                    + "daemon's user")
        }
        database = try Database(path: configuration.databaseFile, migrations: NodeSchema.migrations)
    }

    /// Changes an account and writes it into the audit trail, in one transaction.
    @discardableResult
    func change<Result: Sendable>(
        _ action: AuditAction, of name: String,
        _ body: @escaping @Sendable (UserBook, Timestamp, Transaction) throws -> Result
    ) async throws -> Result {
        let users = users
        return try await database.write { transaction in
            let now = WallClock.system.now()
            let result = try body(users, now, transaction)
            try AuditTrail().record(
                AuditEvent(action, by: .user(NodeAtRest.actor), at: now, object: name), in: transaction)
            return result
        }
    }
}

struct UserList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the accounts.")

    @OptionGroup var node: ConfigurationOption

    func run() async throws {
        let accounts = try await Accounts(node)
        let users = try await accounts.database.read { try UserBook().all(in: $0) }
        guard !users.isEmpty else {
            print("there are no accounts yet; add one with 'jieli user add' 还没有用户")
            return
        }
        let rows = users.map {
            [$0.name, $0.displayName, $0.role.rawValue, $0.isDisabled ? "disabled 已停用" : "", $0.createdAt.description]
        }
        print(TerminalText.table([["name", "shown as", "role", "state", "since"]] + rows))
    }
}
