// What people decided about studies, in a catalogue that was made again.

import Database
import Vocabulary

extension Reindex {
    /// What notes, merges, moves and corrections make of the catalogue.
    func correct() throws {
        let studies: [StudyInstanceUID] = try database.readBlocking { snapshot in
            try snapshot.rows(
                """
                SELECT study_instance_uid AS uid FROM rejection_note UNION SELECT source_study FROM study_merge
                UNION SELECT source_study FROM series_move ORDER BY uid
                """
            ).map { try $0["uid"] }
        }
        for study in studies {
            try database.writeBlocking { _ = try ShownBook().refresh(study, in: $0) }
            try Task.checkCancellation()
        }
        let corrections = PatientCorrectionBook()
        for study in try database.readBlocking({ try corrections.corrected(in: $0) }) {
            try database.writeBlocking { try corrections.applyAnew(to: study, in: $0) }
        }
    }
}
