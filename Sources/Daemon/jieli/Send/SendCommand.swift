// Sending files to any DICOM peer.

import ArgumentParser
import DICOM
import DIMSEServices
import Demo
import Foundation
import Observability
import Vocabulary

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send DICOM files by C-STORE, bit for bit.",
        discussion: """
            Every Part 10 file below each path, discs with a DICOMDIR and zip files included. A broken line is waited \
            for, and a run that was ended goes on where it was: what the peer has acknowledged is not sent again until \
            everything is sent. Exit code 1 unless every file was accepted.
            """)

    @Argument(help: "Files, folders and zip files.")
    var paths: [String]
    @Option(name: .long, help: ArgumentHelp("The peer.", valueName: "host:port"))
    var to: PeerAddress
    @Option(name: .long, help: "Our AE title.")
    var calling = "JIELI"
    @Option(name: .long, help: "The peer's AE title.")
    var called = "ANY-SCP"
    @Option(name: .long, help: "Associations at once.")
    var associations = 1
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where to keep what the peer has acknowledged; by default a file below XDG_STATE_HOME.", valueName: "file"))
    var resume: String?
    @Flag(name: .long, help: "Send everything, whatever was acknowledged before.")
    var again = false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Give up when nothing got through for so long; 0: at the first failure.", valueName: "seconds"))
    var giveUpAfter = 3600
    @Option(name: .long, help: "For TLS: our certificate (PEM).")
    var tlsCertificate: String?
    @Option(name: .long, help: "For TLS: its key (PEM, no passphrase).")
    var tlsKey: String?
    @Option(name: .long, help: "For TLS: the authority that the peer's certificate comes from (PEM).")
    var tlsAuthority: String?

    func validate() throws {
        guard giveUpAfter >= 0 else { throw ValidationError("--give-up-after is a number of seconds.") }
        guard (1...16).contains(associations) else { throw ValidationError("--associations lies between 1 and 16.") }
        let given = [tlsCertificate, tlsKey, tlsAuthority].compactMap { $0 }.count
        guard given == 0 || given == 3 else {
            throw ValidationError("TLS takes --tls-certificate, --tls-key and --tls-authority together.")
        }
    }

    func run() async throws {
        guard let calling = AETitle(rawValue: calling), let called = AETitle(rawValue: called) else {
            throw Failure.usage("an AE title has 1 to 16 characters, without backslash")
        }
        var tls: TLSCredentials?
        if let tlsCertificate, let tlsKey, let tlsAuthority {
            tls = TLSCredentials(
                certificateFile: tlsCertificate, privateKeyFile: tlsKey, certificateAuthorityFile: tlsAuthority)
        }
        let source = try ZipSource(paths)
        let progress = TerminalProgress()
        let meter = SendMeter(progress)
        let journal = try openJournal(called)
        if journal.count > 0 {
            progress.note("继续上次的发送 going on: \(journal.count) instances were acknowledged before (\(journal.path))")
        }
        let sender = RawStorageSender(
            to: to, calling: calling, called: called, tls: tls, associations: associations, journal: journal,
            onBytes: { meter.sent($0) }, logger: .silent)
        let rounds = SendRounds(
            paths: source.paths, sender: sender, meter: meter, progress: progress,
            giveUpAfter: .seconds(giveUpAfter))
        let files: [SentFile]
        do {
            files = try await rounds.run()
        } catch {
            progress.finish()
            throw error
        }
        progress.finish()
        var report = SendReport()
        for var file in files {
            file.path = source.shown(file.path)
            report.add(file)
        }
        print(report.summary)
        for line in report.lines(limit: .max) { print(line) }
        guard report.failedCount == 0, report.acceptedCount > 0 else {
            throw Failure(
                description: report.files == 0
                    ? "there are no files below \(paths.joined(separator: ", "))"
                    : "\(report.failedCount) files were not accepted")
        }
        try journal.remove()
    }

    /// One file for each peer and set of paths.
    private func openJournal(_ called: AETitle) throws -> SendJournal {
        let path = resume ?? defaultJournal(called)
        if again, FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        return try SendJournal(path: path)
    }

    private func defaultJournal(_ called: AETitle) -> String {
        let environment = ProcessInfo.processInfo.environment
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"] ?? FileManager.default.temporaryDirectory.path
        let places = paths.map { URL(fileURLWithPath: $0).standardizedFileURL.path }.sorted()
        let key = Digest(of: ([to.description, called.rawValue] + places).joined(separator: "\n").utf8).hexadecimal
        return "\(state ?? home + "/.local/state")/jieli/send-\(key.prefix(16))"
    }
}

extension PeerAddress: ExpressibleByArgument {
    public init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = Int(argument[argument.index(after: colon)...]),
            (1...65535).contains(port), colon != argument.startIndex
        else { return nil }
        self.init(host: String(argument[..<colon]), port: port)
    }
}
