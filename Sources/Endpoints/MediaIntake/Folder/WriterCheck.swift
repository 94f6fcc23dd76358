// Does any program on this machine still have a file open for writing?

import Glibc
import SystemPackage

/// A read lease is granted only on a file that nobody has open for writing (fcntl(2), F_SETLEASE). It is given back at
/// once. Whoever may not ask, or asks on a file system without leases, learns nothing.
enum WriterCheck {
    // Behind _GNU_SOURCE, which Swift's Glibc doesn't define.
    private static let setLease: Int32 = 1024
    private static let setSignal: Int32 = 10

    static func isBeingWritten(_ path: FilePath) -> Bool {
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A writer that comes in between is announced by a signal that is ignored, not by SIGIO, which would end us.
        guard fcntl(descriptor, setSignal, SIGURG) == 0 else { return false }
        guard fcntl(descriptor, setLease, Int32(F_RDLCK)) != 0 else {
            _ = fcntl(descriptor, setLease, Int32(F_UNLCK))
            return false
        }
        return errno == EAGAIN
    }
}
