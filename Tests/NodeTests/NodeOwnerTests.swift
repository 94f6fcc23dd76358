import Foundation
import Node
import TestSupport
import Testing

@Suite("Whoever writes beside the daemon")
struct NodeOwnerTests {
    private let directory: TemporaryDirectory
    private let configuration: NodeConfiguration

    init() async throws {
        directory = try TemporaryDirectory()
        let file = directory.appending("node.yaml")
        let yaml = ConfigurationMistakeTests.least + "directory: \(directory.appending("data"))\n"
        try yaml.write(toFile: file, atomically: true, encoding: .utf8)
        configuration = try await NodeConfiguration.load(file: file)
    }

    @Test("is the owner of the node's data; another, root included, is refused with the command to run instead")
    func owner() throws {
        // Before the node has run for the first time there is nothing that belongs to anybody.
        try NodeOwner.check(configuration, user: 4711)
        try FileManager.default.createDirectory(
            atPath: configuration.archiveDirectory, withIntermediateDirectories: true)
        try NodeOwner.check(configuration)
        for user in [0, geteuid() + 1] where user != geteuid() {
            #expect(throws: ConfigurationError(code: .wrongUser, message: "")) {
                try NodeOwner.check(configuration, user: user)
            }
        }
        do {
            try NodeOwner.check(configuration, user: 4711)
        } catch let error as ConfigurationError {
            #expect(error.message.contains(configuration.directory))
            #expect(error.message.contains("this runs as '4711'") && error.message.contains("runuser -u "))
        }
    }

    @Test("is asked of the archive as well", .enabled(if: geteuid() == 0))
    func archive() throws {
        try FileManager.default.createDirectory(
            atPath: configuration.archiveDirectory, withIntermediateDirectories: true)
        #expect(chown(configuration.archiveDirectory, 4711, 4711) == 0)
        #expect(throws: ConfigurationError(code: .wrongUser, message: "")) { try NodeOwner.check(configuration) }
    }
}
