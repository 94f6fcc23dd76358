// What is fuzzed.

import DICOM
import Foundation

/// Takes any bytes. An error of ours is a fine answer; a trap, a sanitizer's report, a hang or a broken promise is not.
package protocol FuzzTarget: Sendable {
    func run(_ input: [UInt8])
}

package enum FuzzTargets {
    package static let names = ["file", "frames", "text", "report", "association"]

    package static func named(_ name: String) -> (any FuzzTarget)? {
        switch name {
        case "file": FileTarget()
        case "frames": FrameTarget()
        case "text": TextTarget()
        case "report": ReportTarget()
        case "association": AssociationFuzzTarget()
        default: nil
        }
    }
}

/// Ends the program with a sentence, which the fuzzer keeps with the input.
func broken(_ promise: String) -> Never { fatalError("broken promise: \(promise)") }

/// Only errors that the rest of the program knows.
func expecting(_ body: () throws -> Void) {
    do {
        try body()
    } catch is DICOMError {
        return
    } catch {
        broken("an error of another kind: \(error)")
    }
}

/// The input as a file, in memory.
final class MemoryFile {
    let path = "/dev/shm/jieli-fuzz-\(getpid()).dcm"

    init(_ bytes: [UInt8]) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            fatalError("no memory file: \(error)")
        }
    }

    deinit { unlink(path) }
}
