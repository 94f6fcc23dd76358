// What was rejected, by which note, and what was taken back.

import Database
import Vocabulary

/// Notes may come before the instances they name, twice, and in any order: what is in force is always the same. Stateless,
/// like `Catalogue`; after each change `ShownBook.refresh` makes it visible.
package struct RejectionBook: Sendable {
    package init() {}

    /// For all that a note names.
    private static let everything = ""

    /// - Returns: `false`, and nothing changed, for a note that is known.
    @discardableResult
    package func record(_ note: RejectionNote, in transaction: Transaction) throws -> Bool {
        let isNew = try transaction.execute(
            """
            INSERT INTO rejection_note (note_uid, study_instance_uid, reason, remark, author, noted_at, item_count)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (note_uid) DO NOTHING
            """, note.note, note.study, note.reason, note.remark, note.author, note.notedAt, note.instances.count)
        guard isNew == 1 else { return false }
        for instance in note.instances {
            try transaction.execute(
                """
                INSERT INTO rejection (note_uid, sop_instance_uid, study_instance_uid) VALUES (?, ?, ?)
                ON CONFLICT (note_uid, sop_instance_uid) DO NOTHING
                """, note.note, instance, note.study)
        }
        return true
    }

    /// Takes a note back, or what it says of one instance. It stays taken back: who rejects again writes a new note.
    ///
    /// - Returns: `false` when it was taken back before.
    @discardableResult
    package func lift(
        _ note: SOPInstanceUID, of study: StudyInstanceUID, instance: SOPInstanceUID? = nil, by person: String,
        reason: String?, at time: Timestamp, in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO rejection_lifted (note_uid, sop_instance_uid, study_instance_uid, lifted_by, lifted_at, reason)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (note_uid, sop_instance_uid) DO NOTHING
            """, note, instance?.rawValue ?? Self.everything, study, person, time, reason) == 1
    }

    // MARK: Asking

    private static let inForce = """
        NOT EXISTS (SELECT 1 FROM rejection_lifted WHERE rejection_lifted.note_uid = rejection.note_uid
            AND rejection_lifted.study_instance_uid = rejection.study_instance_uid
            AND rejection_lifted.sop_instance_uid IN ('', rejection.sop_instance_uid))
        """

    /// Whether any note, in force or not, names the instance: one look at an index that is nearly always empty.
    package func isNamed(_ instance: SOPInstanceUID, in database: some DatabaseReading) throws -> Bool {
        try database.row("SELECT 1 FROM rejection WHERE sop_instance_uid = ? LIMIT 1", instance) != nil
    }

    /// Notes in force against an instance of a study.
    package func notes(
        against instance: SOPInstanceUID, of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [(note: SOPInstanceUID, reason: RejectionReason)] {
        try database.rows(
            """
            SELECT rejection.note_uid, reason FROM rejection JOIN rejection_note USING (note_uid)
            WHERE sop_instance_uid = ? AND rejection.study_instance_uid = ? AND \(Self.inForce)
            ORDER BY rejection.note_uid
            """, instance, study
        ).map { (try $0["note_uid"], try $0["reason"]) }
    }

    /// The gravest reason in force for each rejected instance of a study.
    func reasons(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [SOPInstanceUID: RejectionReason] {
        var found: [SOPInstanceUID: RejectionReason] = [:]
        let order = RejectionReason.allCases
        for row in try database.rows(
            """
            SELECT rejection.sop_instance_uid AS uid, reason FROM rejection JOIN rejection_note USING (note_uid)
            WHERE rejection.study_instance_uid = ? AND \(Self.inForce)
            """, study)
        {
            let (uid, reason): (SOPInstanceUID, RejectionReason) = (try row["uid"], try row["reason"])
            let known = found[uid].flatMap(order.firstIndex(of:)) ?? order.count
            if let rank = order.firstIndex(of: reason), rank < known { found[uid] = reason }
        }
        return found
    }

    // MARK: Destroying

    private static let since = """
        SELECT 1 FROM rejection JOIN rejection_note USING (note_uid)
        WHERE rejection.sop_instance_uid = sop_instance.sop_instance_uid
            AND rejection.study_instance_uid = sop_instance.study_instance_uid AND reason = ? AND noted_at <= ?
            AND \(inForce)
        """

    /// Studies after `last`, in the order of their UIDs, of which notes in force have rejected something for a reason since
    /// `time` at the latest, and it is not destroyed yet.
    package func studies(
        rejectedFor reason: RejectionReason, until time: Timestamp, after last: String, limit: Int,
        in database: some DatabaseReading
    ) throws -> [StudyInstanceUID] {
        try database.rows(
            """
            SELECT DISTINCT study_instance_uid AS uid FROM sop_instance
            WHERE withheld <> 'note' AND file_state <> 'destroyed' AND file_state <> 'destroying'
                AND study_instance_uid > ? AND EXISTS (\(Self.since))
            ORDER BY study_instance_uid LIMIT ?
            """, last, reason, time, limit
        ).map { try $0["uid"] }
    }

    /// What of a study that is.
    package func instances(
        of study: StudyInstanceUID, rejectedFor reason: RejectionReason, until time: Timestamp,
        in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        try database.rows(
            """
            SELECT \(InstanceRecord.columns) FROM sop_instance
            WHERE withheld <> 'note' AND file_state <> 'destroyed' AND file_state <> 'destroying'
                AND study_instance_uid = ? AND EXISTS (\(Self.since))
            ORDER BY sop_instance_uid
            """, study, reason, time
        ).map(InstanceRecord.init(row:))
    }

    // MARK: Notes

    func notes(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [SOPInstanceUID] {
        try database.rows("SELECT note_uid FROM rejection_note WHERE study_instance_uid = ?", study)
            .map { try $0["note_uid"] }
    }

    package func study(of note: SOPInstanceUID, in database: some DatabaseReading) throws -> StudyInstanceUID? {
        try database.row("SELECT study_instance_uid FROM rejection_note WHERE note_uid = ?", note)?[
            "study_instance_uid"]
    }

    /// The newest first.
    package func entries(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [RejectionEntry] {
        try database.rows(
            """
            SELECT *, (SELECT count(*) FROM rejection WHERE rejection.note_uid = rejection_note.note_uid
                    AND \(Self.inForce)) AS in_force,
                (SELECT count(*) FROM rejection JOIN away_instance USING (sop_instance_uid)
                    WHERE rejection.note_uid = rejection_note.note_uid AND state IN ('destroying', 'destroyed')) AS gone
            FROM rejection_note WHERE study_instance_uid = ? ORDER BY noted_at DESC, note_uid
            """, study
        ).map { row in
            let note: SOPInstanceUID = try row["note_uid"]
            let lifted = try database.row(
                "SELECT lifted_by, lifted_at FROM rejection_lifted WHERE note_uid = ? ORDER BY lifted_at DESC LIMIT 1",
                note)
            return RejectionEntry(
                note: note, reason: try row["reason"], remark: try row[optional: "remark"],
                author: try row[optional: "author"], notedAt: try row["noted_at"], named: try row["item_count"],
                inForce: try row["in_force"], liftedBy: try lifted?["lifted_by"], liftedAt: try lifted?["lifted_at"],
                destroyed: try row["gone"])
        }
    }

    /// What was taken back of a study, as it is told to another node.
    package func lifts(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [RejectionLift] {
        try database.rows("SELECT * FROM rejection_lifted WHERE study_instance_uid = ? ORDER BY lifted_at", study)
            .map { row in
                RejectionLift(
                    note: try row["note_uid"], study: study,
                    instance: SOPInstanceUID(rawValue: try row["sop_instance_uid"]), by: try row["lifted_by"],
                    at: try row["lifted_at"], reason: try row[optional: "reason"])
            }
    }

    /// The files that hold a study's notes, for nodes that do not have them.
    package func noteFiles(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        try database.rows(
            """
            SELECT \(InstanceRecord.columns) FROM sop_instance JOIN rejection_note
                ON rejection_note.note_uid = sop_instance.sop_instance_uid
            WHERE rejection_note.study_instance_uid = ? ORDER BY noted_at, sop_instance_uid
            """, study
        ).map(InstanceRecord.init(row:))
    }
}

/// That a rejection, or part of it, was taken back.
package struct RejectionLift: Hashable, Codable, Sendable {
    package var note: SOPInstanceUID
    package var study: StudyInstanceUID
    /// `nil`: all that the note names.
    package var instance: SOPInstanceUID?
    package var by: String
    package var at: Timestamp
    package var reason: String?

    package init(
        note: SOPInstanceUID, study: StudyInstanceUID, instance: SOPInstanceUID? = nil, by: String, at: Timestamp,
        reason: String?
    ) {
        self.note = note
        self.study = study
        self.instance = instance
        self.by = by
        self.at = at
        self.reason = reason
    }
}
