// Where a file goes when it has been dealt with.

import Foundation
import Glibc
import SystemPackage

/// Moves within one watched folder; never replaces a file.
struct FileMoves: Sendable {
    let root: FilePath

    /// - Parameter folder: `done` or `refused`.
    /// - Returns: where it lies now.
    func move(_ path: FilePath, to folder: String) throws -> FilePath {
        let wanted = root.appending(folder).pushing(path)
        try makeFolders(below: root, for: FilePath(folder).pushing(path))
        for number in 1...10_000 {
            let target = Self.numbered(wanted, number)
            // A link fails where the name is taken, a rename would replace what has it.
            if link(root.pushing(path), target) == 0 {
                try remove(path)
                return target
            }
            let failure = errno
            switch failure {
            case EEXIST: continue
            case EPERM, EOPNOTSUPP, EMLINK, ENOTSUP:
                // A file system without links (a USB stick, an SMB share).
                if FileSignature(of: target) != nil { continue }
                guard rename(root.pushing(path), target) == 0 else {
                    throw MediaIntakeError(.folder, "a file in \(root) cannot be moved to \(folder)", errno: errno)
                }
                return target
            default: throw MediaIntakeError(.folder, "a file in \(root) cannot be moved to \(folder)", errno: failure)
            }
        }
        throw MediaIntakeError(code: .folder, message: "\(root)/\(folder) has too many files of one name")
    }

    func remove(_ path: FilePath) throws {
        guard root.pushing(path).withPlatformString({ unlink($0) }) == 0 || errno == ENOENT else {
            throw MediaIntakeError(.folder, "a file in \(root) cannot be removed", errno: errno)
        }
    }

    /// Beside a refused file, for whoever put it there. With a byte order mark: old Windows editors need one.
    func writeReason(_ text: String, beside file: FilePath) throws {
        var bytes: [CChar] = file.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
        bytes += FolderNames.reasonSuffix.utf8.map { CChar(bitPattern: $0) } + [0]
        let descriptor = bytes.withUnsafeBufferPointer {
            open($0.baseAddress!, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        }
        guard descriptor >= 0 else {
            throw MediaIntakeError(.folder, "the reason of a refusal cannot be written in \(root)", errno: errno)
        }
        defer { close(descriptor) }
        let content = Array("\u{FEFF}\(text)\r\n".utf8)
        guard write(descriptor, content, content.count) == content.count else {
            throw MediaIntakeError(.folder, "the reason of a refusal cannot be written in \(root)", errno: errno)
        }
    }

    // MARK: Names

    private func link(_ path: FilePath, _ target: FilePath) -> Int32 {
        path.withPlatformString { from in target.withPlatformString { Glibc.link(from, $0) } }
    }

    private func rename(_ path: FilePath, _ target: FilePath) -> Int32 {
        path.withPlatformString { from in target.withPlatformString { Glibc.rename(from, $0) } }
    }

    private func makeFolders(below root: FilePath, for path: FilePath) throws {
        var folder = root
        for component in path.removingLastComponent().components {
            folder.append(component)
            guard folder.withPlatformString({ mkdir($0, 0o775) }) == 0 || errno == EEXIST else {
                throw MediaIntakeError(.folder, "no folder can be made in \(root)", errno: errno)
            }
        }
    }

    /// IM001.dcm, IM001.dcm.2, IM001.dcm.3 …: what the name was stays readable, whatever its bytes.
    private static func numbered(_ path: FilePath, _ number: Int) -> FilePath {
        guard number > 1 else { return path }
        var bytes: [CChar] = path.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
        bytes += ".\(number)".utf8.map { CChar(bitPattern: $0) } + [0]
        return bytes.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
    }
}
