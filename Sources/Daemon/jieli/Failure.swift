// How a command ends that did not do what it was asked.

import Archive
import ArgumentParser
import DICOM
import DIMSEServices
import Demo
import Foundation
import HTTPService
import Identity
import Node
import Observability
import Relay

/// One sentence, and whether the caller asked for the impossible.
struct Failure: Error, CustomStringConvertible {
    var description: String
    var code: Int32 = 1

    static func usage(_ sentence: String) -> Failure { Failure(description: sentence, code: 2) }

    /// Help and version end well; everything else says why on standard error.
    static func exit(with error: any Error) -> Never {
        let parsed = Jieli.exitCode(for: error)
        if parsed == .success { Jieli.exit(withError: error) }
        if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
        if parsed == .validationFailure {
            say(Jieli.fullMessage(for: error))
            Glibc.exit(2)
        }
        say("jieli: \(error.sentence)")
        Glibc.exit(code(of: error))
    }

    /// What the person at the keyboard, or whoever wrote the configuration, can mend before trying again is 2.
    private static func code(of error: any Error) -> Int32 {
        switch error {
        case let error as Failure: error.code
        case is ConfigurationError: 2
        case let error as DemoError: error.isUsage ? 2 : 1
        case let error as RelayError: [.unusableReceiptKey, .unusableAuthority].contains(error.code) ? 2 : 1
        case let error as DICOMError: [.portInUse, .tlsConfiguration].contains(error.code) ? 2 : 1
        case let error as HTTPServiceError: [.portInUse, .cannotListen].contains(error.code) ? 2 : 1
        case let error as DIMSEServicesError: error.code == .unreadablePath ? 2 : 1
        case let error as IdentityError:
            [
                .invalidUserName, .weakPassword, .invalidPeers, .invalidCertificate, .invalidKey, .cannotReadFile,
                .fileExists,
            ].contains(error.code) ? 2 : 1
        case let error as any ClassifiedError:
            ["routing", "configuration", "roster", "workload"].contains { error.label.hasPrefix($0) } ? 2 : 1
        default: 1
        }
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
