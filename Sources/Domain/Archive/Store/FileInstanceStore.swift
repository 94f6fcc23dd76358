// SOP instances as files in folders.

import DICOM
import Foundation
import Observability
import Vocabulary

/// The archive on a local file system:
///
///     incoming/                          being received
///     studies/<2 hex>/<Study UID>/       <SOP Instance UID>.<16 hex of the digest>.dcm
///     conflicts/                         refused, for the operator
///     quarantine/                        not taken in because of what they are, for the operator
///     damaged/                           no longer what was received; kept for whoever wants to know why
///
/// A name that `makeDurable` has not covered yet may stand for a torn file after a power cut: nobody was told that it is
/// safe, and its digest does not agree with its name.
package final class FileInstanceStore: InstanceStore {
    package enum Access: Sendable {
        /// The daemon: alone, and what a predecessor left in `incoming/` is cleared.
        case owner
        /// A tool that looks on: `verify` beside a running daemon.
        case visitor
    }

    /// Absolute, without a trailing slash.
    package let folder: String
    /// How many unfinished files of a predecessor were cleared.
    package let clearedCount: Int
    private let lock: StoreLock?
    private let flushCoversName: Bool
    /// Folders that are on disk as far as this process knows, so that only the first instance of a study pays for them.
    private let durableFolders = LockedBox(Set<String>())
    private static let durableFolderLimit = 20_000

    /// - Throws: `ArchiveError.unusable` when the folder cannot be made, is in use, or spans file systems.
    package init(folder: String, access: Access) throws {
        let url = URL(fileURLWithPath: folder).standardizedFileURL
        let path = url.path
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw ArchiveError(
                code: .unusable, message: "the archive's folder \(path) cannot be created; check its parent's owner",
                cause: error)
        }
        self.folder = path
        flushCoversName = try Files.flushCoversName(in: path)
        let parts = [
            StorePath.incoming, StorePath.studies, StorePath.conflicts, StorePath.damaged, StorePath.quarantine,
        ].map { path + "/" + $0 }
        switch access {
        case .owner:
            lock = try StoreLock(folder: path)
            for part in parts { try Files.makeFolder(part) }
            try Files.flushFolder(path)
            durableFolders.withLock { _ = $0.insert(StorePath.studies) }
            clearedCount = try Self.clear(parts[0])
        case .visitor:
            lock = nil
            for part in parts { try Files.makeFolder(part) }
            clearedCount = 0
        }
        guard try Set(parts.compactMap { try Files.status($0)?.st_dev }).count == 1 else {
            throw ArchiveError(
                code: .unusable,
                message:
                    "the folders incoming, studies, conflicts, quarantine and damaged in \(path) must be on one file system; "
                    + "remove the mount or link inside the archive")
        }
    }

    private static func clear(_ incoming: String) throws -> Int {
        let names = try Files.names(in: incoming)
        for name in names { try Files.remove(incoming + "/" + name) }
        return names.count
    }

    // MARK: Receiving

    package func landing() throws -> LandingFile {
        // Not a UUID: Foundation opens the kernel's random device for each.
        let name =
            String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
        let path = "\(folder)/\(StorePath.incoming)/\(name)"
        try Files.create(path)
        return LandingFile(path: path)
    }

    package func discard(_ landing: LandingFile) throws { try Files.remove(landing.path) }

    package func place(_ landing: LandingFile, as identity: InstanceIdentity) throws -> CommittedFile {
        let path = StorePath.instance(identity)
        try makeDurableFolder(StorePath.folder(of: identity.study))
        let target = absolute(path)
        var committed = CommittedFile(path: path, dataSetOffset: identity.dataSetOffset, isNew: true)
        guard try !Files.moveUnlessExists(landing.path, to: target) else { return committed }
        committed.isNew = false
        if let offset = try intactOffset(target, identity) {
            committed.dataSetOffset = offset
            try discard(landing)
        } else {
            try Files.replace(target, with: landing.path)
        }
        return committed
    }

    /// Also for a file that was there: whoever placed it may not have flushed it yet.
    package func makeDurable(_ committed: CommittedFile) throws {
        try Files.flush(absolute(committed.path))
        guard !flushCoversName, let slash = committed.path.lastIndex(of: "/") else { return }
        try Files.flushFolder(absolute(String(committed.path[..<slash])))
    }

    /// Where the data set starts in a file that holds the data set it should; `nil` for a damaged one.
    private func intactOffset(_ path: String, _ identity: InstanceIdentity) throws -> Int64? {
        do {
            let offset = try FileMetaInformation.read(fromFile: path).dataSetOffset
            let found = try Files.digest(path, from: offset)
            return found.digest == identity.digest && found.size == identity.size ? offset : nil
        } catch is DICOMError {
            return nil
        } catch let error as ArchiveError where error.code == .io || error.code == .unreadable {
            return nil
        }
    }

    // MARK: Refusing

    package func keepAside(_ landing: LandingFile, as identity: InstanceIdentity) throws -> String {
        try Files.flush(landing.path)
        let path = StorePath.aside(identity)
        if try !Files.moveUnlessExists(landing.path, to: absolute(path)) { try discard(landing) }
        try Files.flushFolder(absolute(StorePath.conflicts))
        return path
    }

    package func keepAside(
        committed path: String, as identity: InstanceIdentity, keepingPlace: Bool
    ) throws -> String {
        let (source, aside) = (try url(of: path).path, StorePath.aside(identity))
        try Files.flush(source)
        if try Files.status(absolute(aside)) == nil { try Files.addName(absolute(aside), to: source) }
        if !keepingPlace { try Files.remove(source) }
        try Files.flushFolder(absolute(StorePath.conflicts))
        return aside
    }

    package func quarantine(_ landing: LandingFile, as name: String) throws -> String {
        let path = "\(StorePath.quarantine)/\(name)"
        guard StorePath.isInside(path) else {
            throw ArchiveError(code: .badPath, message: "the path '\(path)' leads out of the archive")
        }
        try Files.flush(landing.path)
        try Files.replace(absolute(path), with: landing.path)
        try Files.flushFolder(absolute(StorePath.quarantine))
        return path
    }

    package func quarantined() throws -> [String] { try contents(StorePath.quarantine).files }

    package func setAside(damaged path: String, at time: Timestamp) throws -> String? {
        let source = try url(of: path).path
        guard try Files.status(source) != nil else { return nil }
        let aside = "\(StorePath.damaged)/\(time.milliseconds).\(source.split(separator: "/").last ?? "file")"
        try Files.replace(absolute(aside), with: source)
        try Files.flushFolder(absolute(StorePath.damaged))
        return aside
    }

    // MARK: What is kept

    package func url(of path: String) throws -> URL {
        guard StorePath.isInside(path) else {
            throw ArchiveError(code: .badPath, message: "the path '\(path)' leads out of the archive")
        }
        return URL(fileURLWithPath: absolute(path), isDirectory: false)
    }

    package func holds(_ path: String) throws -> Bool { try Files.status(url(of: path).path) != nil }

    package func remove(_ path: String) throws { try Files.remove(url(of: path).path) }

    package func studyFolders() throws -> [String] {
        var found: [String] = []
        var waiting = [StorePath.studies]
        while let folder = waiting.popLast() {
            let (files, folders) = try contents(folder)
            if !files.isEmpty { found.append(folder) }
            waiting += folders
        }
        return found.sorted()
    }

    package func paths(in folder: String) throws -> [String] {
        guard StorePath.isInside(folder) else {
            throw ArchiveError(code: .badPath, message: "the path '\(folder)' leads out of the archive")
        }
        return try contents(folder).files
    }

    private func contents(_ folder: String) throws -> (files: [String], folders: [String]) {
        var (files, folders): ([String], [String]) = ([], [])
        for name in try Files.names(in: absolute(folder)) {
            let path = folder + "/" + name
            // Gone since the listing is no error: the daemon may be at work.
            guard let status = try Files.status(absolute(path)) else { continue }
            if status.st_mode & S_IFMT == S_IFDIR { folders.append(path) } else { files.append(path) }
        }
        return (files, folders)
    }

    package func freeSpace() throws -> FreeSpace {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else {
            throw ArchiveError(systemCall: "asking for free space", path: folder, number: errno)
        }
        let unit = Int64(status.f_frsize)
        return FreeSpace(free: Int64(status.f_bavail) * unit, total: Int64(status.f_blocks) * unit)
    }

    private func absolute(_ path: String) -> String { folder + "/" + path }

    /// Makes a folder and its parents, each flushed into the one above before anything in it is relied on. Two threads
    /// may both do it: neither may trust the other to have flushed already.
    private func makeDurableFolder(_ relative: String) throws {
        if durableFolders.withLock({ $0.contains(relative) }) { return }
        var made = ""
        for component in relative.split(separator: "/") {
            let parent = made
            made += made.isEmpty ? String(component) : "/" + component
            if durableFolders.withLock({ $0.contains(made) }) { continue }
            try Files.makeFolder(absolute(made))
            try Files.flushFolder(parent.isEmpty ? folder : absolute(parent))
            durableFolders.withLock { known in
                if known.count >= Self.durableFolderLimit { known.removeAll() }
                known.insert(made)
            }
        }
    }
}
