// The catalogue, made again from the files.

import DICOM
import Database
import Foundation
import Observability
import Vocabulary

/// What `Reindex` found. Paths are relative to the archive.
package struct ReindexReport: Hashable, Sendable {
    package var files = 0
    package var bytes: Int64 = 0
    package var added = 0
    /// Brought back from the ledger: their files are away, most of them evicted.
    package var away = 0
    /// Left where they are: not DICOM, or their header cannot be read.
    package var unreadable: [FileFinding] = []
    /// No longer the bytes that arrived. Left where they are and out of the catalogue: their instances are `lost`.
    package var damaged: [FileFinding] = []
    /// A second file for an instance that another file stands for.
    package var superfluous: [FileFinding] = []
    /// The ledger says that they arrived; there is no file for them.
    package var lost: [SOPInstanceUID] = []
}

/// Empties the tables of the catalogue and refills them from the files; the ledger (whose a study is, who brought an
/// instance and when, manifests, conflicts) is read and never written. The daemon must be stopped meanwhile.
package struct Reindex: Sendable {
    private static let batch = 200

    private let store: any InstanceStore
    let database: Database
    private let fallback: NodeName
    private let clock: WallClock
    private let found: @Sendable (InstanceHeader, Transaction) throws -> Void

    /// - Parameters:
    ///   - node: whose the studies are that the ledger doesn't know: this node's.
    ///   - found: called for each acquired instance that is back in the catalogue, the first received first: whatever else is
    ///     derived from headers can be derived again.
    package init(
        store: any InstanceStore, database: Database, node: NodeName, clock: WallClock = .system,
        found: @escaping @Sendable (InstanceHeader, Transaction) throws -> Void = { _, _ in }
    ) {
        self.store = store
        self.database = database
        fallback = node
        self.clock = clock
        self.found = found
    }

    /// A run was begun and not finished: the catalogue is incomplete until it is run again.
    package static func isUnfinished(in database: some DatabaseReading) throws -> Bool {
        try database.row("SELECT 1 FROM catalogue_rebuild") != nil
    }

    /// - Throws: `CancellationError`, and what the database or the folders throw; a bad file is a finding.
    package func run(progress: (UpkeepProgress) -> Void = { _ in }) throws -> ReindexReport {
        var report = ReindexReport()
        let (now, total) = (clock.now(), try knownCount())
        try empty(at: now)
        for folder in try foldersInOrder() {
            let study = try sort(store.paths(in: folder))
            for start in stride(from: 0, to: study.count, by: Self.batch) {
                let files = study[start..<min(start + Self.batch, study.count)].compactMap { path in
                    read(path, &report)
                }
                try add(files, &report)
                progress(UpkeepProgress(files: report.files, bytes: report.bytes, totalFiles: max(total, report.files)))
                try Task.checkCancellation()
            }
        }
        report.away = try addAway()
        try correct()
        report.lost = try lost()
        try database.writeBlocking { _ = try $0.execute("DELETE FROM catalogue_rebuild") }
        return report
    }

    private func knownCount() throws -> Int {
        try database.readBlocking { try $0.row("SELECT count(*) AS number FROM arrival").map { try $0["number"] } ?? 0 }
    }

    private func empty(at time: Timestamp) throws {
        try database.writeBlocking { transaction in
            try transaction.execute(
                """
                INSERT INTO catalogue_rebuild (id, started_at) VALUES (1, ?)
                ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at
                """, time)
            for table in ["sop_instance", "series", "study", "patient"] {
                try transaction.execute("DELETE FROM \(table)")
            }
        }
    }
}

// MARK: Order

extension Reindex {
    /// The study first received first, and in it the instance first received first: texts of patient, study and series
    /// are then those they had.
    private func foldersInOrder() throws -> [String] {
        let arrivals = try database.readBlocking { snapshot in
            try snapshot.rows(
                "SELECT study_instance_uid, min(received_at) AS first FROM arrival GROUP BY study_instance_uid"
            ).map { (StorePath.folder(of: try $0["study_instance_uid"]), try $0["first", as: Timestamp.self]) }
        }
        let firstArrival = Dictionary(arrivals) { min($0, $1) }
        let last = Timestamp(milliseconds: .max)
        return try store.studyFolders().sorted {
            (firstArrival[$0] ?? last, $0) < (firstArrival[$1] ?? last, $1)
        }
    }

