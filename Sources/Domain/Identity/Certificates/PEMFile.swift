// Certificates and keys on disk.

import Foundation
import Glibc

/// A key is readable by its owner from its first byte on: it is created with its mode, never created and then changed.
enum PEMFile {
    static let keyMode: mode_t = 0o600
    static let certificateMode: mode_t = 0o644

    static func read(_ path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            let what = FileManager.default.fileExists(atPath: path) ? "cannot be read" : "does not exist"
            throw IdentityError(
                code: .cannotReadFile,
                message: "\(path) \(what); check the path and that it belongs to the daemon's user")
        }
    }

    /// Creates the file and flushes it; one that exists is never overwritten.
    static func create(_ path: String, text: String, mode: mode_t) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            if errno == EEXIST {
                throw IdentityError(code: .fileExists, message: "\(path) exists already; move it away first")
            }
            throw failure(path)
        }
        defer { close(descriptor) }
        do {
            // The process's umask may have taken bits away, never added any.
            guard fchmod(descriptor, mode) == 0 else { throw failure(path) }
            try write(Array(text.utf8), to: descriptor, path: path)
            guard fsync(descriptor) == 0 else { throw failure(path) }
        } catch {
            unlink(path)
            throw error
        }
        try flushFolder(of: path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure(path) }
            rest = rest.dropFirst(written)
        }
    }

    private static func flushFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> IdentityError {
        IdentityError(
            code: .cannotWriteFile,
            message: "\(path) cannot be written (\(String(cString: strerror(errno)))); check the folder and its owner")
    }
}
