// Names that were taken in before they could be searched by sound.

import Database
import Vocabulary

/// Fills `patient_name_words` and the pinyin of `patient_name_key` where a version before them left them out. The names
/// are found by the old key meanwhile.
package struct NameIndex: Sendable {
    package init() {}

    /// Loads the tables of sounds: a third of a second that the first name would have to wait for otherwise.
    package static func prepare() { _ = PersonNameWords.words(of: "測試") }

    /// - Returns: how many were filled in; 0 when nothing is left to do.
    package func fill(_ limit: Int, in transaction: Transaction) throws -> Int {
        let rows = try transaction.rows(
            """
            SELECT issuer, patient_id, patient_name FROM patient WHERE patient_name_words IS NULL
            ORDER BY issuer, patient_id LIMIT ?
            """, limit)
        for row in rows {
            let (issuer, id): (String, String) = (try row["issuer"], try row["patient_id"])
            let name: String? = try row[optional: "patient_name"]
            try transaction.execute(
                """
                UPDATE patient SET patient_name_key = ?, patient_name_words = ? WHERE issuer = ? AND patient_id = ?
                """, PersonNameKey.key(of: name), PersonNameWords.words(of: name), issuer, id)
        }
        return rows.count
    }
}
