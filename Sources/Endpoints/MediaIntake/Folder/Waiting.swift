// Files that are watched until they can be taken.

import SystemPackage
import Vocabulary

/// What is known of one file.
struct Sighting: Hashable, Sendable {
    var signature: FileSignature
    /// Since when it is the same.
    var since: Timestamp
    /// What was wrong with it when it was tried; it is tried once more at the end of the patience.
    var doubt: String?
    /// Taken, or refused, and left where it is.
    var isSettled = false
    /// When a reading that failed is tried again.
    var retryAt: Timestamp?
}

/// The decision, without files: which of the files that lie there may be tried now.
struct Waiting: Sendable {
    private(set) var sightings: [FilePath: Sighting] = [:]
    let settings: FolderSettings

    init(_ settings: FolderSettings) { self.settings = settings }

    /// Files that are neither taken nor refused.
    var count: Int { sightings.values.count { !$0.isSettled } }

    subscript(path: FilePath) -> Sighting? { sightings[path] }

    /// What a look found. A file that changed begins anew.
    mutating func see(_ files: [FilePath: FileSignature], at now: Timestamp) {
        sightings = sightings.filter { files[$0.key] != nil }
        for (path, signature) in files where sightings[path]?.signature != signature {
            sightings[path] = Sighting(signature: signature, since: now)
        }
    }

    /// In the order of their names, so that a study's images come together.
    func ready(at now: Timestamp, renamedIn: (FilePath) -> Bool) -> [FilePath] {
        sightings.filter { path, sighting in
            dueAt(sighting, isRenamed: sighting.doubt == nil && renamedIn(path)).map { $0 <= now } ?? false
        }.keys.sorted { $0.string < $1.string }
    }

    /// When the next file may be tried.
    func next(after now: Timestamp) -> Timestamp? {
        sightings.values.compactMap { dueAt($0, isRenamed: false) }.filter { $0 > now }.min()
    }

    private func dueAt(_ sighting: Sighting, isRenamed: Bool) -> Timestamp? {
        guard !sighting.isSettled else { return nil }
        var due = sighting.since
        if sighting.doubt != nil {
            due = due + settings.patience
        } else if !isRenamed {
            due = due + settings.quiet
        }
        return max(due, sighting.retryAt ?? due)
    }

    func isPatienceOver(_ path: FilePath, at now: Timestamp) -> Bool {
        sightings[path].map { now.elapsed(since: $0.since) >= settings.patience } ?? false
    }

    mutating func doubt(_ path: FilePath, _ reason: String) { sightings[path]?.doubt = reason }

    mutating func putOff(_ path: FilePath, until time: Timestamp) { sightings[path]?.retryAt = time }

    mutating func settle(_ path: FilePath) { sightings[path]?.isSettled = true }

    mutating func forget(_ path: FilePath) { sightings[path] = nil }
}