    private func sort(_ paths: [String]) throws -> [String] {
        let names = paths.map { String($0.split(separator: "/").last ?? "") }
        let times = try database.readBlocking { snapshot in
            try names.map { name -> Timestamp? in
                let uid = name.split(separator: ".").dropLast(2).joined(separator: ".")
                guard
                    let row = try snapshot.row(
                        "SELECT digest, received_at FROM arrival WHERE sop_instance_uid = ?", uid)
                else { return nil }
                // Of two files for one instance, the one the ledger names comes first.
                return try StorePath.names(row["digest"], name) ? row["received_at"] : nil
            }
        }
        let last = Timestamp(milliseconds: .max)
        return zip(paths, times).sorted { ($0.1 ?? last, $0.0) < ($1.1 ?? last, $1.0) }.map(\.0)
    }
}

// MARK: Files to rows

extension Reindex {
    private struct FoundFile: Sendable {
        var path: String
        var header: InstanceHeader
        var digest: Digest
        var size: Int64
        var modifiedAt: Timestamp
    }

    private enum FileOutcome: Sendable {
        case added
        case damaged(String)
        case superfluous(String)
    }

    private func read(_ path: String, _ report: inout ReindexReport) -> FoundFile? {
        report.files += 1
        do {
            let file = try store.url(of: path).path
            let header = try InstanceHeader.read(file: file)
            let (digest, size) = try Files.digest(file, from: Int64(header.dataSetOffset))
            let status = try Files.status(file)
            report.bytes += size
            return FoundFile(
                path: path, header: header, digest: digest, size: size,
                modifiedAt: status.map { Timestamp($0.st_mtim) } ?? clock.now())
        } catch {
            report.unreadable.append(FileFinding(path: path, reason: error.sentence))
            return nil
        }
    }

    private func add(_ files: [FoundFile], _ report: inout ReindexReport) throws {
        let outcomes = try database.writeBlocking { transaction in
            try files.map { file in try (file.path, add(file, in: transaction)) }
        }
        for (path, outcome) in outcomes {
            switch outcome {
            case .added: report.added += 1
            case .damaged(let reason): report.damaged.append(FileFinding(path: path, reason: reason))
            case .superfluous(let reason): report.superfluous.append(FileFinding(path: path, reason: reason))
            }
        }
    }

    private func add(_ file: FoundFile, in transaction: Transaction) throws -> FileOutcome {
        let catalogue = Catalogue()
        let header = try reread(file, in: transaction)
        if let existing = try catalogue.instance(header.sopInstanceUID, in: transaction) {
            return .superfluous("instance \(header.sopInstanceUID) is already there as \(existing.path)")
        }
        let arrival = try transaction.row("SELECT * FROM arrival WHERE sop_instance_uid = ?", header.sopInstanceUID)
        let origin =
            try catalogue.origin(of: header.studyInstanceUID, in: transaction)
            ?? StudyOrigin(
                studyInstanceUID: header.studyInstanceUID, issuer: fallback.rawValue, originNode: fallback,
                recordedAt: file.modifiedAt)
        var stored = StoredInstance(
            digest: file.digest, size: file.size, path: file.path, dataSetOffset: Int64(header.dataSetOffset),
            source: InstanceSource(kind: .found, name: fallback.rawValue))
        var receivedAt = file.modifiedAt
        if arrival == nil, try isRefused(file, in: transaction) {
            return .superfluous("instance \(header.sopInstanceUID) was refused with these bytes")
        }
        if let arrival {
            let arrived: Digest = try arrival["digest"]
            guard arrived == file.digest else {
                let reason =
                    "instance \(header.sopInstanceUID) arrived with SHA-256 \(arrived), this has \(file.digest)"
                return StorePath.names(arrived, file.path) ? .damaged(reason) : .superfluous(reason)
            }
            stored.source = InstanceSource(kind: try arrival["source_kind"], name: try arrival["source_name"])
            stored.isNetworkMade = try arrival["network_made"]
            receivedAt = try arrival["received_at"]
        }
        var entry = CatalogueEntry(header, stored: stored, origin: origin, receivedAt: receivedAt)
        try entry.nameAcquiredForm(in: transaction)
        guard try catalogue.add(entry, in: transaction) else {
            return .superfluous("instance \(header.sopInstanceUID) is already there")
        }
        // A patient's disc may hold key objects of another hospital's archive; they reject nothing here.
        if stored.source.kind != .media,
            let note = try RejectionNote(file: store.url(of: file.path).path, header, at: receivedAt)
        {
            try RejectionBook().record(note, in: transaction)
        }
        if !stored.isNetworkMade { try found(header, transaction) }
        return .added
    }

