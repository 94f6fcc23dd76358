// The few system calls that durability hangs on.

internal import CLinux
import Foundation
import Vocabulary

import struct Crypto.SHA256

extension Timestamp {
    init(_ time: timespec) {
        self.init(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// POSIX with errors as `ArchiveError`. Paths are absolute.
enum Files {
    private static let folderMode: mode_t = 0o750
    private static let fileMode: mode_t = 0o640

    static func create(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, fileMode)
        guard descriptor >= 0 else { throw ArchiveError(systemCall: "creating a file", path: path, number: errno) }
        close(descriptor)
    }

    /// Flushes a file's bytes, its length and, where the file system orders what it writes, its newest name.
    static func flush(_ path: String) throws {
        try withDescriptor(path, flags: O_RDONLY) { descriptor in
            guard fsync(descriptor) == 0 else {
                throw ArchiveError(systemCall: "flushing to disk", path: path, number: errno)
            }
        }
    }

    /// Whether `flush` of a file that was renamed makes its new name durable as well. ext4, XFS and btrfs keep the order
    /// of a file's changes in their journals (without a journal, ext4 flushes the folder of a new name itself); of others
    /// nothing is known, and their folders are flushed, too.
    static func flushCoversName(in folder: String) throws -> Bool {
        var facts = statfs()
        guard statfs(folder, &facts) == 0 else {
            throw ArchiveError(systemCall: "asking for the kind of file system", path: folder, number: errno)
        }
        let (ext, xfs, btrfs) = (0xEF53, 0x5846_5342, 0x9123_683E)
        return [ext, xfs, btrfs].contains(Int(facts.f_type))
    }

    /// Flushes the names in a folder to the disk.
    static func flushFolder(_ path: String) throws {
        try withDescriptor(path, flags: O_RDONLY | O_DIRECTORY) { descriptor in
            guard fsync(descriptor) == 0 else {
                throw ArchiveError(systemCall: "flushing to disk", path: path, number: errno)
            }
        }
    }

    /// Not an error if it is there.
    static func makeFolder(_ path: String) throws {
        guard mkdir(path, folderMode) == 0 || errno == EEXIST else {
            throw ArchiveError(systemCall: "creating a folder", path: path, number: errno)
        }
    }

    /// Gives a file another name without ever replacing what has that name. `false` when something has.
    static func moveUnlessExists(_ path: String, to target: String) throws -> Bool {
        if CLinux_rename_exclusively(path, target) == 0 { return true }
        if errno == EEXIST { return false }
        // Network and foreign file systems (NFS, SMB, exFAT), which have no such renaming.
        guard errno == EINVAL || errno == ENOSYS else {
            throw ArchiveError(systemCall: "renaming a received file", path: target, number: errno)
        }
        if link(path, target) == 0 {
            try remove(path)
            return true
        }
        switch errno {
        case EEXIST: return false
        case EPERM, EOPNOTSUPP, EMLINK:
            // A rival may be replaced here, by the same data set.
            if try status(target) != nil { return false }
            try replace(target, with: path)
            return true
        default: throw ArchiveError(systemCall: "renaming a received file", path: target, number: errno)
        }
    }

    /// A second name for a file that nobody writes to any more; a second file where the file system has no links.
    static func addName(_ name: String, to path: String) throws {
        if link(path, name) == 0 || errno == EEXIST { return }
        guard [EPERM, EOPNOTSUPP, EMLINK].contains(errno) else {
            throw ArchiveError(systemCall: "keeping a refused file", path: name, number: errno)
        }
        do {
            try FileManager.default.copyItem(atPath: path, toPath: name)
        } catch {
            throw ArchiveError(
                code: .io, message: "the refused file \(path) could not be kept as \(name)", cause: error)
        }
        try flush(name)
    }

    static func replace(_ target: String, with path: String) throws {
        guard rename(path, target) == 0 else {
            throw ArchiveError(systemCall: "renaming a received file", path: target, number: errno)
        }
    }

    /// Not an error if it is gone.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw ArchiveError(systemCall: "removing a file", path: path, number: errno)
        }
    }

    /// `nil` when nothing is there.
    static func status(_ path: String) throws -> stat? {
        var status = stat()
        if stat(path, &status) == 0 { return status }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw ArchiveError(systemCall: "looking at a file", path: path, number: errno)
    }

    /// SHA-256 and length of what follows `offset`. Read from the disk where the kernel allows it, not from its cache,
    /// and not left there: others need it more.
    ///
    /// - Parameter pace: told of each piece that was read; may wait, or throw to stop.
    /// - Throws: `ArchiveError.unreadable` where the disk does not give the bytes back.
    static func digest(
        _ path: String, from offset: Int64, pace: (_ bytes: Int) throws -> Void = { _ in }
    ) throws -> (digest: Digest, size: Int64) {
        try withDescriptor(path, flags: O_RDONLY) { descriptor in
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
            guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
                throw ArchiveError(systemCall: "reading", path: path, number: errno)
            }
            var hash = SHA256()
            var size: Int64 = 0
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer {
                buffer.deallocate()
                _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
            }
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count == 0 { return (Digest(hash.finalize()), size) }
                guard count > 0 else {
                    if errno == EINTR { continue }
                    throw ArchiveError(readingFailed: path, number: errno)
                }
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                size += Int64(count)
                try pace(count)
            }
        }
    }

    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw ArchiveError(
                code: .io, message: "the folder \(folder) cannot be read; check that it belongs to this user",
                cause: error)
        }
    }

    private static func withDescriptor<Result>(
        _ path: String, flags: Int32, _ body: (Int32) throws -> Result
    ) throws -> Result {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveError(systemCall: "opening", path: path, number: errno) }
        defer { close(descriptor) }
        return try body(descriptor)
    }
}
