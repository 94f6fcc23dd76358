// Patient IDs that many people share because nobody had asked for theirs.

import Vocabulary

extension PatientIdentifier {
    private static let words: Set<String> = [
        "UNKNOWN", "UNK", "NONE", "NULL", "NIL", "NA", "NOID", "NONAME", "ANON", "ANONYMOUS", "EMERGENCY", "TEMP",
        "无", "无名", "无名氏", "不详", "未知", "急诊", "体检",
    ]

    /// Typed at a modality to get on with the work: `0`, `000`, `9999`, `UNKNOWN`, 无名氏. Two studies under it are two people's
    /// until something else says otherwise.
    package var isNobodys: Bool {
        let letters = patientID.uppercased().filter { $0.isLetter || $0.isNumber }
        guard let first = letters.first else { return true }
        let isOneSign = letters.allSatisfy { $0 == first }
        return isOneSign && (first == "0" || letters.count >= 3) || Self.words.contains(letters)
    }
}
