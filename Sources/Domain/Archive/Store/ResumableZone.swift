// Where files lie that are received in ranges.

import Foundation
import Vocabulary

/// `resumable/` in the archive: like `incoming/`, but what lies there outlives the daemon, because the sender goes on
/// where it stopped. Whoever keeps the ranges' ledger says what may go.
package struct ResumableZone: Sendable {
    package let folder: String

    /// - Throws: `ArchiveError.unusable` when the folder is not on the archive's file system, where committing is a rename.
    package init(archive: String) throws {
        folder = archive + "/resumable"
        try Files.makeFolder(folder)
        try Files.flushFolder(archive)
        guard try Files.status(folder)?.st_dev == Files.status(archive)?.st_dev else {
            throw ArchiveError(
                code: .unusable,
                message: "the folder \(folder) must be on the archive's file system; remove the mount or link there")
        }
    }

    /// The file of this name, there or not.
    package func file(_ name: String) -> LandingFile { LandingFile(path: "\(folder)/\(name)") }

    /// Makes it anew, beginning with `head`. Durable when this returns.
    package func create(_ name: String, head: Data) throws -> LandingFile {
        let landing = file(name)
        try Files.remove(landing.path)
        try Files.create(landing.path)
        let file = try RangeFile(landing)
        try head.withUnsafeBytes { try file.write($0, at: 0) }
        try file.flush()
        try Files.flushFolder(folder)
        return landing
    }

    /// Its length; `nil` when there is none.
    package func length(_ name: String) throws -> Int64? { try Files.status(file(name).path).map { Int64($0.st_size) } }

    /// SHA-256 and length of what follows `offset`, read from the disk.
    package func digest(_ name: String, from offset: Int64) throws -> (digest: Digest, size: Int64) {
        try Files.digest(file(name).path, from: offset)
    }

    /// Not an error if it is gone.
    package func remove(_ name: String) throws { try Files.remove(file(name).path) }

    package func names() throws -> [String] { try Files.names(in: folder) }
}

/// A file written at any place. Calls block.
package final class RangeFile: Sendable {
    private let descriptor: Int32
    private let path: String

    package init(_ landing: LandingFile) throws {
        path = landing.path
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveError(systemCall: "opening", path: path, number: errno) }
    }

    deinit { close(descriptor) }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        var (rest, position) = (bytes, offset)
        while !rest.isEmpty {
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(position))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ArchiveError(systemCall: "writing", path: path, number: errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            position += Int64(count)
        }
    }

    /// Bytes and length, to the disk.
    package func flush() throws {
        guard fdatasync(descriptor) == 0 else {
            throw ArchiveError(systemCall: "flushing to disk", path: path, number: errno)
        }
    }
}
