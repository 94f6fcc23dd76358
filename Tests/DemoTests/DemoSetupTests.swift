import Database
import Foundation
import Identity
import Node
import TestSupport
import Testing
import Vocabulary

@testable import Demo

@Suite("Demo folder")
struct DemoSetupTests {
    @Test("keeps authority, certificates and accounts from one start to the next, and leaves other files alone")
    func reuse() async throws {
        let directory = try TemporaryDirectory()
        let other = directory.appending("notes.txt")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: other))
        let network = try DemoNetwork(directory: directory.path)
        let first = try await DemoSetup(network: network, clock: .system).prepare()
        let authority = try Data(contentsOf: URL(fileURLWithPath: network.authorityFile))
        let certificate = try CertificateFacts(file: network.edge.directory + "/node.pem")

        let moved = try DemoNetwork(directory: directory.path, basePort: 29000)
        let second = try await DemoSetup(network: moved, clock: .system).prepare()
        #expect(second == first)
        #expect(try Data(contentsOf: URL(fileURLWithPath: network.authorityFile)) == authority)
        #expect(try CertificateFacts(file: network.edge.directory + "/node.pem") == certificate)
        #expect(try await NodeConfiguration.load(file: moved.edge.configuration).http.port == moved.edge.httpPort)
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "mine")
    }

    @Test("makes one account per role, whose password and token work")
    func accounts() async throws {
        let directory = try TemporaryDirectory()
        let network = try DemoNetwork(directory: directory.path)
        let accounts = try await DemoSetup(network: network, clock: .system).prepare()
        for node in network.nodes {
            let database = try Database(path: node.databaseFile, migrations: NodeSchema.migrations)
            let made = try #require(accounts[node.name])
            #expect(made.map(\.role) == UserRole.allCases)
            for account in made {
                #expect(account.password.count >= 12)
                let found = try await database.read { try UserBook().credentials(named: account.name, in: $0) }
                #expect(found?.user.role == account.role)
                #expect(try found?.password.matches(account.password) == true)
                let owner = try await database.read {
                    try TokenBook().user(for: account.token, at: WallClock.system.now(), in: $0)?.user.name
                }
                #expect(owner == account.name)
            }
            try database.close()
        }
        #expect(Set(accounts.values.flatMap { $0 }.map(\.password)).count == 15)
    }

    @Test("gives an account whose secrets are lost new ones")
    func lostSecrets() async throws {
        let directory = try TemporaryDirectory()
        let network = try DemoNetwork(directory: directory.path)
        let first = try await DemoSetup(network: network, clock: .system).prepare()
        try FileManager.default.removeItem(atPath: network.accountsFile)
        let second = try await DemoSetup(network: network, clock: .system).prepare()
        #expect(first[network.edge.name]?.map(\.name) == second[network.edge.name]?.map(\.name))
        #expect(first[network.edge.name] != second[network.edge.name])
    }

    @Test("lets nobody but the owner read keys, passwords and settings")
    func modes() async throws {
        let directory = try TemporaryDirectory()
        let network = try DemoNetwork(directory: directory.path)
        let accounts = try await DemoSetup(network: network, clock: .system).prepare()
        try NetworkDescription(network, pids: [:], accounts: accounts).write(to: network.descriptionFile)
        for path in [
            network.descriptionFile, network.accountsFile, network.clientKey, network.edge.directory + "/node.key",
            network.authorityDirectory + "/ca.key",
        ] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(path)")
        }
    }

    @Test("lets one demo at a time into a folder")
    func lock() throws {
        let directory = try TemporaryDirectory()
        let held = try DemoDirectory(directory.path)
        #expect(throws: DemoError(code: .running, message: "")) { try DemoDirectory(directory.path) }
        withExtendedLifetime(held) {}
    }
}

@Suite("network.json")
struct NetworkDescriptionTests {
    @Test("comes back as it was written, with null for a port that is closed")
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let network = try DemoNetwork(directory: directory.path)
        let account = DemoAccount(name: "radiographer", password: "secret", role: .radiographer, token: "jieli_x")
        var description = NetworkDescription(
            network, pids: [network.edge.name: 17], accounts: [network.edge.name: [account]])
        description.nodes[0].dicomTLSPort = nil
        try description.write(to: network.descriptionFile)
        #expect(try NetworkDescription.read(from: network.descriptionFile) == description)

        let json = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: network.descriptionFile)))
                as? [String: Any])
        #expect(Set(json.keys) == ["nodes", "certificateAuthority", "client"])
        let node = try #require((json["nodes"] as? [[String: Any]])?.first)
        #expect(
            Set(node.keys) == [
                "name", "tier", "pid", "aeTitle", "dicomPort", "dicomTLSPort", "httpURL", "directory", "configuration",
                "users",
            ])
        #expect(node["dicomTLSPort"] is NSNull)
        #expect(node["pid"] as? Int == 17)
        #expect(node["httpURL"] as? String == "https://127.0.0.1:28102")
        #expect((node["users"] as? [[String: Any]])?.first?["role"] as? String == "radiographer")
        #expect((json["client"] as? [String: String])?.keys.sorted() == ["certificate", "key"])
    }

    @Test("a file that is none is a clear error")
    func damaged() throws {
        let directory = try TemporaryDirectory()
        try Data("{}".utf8).write(to: directory.url.appending(path: "network.json"))
        #expect(throws: DemoError(code: .usage, message: "")) {
            try NetworkDescription.read(from: directory.appending("network.json"))
        }
    }
}
