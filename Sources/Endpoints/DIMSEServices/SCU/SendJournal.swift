// What a peer has acknowledged, for the run after a break.

import Crypto
import DICOM
import Foundation
import Observability
import Vocabulary

/// A file of lines, `SOP Instance UID <tab> digest of the data set`: one for each instance the peer answered 0x0000 for.
/// It belongs to one peer; whoever makes it chooses the file by the peer. Blocks.
package final class SendJournal: Sendable {
    package let path: String
    private let known: LockedBox<Set<String>>
    private let handle: FileHandle

    /// Opens the file or makes it.
    ///
    /// - Throws: `DIMSEServicesError.unreadablePath`.
    package init(path: String) throws {
        self.path = path
        do {
            let url = URL(fileURLWithPath: path)
            let files = FileManager.default
            try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            if !files.fileExists(atPath: path) { try Data().write(to: url) }
            // A line that a kill cut short matches nothing.
            let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
            known = LockedBox(Set(text.split(separator: "\n").map(String.init)))
            handle = try FileHandle(forWritingTo: url)
            try handle.seekToEnd()
            if !text.isEmpty, !text.hasSuffix("\n") { try handle.write(contentsOf: Data("\n".utf8)) }
        } catch {
            throw DIMSEServicesError(
                code: .unreadablePath, message: "the record of what was sent cannot be kept in \(path)", cause: error)
        }
    }

    /// How many instances the peer has acknowledged.
    package var count: Int { known.withLock { $0.count } }

    func holds(_ line: String) -> Bool { known.withLock { $0.contains(line) } }

    func add(_ line: String) throws {
        let isNew = known.withLock { $0.insert(line).inserted }
        if isNew { try handle.write(contentsOf: Data((line + "\n").utf8)) }
    }

    /// Everything was sent: there is nothing to take up again.
    package func remove() throws {
        try handle.close()
        try FileManager.default.removeItem(atPath: path)
    }

    /// The line for a file as it is now.
    static func line(for path: String, sopInstance: String) throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { handle.closeFile() }
        let (_, offset) = try FileMetaInformation.read(from: handle)
        try handle.seek(toOffset: UInt64(offset))
        var hash = SHA256()
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return "\(sopInstance)\t\(Vocabulary.Digest(hash.finalize()).hexadecimal)"
    }
}
