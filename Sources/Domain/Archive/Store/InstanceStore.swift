// Where the bytes of SOP instances live.

import Foundation
import Vocabulary

/// A file being received. It lies on the archive's file system, so that committing it is a rename.
package struct LandingFile: Hashable, Sendable {
    /// Absolute; whoever receives opens it for writing (it exists, empty).
    package let path: String

    package init(path: String) { self.path = path }
}

/// What a received file turned out to be.
package struct InstanceIdentity: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var sopInstance: SOPInstanceUID
    /// SHA-256 of the data set bytes, up to the end of the file.
    package var digest: Digest
    /// Length of the data set in bytes.
    package var size: Int64
    /// Where the data set starts in the file: after preamble and file meta information.
    package var dataSetOffset: Int64

    package init(
        study: StudyInstanceUID, sopInstance: SOPInstanceUID, digest: Digest, size: Int64, dataSetOffset: Int64
    ) {
        self.study = study
        self.sopInstance = sopInstance
        self.digest = digest
        self.size = size
        self.dataSetOffset = dataSetOffset
    }
}

/// Where a committed file lies.
package struct CommittedFile: Hashable, Sendable {
    /// Relative to the archive.
    package var path: String
    /// Of the file that lies there, which may have come earlier with another file meta information.
    package var dataSetOffset: Int64
    /// The same data set was not there before.
    package var isNew: Bool

    package init(path: String, dataSetOffset: Int64, isNew: Bool) {
        self.path = path
        self.dataSetOffset = dataSetOffset
        self.isNew = isNew
    }
}

package struct FreeSpace: Hashable, Sendable {
    /// What this user may still write.
    package var free: Int64
    package var total: Int64

    package init(free: Int64, total: Int64) {
        self.free = free
        self.total = total
    }
}

/// The bytes of SOP instances, each a Part 10 file kept bit for bit as it came. Calls block; they are made from threads
/// of our own (associations) and for short work. Thread-safe.
package protocol InstanceStore: Sendable {
    /// A new empty file to receive into. What a killed daemon leaves there is cleared at its next start.
    func landing() throws -> LandingFile

    /// Forgets a file that was not taken. Not an error if it is gone.
    func discard(_ landing: LandingFile) throws

    /// Moves the file to its place and returns that. Nothing is promised yet: `makeDurable` promises.
    ///
    /// Placing the same data set again changes nothing, unless the file that lies there is damaged: then it is replaced.
    func place(_ landing: LandingFile, as identity: InstanceIdentity) throws -> CommittedFile

    /// When this returns, a power cut takes neither the placed file's bytes nor its name away. Slow: a flush.
    func makeDurable(_ committed: CommittedFile) throws

    /// Keeps a refused file for the operator, durably, and returns its place.
    func keepAside(_ landing: LandingFile, as identity: InstanceIdentity) throws -> String

    /// Puts a committed file where refused ones are kept; not an error if it lies there already.
    ///
    /// - Parameter keepingPlace: another instance stands on this file (the same bytes, rightly sent): it stays, too.
    func keepAside(committed path: String, as identity: InstanceIdentity, keepingPlace: Bool) throws -> String

    /// Keeps a file that was refused for its bytes, durably and under this name, and returns its place. Nothing ever takes
    /// it for an instance.
    func quarantine(_ landing: LandingFile, as name: String) throws -> String

    /// What lies in quarantine, relative to the archive.
    func quarantined() throws -> [String]

    /// Moves a file that is no longer what was received out of the way and returns its new place; `nil` when it is gone.
    /// Nothing deletes it.
    func setAside(damaged path: String, at time: Timestamp) throws -> String?

    /// Whether a file lies at this place.
    func holds(_ path: String) throws -> Bool

    /// The file at a place that `commit` or `keepAside` returned.
    /// - Throws: `ArchiveError.badPath` for a path that leaves the archive.
    func url(of path: String) throws -> URL

    /// Removes the file at a place. Not an error if it is gone.
    func remove(_ path: String) throws

    /// The folders of kept instances that hold files, sorted, relative to the archive.
    func studyFolders() throws -> [String]

    /// The files in such a folder, sorted, relative to the archive; what is gone meanwhile is left out.
    func paths(in folder: String) throws -> [String]

    func freeSpace() throws -> FreeSpace
}

extension InstanceStore {
    /// Places a file durably.
    package func commit(_ landing: LandingFile, as identity: InstanceIdentity) throws -> CommittedFile {
        let committed = try place(landing, as: identity)
        try makeDurable(committed)
        return committed
    }

    /// For a file that nothing stands on; `ConflictBook.refuse` finds out.
    package func keepAside(committed path: String, as identity: InstanceIdentity) throws -> String {
        try keepAside(committed: path, as: identity, keepingPlace: false)
    }
}
