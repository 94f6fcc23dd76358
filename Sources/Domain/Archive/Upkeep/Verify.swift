// Are the files still what was received?

import Database
import Foundation
import Vocabulary

/// What `Verify` found. Paths are relative to the archive.
package struct VerifyReport: Hashable, Sendable {
    package var files = 0
    package var bytes: Int64 = 0
    /// Not here by intention: kept by nodes above.
    package var evicted = 0
    /// Not what the catalogue says: a flipped byte, a cut, a head that cannot be read.
    package var different: [FileFinding] = []
    /// What is behind `different` and `missing`, for whoever wants it repaired. Those already waiting for it are missing.
    package var faults: [SOPInstanceUID: FileFault] = [:]
    /// In the catalogue, not on the disk: `missing` also names what was found before and is not repaired yet.
    package var missing: [FileFinding] = []
    /// On the disk, not in the catalogue.
    package var extra: [FileFinding] = []

    package var isClean: Bool { different.isEmpty && missing.isEmpty && extra.isEmpty }
}

/// Reads every file again and holds it against the catalogue. Changes nothing; may run beside a working daemon.
package struct Verify: Sendable {
    private static let page = 500

    private let store: any InstanceStore
    private let database: Database
    private let clock: WallClock

    package init(store: any InstanceStore, database: Database, clock: WallClock = .system) {
        self.store = store
        self.database = database
        self.clock = clock
    }

    /// - Throws: `CancellationError`, and what the database or the folders throw; a bad file is a finding.
    package func run(progress: (UpkeepProgress) -> Void = { _ in }) throws -> VerifyReport {
        var report = VerifyReport()
        let started = clock.now()
        let total = try database.readBlocking { try Catalogue().totals(in: $0).instances }
        var last = ""
        while true {
            let instances = try page(after: last)
            guard let end = instances.last else { break }
            for instance in instances {
                try Task.checkCancellation()
                try check(instance, &report)
                progress(UpkeepProgress(files: report.files, bytes: report.bytes, totalFiles: total))
            }
            last = end.path
        }
        var extra: [String] = []
        for folder in try store.studyFolders() {
            try Task.checkCancellation()
            extra += try unknown(store.paths(in: folder), since: started)
        }
        // A second look: the row of a file received at the beginning has come by now.
        report.extra = try unknown(extra, since: started).map {
            FileFinding(path: $0, reason: "the catalogue doesn't know it; reindex takes it in")
        }
        return report
    }

    /// By path, so that the files of a study are read one after the other.
    private func page(after path: String) throws -> [InstanceRecord] {
        try database.readBlocking { snapshot in
            try snapshot.rows(
                "SELECT \(InstanceRecord.columns) FROM sop_instance WHERE path > ? ORDER BY path LIMIT ?", path,
                Self.page
            ).map(InstanceRecord.init(row:))
        }
    }

    private func check(_ instance: InstanceRecord, _ report: inout VerifyReport) throws {
        if instance.fileState.isEvicted || instance.fileState.isDestroyed {
            report.evicted += 1
            return
        }
        report.files += 1
        guard instance.isHere else {
            report.missing.append(
                FileFinding(
                    path: instance.path,
                    reason: "instance \(instance.sopInstanceUID) was found \(instance.fileState.rawValue) and is not "
                        + "repaired yet"))
            return
        }
        switch try FileCheck(store).fault(of: instance, pace: { report.bytes += Int64($0) }) {
        case nil: return
        case .missing?:
            report.faults[instance.sopInstanceUID] = .missing
            report.missing.append(
                FileFinding(path: instance.path, reason: "no file for instance \(instance.sopInstanceUID)"))
        case .different(let reason)?:
            report.faults[instance.sopInstanceUID] = .different(reason: reason)
            report.different.append(FileFinding(path: instance.path, reason: reason))
        }
    }

    private func unknown(_ paths: [String], since started: Timestamp) throws -> [String] {
        var unknown: [String] = []
        for start in stride(from: 0, to: paths.count, by: Self.page) {
            let some = Array(paths[start..<min(start + Self.page, paths.count)])
            var condition = Condition()
            condition.oneOf("path", some)
            let known = try database.readBlocking { snapshot in
                try Set(
                    snapshot.rows("SELECT path FROM sop_instance\(condition.sql)", arguments: condition.arguments)
                        .map { try $0["path", as: String.self] })
            }
            unknown += try some.filter { path in
                guard !known.contains(path), let status = try Files.status(store.url(of: path).path) else {
                    return false
                }
                // Renamed into place while we were reading: its row is on its way.
                return Timestamp(status.st_ctim) < started
            }
        }
        return unknown
    }
}