    /// By what an operator has said of the study's text, which the ledger keeps.
    private func reread(_ file: FoundFile, in transaction: Transaction) throws -> InstanceHeader {
        guard file.header.textBasis != .plain,
            let charset = try CharsetBook().charset(of: file.header.studyInstanceUID, in: transaction),
            let encoding = charset.encoding,
            try transaction.row(
                "SELECT 1 FROM arrival WHERE sop_instance_uid = ? AND network_made = 1", file.header.sopInstanceUID)
                == nil
        else { return file.header }
        return try InstanceHeader.read(file: store.url(of: file.path).path, truth: encoding)
    }

    /// Rows that no file stands for, and the state of those whose file was found although the ledger has it away.
    private func addAway() throws -> Int {
        var (last, count) = ("", 0)
        while true {
            let batch = try database.readBlocking { [last] snapshot in
                try snapshot.rows(
                    "SELECT * FROM away_instance WHERE sop_instance_uid > ? ORDER BY sop_instance_uid LIMIT ?", last,
                    Self.batch
                ).map(Absence.init(row:))
            }
            guard let end = batch.last else { return count }
            try database.writeBlocking { transaction in
                for absence in batch { try add(absence, in: transaction) }
            }
            count += batch.count
            last = end.instance.sopInstanceUID.rawValue
            try Task.checkCancellation()
        }
    }

    private func add(_ absence: Absence, in transaction: Transaction) throws {
        let instance = absence.instance
        if let row = try transaction.row(
            "SELECT study, series FROM away_series WHERE study_instance_uid = ? AND series_instance_uid = ?",
            instance.studyInstanceUID, instance.seriesInstanceUID)
        {
            var study: StudyRecord = try JSONText.decode(try row["study"])
            if let origin = try Catalogue().origin(of: instance.studyInstanceUID, in: transaction) {
                study.patient.identifier.issuer = origin.issuer
                study.originNode = origin.originNode
            }
            _ = try Catalogue().add(
                CatalogueEntry(
                    patient: study.patient, study: study, series: try JSONText.decode(try row["series"]),
                    instance: instance), in: transaction)
        }
        try transaction.execute(
            "UPDATE sop_instance SET file_state = ? WHERE sop_instance_uid = ?", absence.state, instance.sopInstanceUID)
    }

    private func isRefused(_ file: FoundFile, in transaction: Transaction) throws -> Bool {
        try transaction.row(
            "SELECT 1 FROM conflict WHERE sop_instance_uid = ? AND refused_digest = ?", file.header.sopInstanceUID,
            file.digest) != nil
    }

    private func lost() throws -> [SOPInstanceUID] {
        try database.readBlocking { snapshot in
            try snapshot.rows(
                """
                SELECT sop_instance_uid FROM arrival WHERE NOT EXISTS (
                    SELECT 1 FROM sop_instance WHERE sop_instance.sop_instance_uid = arrival.sop_instance_uid)
                ORDER BY sop_instance_uid
                """
            ).map { try $0["sop_instance_uid"] }
        }
    }
}
