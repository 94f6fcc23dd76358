// The three-node network on one machine.

import ArgumentParser
import Demo
import Foundation
import Vocabulary

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run a township, a county and a city on this machine and send studies through them.",
        discussion: """
            Starts three nodes, sends every DICOM file below each --study to the township, shows how far each has come, \
            prints addresses and accounts, and goes on until Ctrl-C. DIR may exist: a demo network in it is taken up \
            again with its data and accounts. Only ports P to P+39 are used. DIR/network.json says how to reach it all.
            """)

    @Option(name: .long, help: ArgumentHelp("Where the network is kept.", valueName: "dir"))
    var directory: String
    @Option(name: .long, help: ArgumentHelp("First of 40 ports.", valueName: "p"))
    var basePort = DemoNetwork.defaultBasePort
    @Option(name: .long, help: ArgumentHelp("What is sent; may be repeated (default: TestImages).", valueName: "path"))
    var study: [String] = []
    @Flag(name: .long, help: "Send nothing.")
    var noStudies = false
    @Option(name: .long, help: "Where studies are read: city or county.")
    var readAt = Tier.city
    @Option(
        name: .long,
        help:
            "Stop when every accepted instance is signed for where it is read (routed), or when every report is home (reported)."
    )
    var until: DemoGoal?
    @Flag(name: .long, help: "Return once the network is up and everything is sent; it goes on running.")
    var detach = false
    @Flag(name: .long, help: "End the network that --detach left running in DIR.")
    var stop = false
    @OptionGroup var tether: TetherOption

    func validate() throws {
        if noStudies, !study.isEmpty { throw ValidationError("--no-studies and --study contradict each other.") }
        if readAt == .edge { throw ValidationError("Nobody reads at the edge; --read-at takes city or county.") }
        if directory.isEmpty { throw ValidationError("--directory needs a folder.") }
    }

    func run() async throws {
        let folder = URL(fileURLWithPath: directory).standardizedFileURL.path
        guard !stop else {
            let count = try await Demo.stop(directory: folder)
            print(count == 0 ? "no node was running 没有节点在运行" : "\(count) nodes ended 已停止 \(count) 个节点")
            return
        }
        tether.fasten()
        let executable = try DemoOptions.runningExecutable()
        let options = try DemoOptions(
            network: DemoNetwork(directory: folder, basePort: basePort, readingTier: readAt),
            studies: try studies(executable), goal: until, isDetached: detach, executable: executable)
        // Not `print`: a pipe would see it only at the end.
        try await Demo(options, logger: .silent) { text in
            FileHandle.standardOutput.write(Data((text + "\n").utf8))
        }.run()
    }

    private func studies(_ executable: String) throws -> [String] {
        if noStudies { return [] }
        if !study.isEmpty { return study }
        guard let samples = DemoOptions.sampleStudies(executable: executable) else {
            throw Failure.usage("there is no folder TestImages here; name what to send with --study, or --no-studies")
        }
        return [samples]
    }
}

extension DemoGoal: ExpressibleByArgument {}
extension Tier: ExpressibleByArgument {}
