// Derived files on their way out.

import Foundation
import Relay
import Vocabulary

/// The folder of compressed copies, beside the archive and never part of it: all of it can be made again.
package struct OutgoingFolder: Hashable, Sendable {
    /// Absolute, without a trailing slash.
    package let path: String
    /// Copies take no more of the disk than this.
    package let largest: Int64

    /// - Throws: where the folder cannot be made.
    package init(path: String, largest: Int64 = 2 << 30) throws {
        self.path = path
        self.largest = largest
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    package func file(_ name: String) -> String { path + "/" + name }

    /// The instance and what it was made from: two forms of one UID never meet in one file.
    func name(_ wish: CompressionWish) -> String { "\(wish.sopInstance).\(wish.digest.hexadecimal.prefix(16)).dcm" }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path) }

    /// Not an error if it is gone.
    func remove(_ name: String) throws {
        do {
            try FileManager.default.removeItem(atPath: file(name))
        } catch let error as CocoaError where error.code == .fileNoSuchFile {
            return
        }
    }

    func size(of name: String) -> Int64? {
        var facts = stat()
        return stat(file(name), &facts) == 0 ? Int64(facts.st_size) : nil
    }
}
