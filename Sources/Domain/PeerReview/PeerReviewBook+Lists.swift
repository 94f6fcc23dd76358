// Second readings as their pages list them.

import Database
import Vocabulary

extension PeerReviewBook {
    /// Free to be taken by this person, the oldest first.
    package func waiting(
        for user: String, at time: Timestamp, limit: Int = 200, in database: some DatabaseReading
    ) throws -> [PeerReview] {
        try database.rows(
            """
            SELECT * FROM peer_review WHERE author <> ? AND reviewer <> ?
                AND (state = ? OR (state = ? AND taken_at < ? AND second_reader <> ?)) ORDER BY created_at, id LIMIT ?
            """, user, user, PeerReviewState.waiting, PeerReviewState.reading, time - Self.patience, user, limit
        ).map(PeerReview.init(row:))
    }

    /// Read or signed by this person and not graded yet.
    package func underway(of user: String, in database: some DatabaseReading) throws -> [PeerReview] {
        try database.rows(
            "SELECT * FROM peer_review WHERE second_reader = ? AND state IN (?, ?) ORDER BY created_at, id", user,
            PeerReviewState.reading, PeerReviewState.signed
        ).map(PeerReview.init(row:))
    }

    /// Signed twice and waiting for a third person's grade.
    package func awaitingArbiter(
        _ user: String, limit: Int = 200, in database: some DatabaseReading
    ) throws -> [PeerReview] {
        try database.rows(
            """
            SELECT * FROM peer_review WHERE state = ? AND author <> ? AND reviewer <> ? AND second_reader <> ?
            ORDER BY created_at, id LIMIT ?
            """, PeerReviewState.signed, user, user, user, limit
        ).map(PeerReview.init(row:))
    }

    /// Graded reports that this person signed, the newest first.
    package func feedback(
        for user: String, limit: Int = 200, in database: some DatabaseReading
    ) throws -> [PeerReview] {
        try database.rows(
            """
            SELECT * FROM peer_review WHERE state = ? AND (author = ? OR reviewer = ?)
            ORDER BY graded_at DESC, id LIMIT ?
            """, PeerReviewState.graded, user, user, limit
        ).map(PeerReview.init(row:))
    }

    /// This person reads the study a second time and has not signed: the report must stay out of sight.
    package func isBlind(
        _ user: String, to study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> Bool {
        try database.row(
            "SELECT 1 FROM peer_review WHERE study_instance_uid = ? AND second_reader = ? AND state = ? LIMIT 1", study,
            user, PeerReviewState.reading) != nil
    }

    /// All studies of which `isBlind` is true.
    package func blindStudies(of user: String, in database: some DatabaseReading) throws -> Set<StudyInstanceUID> {
        Set(
            try database.rows(
                "SELECT study_instance_uid AS study FROM peer_review WHERE state = ? AND second_reader = ?",
                PeerReviewState.reading, user
            ).map { try $0["study"] })
    }

    // MARK: Teaching

    package func keep(_ note: TeachingNote, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO teaching_note (review_id, study_instance_uid, origin, teaching, at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (review_id) DO NOTHING
            """, note.review, note.study, note.origin, note.text, note.at)
    }

    package func notes(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [TeachingNote] {
        try database.rows("SELECT * FROM teaching_note WHERE study_instance_uid = ? ORDER BY at", study)
            .map(TeachingNote.init(row:))
    }

    /// The newest first.
    package func notes(limit: Int = 100, in database: some DatabaseReading) throws -> [TeachingNote] {
        try database.rows("SELECT * FROM teaching_note ORDER BY at DESC, review_id LIMIT ?", limit)
            .map(TeachingNote.init(row:))
    }
}

extension TeachingNote {
    init(row: Row) throws {
        self.init(
            review: try row["review_id"], study: try row["study_instance_uid"], origin: try row["origin"],
            text: try row["teaching"], at: try row["at"])
    }
}
