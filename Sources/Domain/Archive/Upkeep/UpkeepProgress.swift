// How far a long run through the archive has come.

/// Reported after every few files; `total` is a good guess where the files themselves are being counted.
package struct UpkeepProgress: Hashable, Sendable {
    package var files: Int
    package var bytes: Int64
    package var totalFiles: Int

    package init(files: Int, bytes: Int64, totalFiles: Int) {
        self.files = files
        self.bytes = bytes
        self.totalFiles = totalFiles
    }
}

/// A file of the archive and what is wrong with it.
package struct FileFinding: Hashable, Comparable, Sendable {
    /// Relative to the archive.
    package var path: String
    package var reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.path, lhs.reason) < (rhs.path, rhs.reason) }
}
