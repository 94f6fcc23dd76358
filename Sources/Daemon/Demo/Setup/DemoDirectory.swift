// The folder of a demo network.

import Foundation
import Glibc

/// Holds the folder for one demo at a time; the kernel lets go when the process ends.
final class DemoDirectory: Sendable {
    let path: String
    private let descriptor: Int32

    /// Makes the folder where there is none; what else lies in it is left alone.
    ///
    /// - Throws: `DemoError.running` while another demo works in it.
    init(_ path: String) throws {
        self.path = path
        try Self.make(path)
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unwritable(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw DemoError(
                code: .running, message: "another jieli demo works in \(path); end it or choose another folder")
        }
    }

    deinit { close(descriptor) }

    static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw DemoError(
                code: .usage, message: "the folder \(path) cannot be made; check its name and the owner of its parent",
                cause: error)
        }
    }

    /// Whole or not at all, readable by its owner alone.
    static func write(_ data: Data, to path: String) throws {
        let temporary = path + ".new"
        // A leftover of a demo that was killed while writing.
        unlink(temporary)
        let descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: data)
            try handle.synchronize()
        } catch {
            throw DemoError(code: .cannotWrite, message: "\(path) cannot be written; is the disk full?", cause: error)
        }
        guard rename(temporary, path) == 0 else { throw unwritable(path) }
    }

    static func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> DemoError {
        DemoError(
            code: .cannotWrite,
            message: "\(path) cannot be written (\(String(cString: strerror(errno)))); check the folder and its owner")
    }
}
