import Database
import Foundation
import Identity
import Node
import TestSupport
import Testing
import Vocabulary

@testable import Demo

/// Runs the real program; a node's folder is made as the demo makes it.
@Suite("Command line")
struct CommandLineTests {
    private func node(_ directory: TemporaryDirectory) async throws -> DemoNode {
        let network = try DemoNetwork(
            directory: directory.path, basePort: try FreePorts.range(of: DemoNetwork.portCount))
        _ = try await DemoSetup(network: network, clock: .system).prepare()
        return network.edge
    }

    @Test("help names every command and succeeds")
    func help() async throws {
        let result = try await Program.run(["--help"])
        #expect(result.code == 0)
        for command in [
            "run", "demo", "send", "status", "queue", "verify", "reindex", "user", "check-config",
        ] {
            #expect(result.output.contains("\n  \(command) "))
        }
    }

    @Test(
        "wrong usage is exit code 2, said on standard error",
        arguments: [
            ["bogus"], ["run", "--bogus"], ["demo"], ["demo", "--directory", "/tmp/x", "--base-port", "0"],
            ["demo", "--directory", "/tmp/x", "--until", "tomorrow"],
            ["demo", "--directory", "/tmp/x", "--until", "routed", "--no-studies"],
            ["demo", "--directory", "/tmp/x", "--detach", "--until", "routed"],
            ["demo", "--directory", "/tmp/x", "--study", "/no/such/folder"],
            ["send", "x"], ["send", "/no/such/file", "--to", "127.0.0.1:104"], ["send", "x", "--to", "nowhere"],
            ["queue", "retry", "--config", "/tmp/x"], ["user", "add", "somebody"],
            ["status", "--config", "/no/such/node.yaml"], ["run", "--config", "/no/such/node.yaml"],
        ])
    func usage(arguments: [String]) async throws {
        let result = try await Program.run(arguments)
        #expect(result.code == 2, "\(arguments): \(result.errors)")
        #expect(!result.errors.isEmpty)
        #expect(result.output.isEmpty)
    }

    @Test("check-config prints every key of a good configuration")
    func checkConfig() async throws {
        let directory = try TemporaryDirectory()
        let node = try await node(directory)
        let result = try await Program.run(["check-config", "--config", node.configuration])
        #expect(result.code == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        for key in ConfigurationKeys.all {
            #expect(lines.contains { $0.hasPrefix("\(key.name): ") && !$0.hasSuffix(": ?") }, "\(key.name)")
        }
        #expect(!result.output.contains("PRIVATE KEY"))
    }

    @Test(
        "a wrong configuration is one sentence with its place, for check-config and run alike",
        arguments: [
            ("dicom:\n  prot: 104", "node.yaml:", "prot"), ("http:\n  port: eighty", "node.yaml:", "http.port"),
            ("http:\n  port: 70000", "node.yaml", "65535"), ("node:\n  name: Not A Name", "node.yaml", "node.name"),
            ("tls:\n  key: missing.key", "node.yaml", "missing.key"), (": :\n - x", "node.yaml", "YAML"),
        ])
    func wrongConfiguration(text: String, place: String, word: String) async throws {
        let directory = try TemporaryDirectory()
        let node = try await node(directory)
        let name = String(text.prefix { $0 != "\n" })
        let good = try String(contentsOfFile: node.configuration, encoding: .utf8)
        // The section with the fault stands in for the good one.
        var kept: [Substring] = []
        var isInside = false
        for line in good.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.hasPrefix(" ") { isInside = line == name }
            if !isInside { kept.append(line) }
        }
        var section = text
        if name == "node:" { section += "\n  tier: edge" }
        try (kept.joined(separator: "\n") + section + "\n")
            .write(toFile: node.configuration, atomically: true, encoding: .utf8)
        for command in ["check-config", "run"] {
            let result = try await Program.run([command, "--config", node.configuration])
            #expect(result.code == 2, "\(command): \(result.errors)")
            #expect(result.errors.contains(place), "\(result.errors)")
            #expect(result.errors.contains(word), "\(result.errors)")
            #expect(result.errors.contains("jieli: "))
        }
    }

    @Test("a key that others may read stops the node")
    func openKey() async throws {
        let directory = try TemporaryDirectory()
        let node = try await node(directory)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: node.directory + "/node.key")
        let result = try await Program.run(["run", "--config", node.configuration])
        #expect(result.code == 2)
        #expect(result.errors.contains("chmod 600"))
    }

    @Test("accounts are added, listed, closed and opened, and all of it is audited")
    func users() async throws {
        let directory = try TemporaryDirectory()
        let node = try await node(directory)
        func user(_ arguments: [String], input: String? = nil) async throws -> ProgramResult {
            try await Program.run(["user"] + arguments + ["--config", node.configuration], input: input)
        }
        let added = try await user(
            ["add", "Zhang", "--role", "radiologist", "--display-name", "测试医生"], input: "synthetic-7\n")
        #expect(added.code == 0, "\(added.errors)")
        #expect(try await user(["add", "zhang", "--role", "radiologist"], input: "synthetic-7\n").code == 1)
        #expect(try await user(["add", "weak", "--role", "radiologist"], input: "aaa\n").code == 2)
        #expect(try await user(["add", "none", "--role", "radiologist"]).code == 2)
        #expect(try await user(["list"]).output.contains("测试医生"))
        let token = try await user(["token", "zhang"])
        #expect(token.output.hasPrefix("jieli_"))
        #expect(try await user(["disable", "zhang"]).code == 0)
        #expect(try await user(["list"]).output.contains("disabled"))
        #expect(try await user(["enable", "zhang"]).code == 0)
        let changed = try await user(["password", "zhang", "--generate-password"])
        #expect(changed.output.contains("password 密码: "))
        #expect(try await user(["disable", "nobody"]).code == 1)

        let database = try Database(path: node.databaseFile, migrations: NodeSchema.migrations)
        let actions = try await database.read { snapshot in
            try snapshot.rows("SELECT action FROM audit_event ORDER BY sequence").map {
                try $0["action", as: String.self]
            }
        }
        #expect(actions == ["userAdded", "tokenIssued", "userDisabled", "userEnabled", "passwordChanged"])
        try database.close()
    }

    @Test("status, queue and verify speak of a node that is at rest")
    func atRest() async throws {
        let directory = try TemporaryDirectory()
        let node = try await node(directory)
        func run(_ arguments: [String]) async throws -> ProgramResult {
            try await Program.run(arguments + ["--config", node.configuration])
        }
        #expect(try await run(["status"]).output.contains("0 studies"))
        let json = try await run(["status", "--json"]).output
        let status = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(status["node"] as? String == "paotai")
        #expect(try await run(["queue"]).output.contains("nothing is queued"))
        #expect(try await run(["queue", "show", "7"]).code == 1)
        #expect(try await run(["queue", "cancel", "7"]).code == 1)
        #expect(try await run(["verify"]).code == 0)
        #expect(try await run(["reindex"]).code == 0)
    }
}
