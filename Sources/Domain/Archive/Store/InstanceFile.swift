// One kept file, read again.

import Vocabulary

package enum InstanceFile {
    /// Hashes the data set again. Blocks for as long as the disk takes.
    ///
    /// - Returns: digest and length in bytes of what lies there now; `nil` when no file does.
    package static func rehash(
        _ instance: InstanceRecord, in store: any InstanceStore
    ) throws -> (digest: Digest, size: Int64)? {
        let path = try store.url(of: instance.path).path
        guard try Files.status(path) != nil else { return nil }
        return try Files.digest(path, from: instance.dataSetOffset)
    }

    /// SHA-256 of what follows `offset` in any file, read in pieces. Blocks for as long as the disk takes.
    package static func digest(ofFile path: String, from offset: Int64) throws -> Digest {
        try Files.digest(path, from: offset).digest
    }
}
