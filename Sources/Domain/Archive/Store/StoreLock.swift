// One daemon to an archive.

import Foundation

/// An advisory lock on `lock` in the archive's folder. The kernel drops it when the process ends, however it ends.
final class StoreLock: Sendable {
    private let descriptor: Int32

    init(folder: String) throws {
        let path = folder + "/lock"
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw ArchiveError(systemCall: "opening", path: path, number: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw ArchiveError(
                code: .unusable,
                message: "the archive \(folder) is in use by another running jieli; stop that one or give this node a "
                    + "folder of its own")
        }
    }

    deinit { close(descriptor) }
}
