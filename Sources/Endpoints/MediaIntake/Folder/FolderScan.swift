// What lies in a watched folder now.

import Glibc
import SystemPackage

/// What must not change while a file is waited for.
struct FileSignature: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    /// Nanoseconds.
    var modifiedAt: Int64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modifiedAt = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }

    /// `nil` for anything but a regular file. A symbolic link is none: it may lead anywhere.
    init?(of path: FilePath) {
        var status = stat()
        guard path.withPlatformString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        self.init(status)
    }
}

/// One walk through a folder. Names are bytes: what a Windows program wrote in GBK is found again under the same bytes.
struct FolderScan {
    /// Relative to the folder.
    private(set) var files: [FilePath: FileSignature] = [:]
    /// The folder itself and those below it, absolute.
    private(set) var folders: [FilePath] = []

    /// More than this waits for the next look.
    static let mostFiles = 100_000
    private static let deepest = 32

    /// - Throws: `MediaIntakeError.folder` when the folder itself can't be listed; one below it that can't is passed over.
    init(_ root: FilePath) throws {
        var waiting: [(path: FilePath, depth: Int)] = [("", 0)]
        while let (relative, depth) = waiting.popLast() {
            let folder = relative.isEmpty ? root : root.pushing(relative)
            guard let names = Self.names(in: folder) else {
                guard !relative.isEmpty else {
                    throw MediaIntakeError(.folder, "the watched folder \(root) cannot be listed", errno: errno)
                }
                continue
            }
            folders.append(folder)
            for name in names {
                guard files.count < Self.mostFiles else { return }
                let path = relative.appending(name)
                var status = stat()
                guard root.pushing(path).withPlatformString({ lstat($0, &status) }) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFREG where !FolderNames.isPassedOver(name):
                    files[path] = FileSignature(status)
                case S_IFDIR where depth < Self.deepest:
                    let isOurs = depth == 0 && [FolderNames.done, FolderNames.refused].contains(name.string)
                    if !isOurs, !name.string.hasPrefix(".") { waiting.append((path, depth + 1)) }
                default: break
                }
            }
        }
    }

    private static func names(in folder: FilePath) -> [FilePath.Component]? {
        guard let stream = folder.withPlatformString({ opendir($0) }) else { return nil }
        defer { closedir(stream) }
        var names: [FilePath.Component] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CInterop.PlatformChar.self, capacity: 256) {
                    FilePath.Component(platformString: $0)
                }
            }
            if let name, name.kind == .regular { names.append(name) }
        }
        return names
    }
}
