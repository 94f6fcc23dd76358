// What of the archive people see.

import Database
import Vocabulary

/// Makes the catalogue show what notes, merges and moves say: derived, and the same in whatever order those came. Nothing that
/// is withheld leaves the catalogue; manifests, receipts and deliveries are about what is held.
package struct ShownBook: Sendable {
    private let rejections = RejectionBook()
    private let map = StudyMap()

    package init() {}

    /// An instance came: does any note or move concern it? Three looks at indexes that are nearly always empty.
    package func concerns(_ instance: InstanceRecord, in database: some DatabaseReading) throws -> Bool {
        if try rejections.isNamed(instance.sopInstanceUID, in: database) { return true }
        if try database.row(
            "SELECT 1 FROM study WHERE study_instance_uid = ? AND shown_instance_count IS NOT NULL",
            instance.studyInstanceUID) != nil
        {
            return true
        }
        return try map.concerns(instance.studyInstanceUID, in: database)
    }

    /// - Returns: the studies of which something else may be shown now.
    @discardableResult
    package func refresh(_ study: StudyInstanceUID, in transaction: Transaction) throws -> Set<StudyInstanceUID> {
        var (open, seen): ([StudyInstanceUID], Set<StudyInstanceUID>) = ([study], [])
        var touched: Set<StudyInstanceUID> = []
        // What is merged into this study is shown wherever this study is.
        while let next = open.popLast() {
            guard seen.insert(next).inserted else { continue }
            open += try map.sources(of: next, in: transaction)
            try withhold(in: next, in: transaction)
            touched.formUnion(try place(next, in: transaction))
        }
        for study in touched { try count(study, in: transaction) }
        return touched
    }

    // MARK: Steps

    private func withhold(in study: StudyInstanceUID, in transaction: Transaction) throws {
        var wanted = try rejections.reasons(of: study, in: transaction).mapValues(Withholding.init)
        for note in try rejections.notes(of: study, in: transaction) { wanted[note] = .note }
        let standing = try transaction.rows(
            "SELECT sop_instance_uid, withheld FROM sop_instance WHERE study_instance_uid = ? AND withheld IS NOT NULL",
            study)
        for row in standing {
            let (uid, withheld): (SOPInstanceUID, Withholding) = (try row["sop_instance_uid"], try row["withheld"])
            if wanted[uid] == withheld { wanted[uid] = nil; continue }
            if wanted[uid] == nil {
                try transaction.execute("UPDATE sop_instance SET withheld = NULL WHERE sop_instance_uid = ?", uid)
            }
        }
        for (uid, withheld) in wanted {
            try transaction.execute(
                "UPDATE sop_instance SET withheld = ? WHERE sop_instance_uid = ? AND study_instance_uid = ?", withheld,
                uid, study)
        }
    }

    /// - Returns: the studies that showed its series, and those that do now.
    private func place(
        _ study: StudyInstanceUID, in transaction: Transaction
    ) throws -> Set<StudyInstanceUID> {
        let merged = try map.shown(study, in: transaction)
        let moves = Dictionary(
            try map.moves(of: study, in: transaction).map { ($0.series, $0.target) }, uniquingKeysWith: { $1 })
        var touched: Set<StudyInstanceUID> = [study, merged]
        for row in try transaction.rows(
            "SELECT series_instance_uid, shown_study FROM series WHERE study_instance_uid = ?", study)
        {
            let (uid, before): (SeriesInstanceUID, StudyInstanceUID) = (
                try row["series_instance_uid"], try row["shown_study"]
            )
            var wanted = merged
            if let target = moves[uid].flatMap({ $0 }), try map.canShow(study, in: target, transaction) {
                wanted = try map.shown(target, in: transaction)
            }
            touched.formUnion([before, wanted])
            guard before != wanted else { continue }
            try transaction.execute(
                "UPDATE series SET shown_study = ? WHERE study_instance_uid = ? AND series_instance_uid = ?", wanted,
                study, uid)
        }
        return touched
    }

    private func count(_ study: StudyInstanceUID, in transaction: Transaction) throws {
        let shownSeries = "SELECT * FROM series WHERE shown_study = ?"
        guard try isCorrected(study, in: transaction) else {
            try transaction.execute(
                """
                UPDATE study SET shown_series_count = NULL, shown_instance_count = NULL, shown_made_count = NULL
                WHERE study_instance_uid = ?
                """, study)
            try transaction.execute("UPDATE series SET series_shown_count = NULL WHERE shown_study = ?", study)
            return try nameModalities(of: study, in: transaction)
        }
        try transaction.execute(
            """
            UPDATE series SET series_shown_count = (SELECT count(*) FROM sop_instance
                WHERE sop_instance.study_instance_uid = series.study_instance_uid
                    AND sop_instance.series_instance_uid = series.series_instance_uid AND withheld IS NULL)
            WHERE shown_study = ?
            """, study)
        try transaction.execute(
            """
            UPDATE study SET shown_instance_count = (SELECT COALESCE(sum(series_shown_count), 0) FROM (\(shownSeries)) AS s),
                shown_series_count = (SELECT count(*) FROM (\(shownSeries)) AS s WHERE series_shown_count > 0),
                shown_made_count = (SELECT count(*) FROM (\(shownSeries)) AS s JOIN sop_instance
                    ON sop_instance.study_instance_uid = s.study_instance_uid
                    AND sop_instance.series_instance_uid = s.series_instance_uid
                    WHERE withheld IS NULL AND network_made = 1)
            WHERE study_instance_uid = ?
            """, study, study, study, study)
        try nameModalities(of: study, in: transaction)
    }

    /// It shows something else than what it holds.
    private func isCorrected(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        try database.row(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM sop_instance WHERE study_instance_uid = ? AND withheld IS NOT NULL)
                OR EXISTS (SELECT 1 FROM series WHERE study_instance_uid = ? AND shown_study <> ?)
                OR EXISTS (SELECT 1 FROM series WHERE shown_study = ? AND study_instance_uid <> ?)
            """, study, study, study, study, study) != nil
    }

    /// Of what is shown; of all that is held where nothing is.
    private func nameModalities(of study: StudyInstanceUID, in transaction: Transaction) throws {
        func modalities(_ condition: String) throws -> Set<String> {
            Set(
                try transaction.rows(
                    "SELECT DISTINCT modality FROM series WHERE modality IS NOT NULL AND modality <> 'KO' AND \(condition)",
                    study
                ).map { try $0["modality"] })
        }
        var found = try modalities("shown_study = ? AND (series_shown_count IS NULL OR series_shown_count > 0)")
        if found.isEmpty { found = try modalities("study_instance_uid = ?") }
        guard !found.isEmpty else { return }
        try transaction.execute(
            "UPDATE study SET modalities = ? WHERE study_instance_uid = ?", found.sorted().joined(separator: " "), study
        )
    }
}
