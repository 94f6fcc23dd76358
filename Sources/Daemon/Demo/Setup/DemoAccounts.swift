// One account per role at every node.

import Database
import Foundation
import Identity
import Node
import Vocabulary

/// Makes the accounts before the nodes start. Names and passwords are kept in `accounts.json`, so that they stay from
/// one start to the next.
struct DemoAccounts {
    let network: DemoNetwork
    let clock: WallClock

    private static let displayNames: [UserRole: String] = [
        .radiographer: "演示技师", .radiologist: "演示报告医生", .reviewer: "演示审核医生", .operator: "演示运维",
        .administrator: "演示管理员",
    ]

    /// - Returns: the accounts of each node, in the roles' order.
    func prepare() async throws -> [NodeName: [DemoAccount]] {
        let known = try read()
        let prepared = try await withThrowingTaskGroup(of: (NodeName, [DemoAccount]).self) { group in
            for node in network.nodes {
                group.addTask { (node.name, try await prepare(node, known: known[node.name.rawValue] ?? [])) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        if known.count != prepared.count || prepared.contains(where: { known[$0.key.rawValue] != $0.value }) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let named = Dictionary(uniqueKeysWithValues: prepared.map { ($0.key.rawValue, $0.value) })
            try DemoDirectory.write(try encoder.encode(named), to: network.accountsFile)
        }
        return prepared
    }

    private func read() throws -> [String: [DemoAccount]] {
        guard FileManager.default.fileExists(atPath: network.accountsFile) else { return [:] }
        do {
            return try JSONDecoder().decode(
                [String: [DemoAccount]].self, from: try Data(contentsOf: URL(fileURLWithPath: network.accountsFile)))
        } catch {
            throw DemoError(
                code: .usage,
                message: "\(network.accountsFile) is damaged; remove it and the accounts get new passwords",
                cause: error)
        }
    }

    private func prepare(_ node: DemoNode, known: [DemoAccount]) async throws -> [DemoAccount] {
        let database = try Database(path: node.databaseFile, migrations: NodeSchema.migrations)
        do {
            var accounts: [DemoAccount] = []
            for role in UserRole.allCases {
                let found = known.first { $0.role == role }
                if let found, try await isOpen(found, in: database) {
                    accounts.append(found)
                } else {
                    accounts.append(try await make(role, in: database))
                }
            }
            try database.close()
            return accounts
        } catch {
            try database.close()
            throw error
        }
    }

    private func isOpen(_ account: DemoAccount, in database: Database) async throws -> Bool {
        let now = clock.now()
        return try await database.read { snapshot in
            try TokenBook().user(for: account.token, at: now, in: snapshot)?.user.name == account.name
        }
    }

    /// A new account, or a new password for one whose old one is lost.
    private func make(_ role: UserRole, in database: Database) async throws -> DemoAccount {
        let name = role.rawValue
        let password = Self.password()
        let hash = try PasswordHash(of: password, cost: Self.cost)
        let now = clock.now()
        let token = try await database.write { transaction in
            let users = UserBook()
            if try users.user(named: name, in: transaction) == nil {
                try users.add(
                    name: name, displayName: Self.displayNames[role] ?? name, role: role, password: hash, at: now,
                    in: transaction)
            } else {
                try users.setPassword(hash, of: name, at: now, in: transaction)
                try users.enable(name, in: transaction)
            }
            return try TokenBook().issue(for: name, label: "jieli demo", at: now, in: transaction).secret.text
        }
        return DemoAccount(name: name, password: password, role: role, token: token)
    }

    /// Nobody guesses a password made up by a machine, however cheap the hash; fifteen dear ones would take half a minute.
    private static let cost = PasswordHash.Cost(logRounds: 12, parallelism: 1)

    /// 14 characters that nobody takes for one another.
    private static func password() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<14).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
    }
}
