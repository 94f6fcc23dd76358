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
        discussion: "Every Part 10 file below each path. Exit code 1 unless every one of them was accepted.")

    @Argument(help: "Files and folders.")
    var paths: [String]
    @Option(name: .long, help: ArgumentHelp("The peer.", valueName: "host:port"))
    var to: PeerAddress
    @Option(name: .long, help: "Our AE title.")
    var calling = "JIELI"
    @Option(name: .long, help: "The peer's AE title.")
    var called = "ANY-SCP"
    @Option(name: .long, help: "Associations at once.")
    var associations = 1
    @Option(name: .long, help: "For TLS: our certificate (PEM).")
    var tlsCertificate: String?
    @Option(name: .long, help: "For TLS: its key (PEM, no passphrase).")
    var tlsKey: String?
    @Option(name: .long, help: "For TLS: the authority that the peer's certificate comes from (PEM).")
    var tlsAuthority: String?

    func validate() throws {
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
        let sender = RawStorageSender(
            to: to, calling: calling, called: called, tls: tls, associations: associations, logger: .silent)
        let progress = TerminalProgress()
        let state = LockedBox((report: SendReport(), total: 0))
        try await sender.send(paths: paths, prepared: { count in state.withLock { $0.total = count } }) { file in
            let bar = state.withLock { state in
                state.report.add(file)
                return ProgressBar(
                    "发送 sending", done: state.report.files, total: state.total,
                    detail: TerminalText.bytes(state.report.bytes))
            }
            progress.update([bar])
        }
        progress.finish()
        let report = state.withLock { $0.report }
        print(report.summary)
        for line in report.lines(limit: .max) { print(line) }
        guard report.failedCount == 0, report.acceptedCount > 0 else {
            throw Failure(
                description: report.files == 0
                    ? "there are no files below \(paths.joined(separator: ", "))"
                    : "\(report.failedCount) files were not accepted")
        }
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
