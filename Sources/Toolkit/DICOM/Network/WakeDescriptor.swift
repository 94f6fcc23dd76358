// Interrupting a thread that waits for a socket.

internal import CDCMTK
import Glibc

/// An eventfd that becomes readable once and stays so: every wait on it, now or later, ends at once.
final class WakeDescriptor: Sendable {
    let descriptor: Int32

    init() throws {
        descriptor = CDCMTK_wake_create()
        guard descriptor >= 0 else { throw DICOMError(errno: errno, doing: "preparing a connection") }
    }

    deinit { close(descriptor) }

    var isSignalled: Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, 0) > 0
    }

    /// From any thread, any number of times.
    func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }
}

extension DICOMError {
    init(errno code: Int32, doing what: String) {
        let text = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            self.init(code: .storageFull, message: "the disk or the quota is full (\(what)); free some space")
        case EMFILE, ENFILE:
            self.init(code: .io, message: "too many open files (\(what)); raise the limit (LimitNOFILE)")
        default:
            self.init(code: .io, message: "\(what) failed: \(text)")
        }
    }
}
