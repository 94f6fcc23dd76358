// DICOM's values as people write them.

import Foundation
import Vocabulary

/// PS3.5 6.2: dates, times and names.
package enum DICOMText {
    /// `20261121` → `2026-11-21`; anything else as it is.
    package static func date(_ value: String?) -> String? {
        guard let value, !value.isEmpty else { return nil }
        guard value.utf8.count == 8, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return value }
        let digits = Array(value)
        return "\(String(digits[0..<4]))-\(String(digits[4..<6]))-\(String(digits[6..<8]))"
    }

    /// `20261121`, or `2026-11-21` as browsers write it; `nil` for anything but a day that exists.
    package static func civilDate(_ value: String?) -> CivilDate? { date(value).flatMap { CivilDate($0) } }

    /// `140305.25` → `14:03:05`.
    package static func time(_ value: String?) -> String? {
        guard let value else { return nil }
        let digits = value.prefix { $0 != "." }.filter(\.isNumber)
        guard digits.count >= 4 else { return nil }
        let padded = Array(digits.prefix(6)) + Array(repeating: "0", count: max(0, 6 - digits.count))
        return "\(String(padded[0..<2])):\(String(padded[2..<4])):\(String(padded[4..<6]))"
    }

    /// As written: 王小东, Wang XiaoDong.
    ///
    /// - Parameter ideographicFirst: on a Chinese page the ideographic group, where there is one.
    package static func name(_ value: String?, ideographicFirst: Bool) -> String? {
        guard let value else { return nil }
        let groups = value.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        let wanted = ideographicFirst ? [1, 0, 2] : [0, 1, 2]
        for index in wanted where groups.indices.contains(index) {
            let components = groups[index].split(separator: "^").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
            guard !components.isEmpty else { continue }
            let isIdeographic = components.allSatisfy {
                $0.unicodeScalars.allSatisfy { $0.properties.isIdeographic || $0 == "\u{FFFD}" }
            }
            return components.joined(separator: isIdeographic ? "" : " ")
        }
        return nil
    }

    /// Whole years, or months below three years, from birth to the study's day. Dates as `YYYYMMDD`;
    /// `nil` unless both are days that exist: a birth on `00000000` makes nobody two thousand years old.
    package static func age(birth: String?, on day: String?) -> (count: Int, isMonths: Bool)? {
        guard let birth, let day, civilDate(birth) != nil, civilDate(day) != nil, let from = Int(birth),
            let to = Int(day), to >= from
        else { return nil }
        let months =
            (to / 10000 - from / 10000) * 12 + (to / 100 % 100 - from / 100 % 100) - (to % 100 < from % 100 ? 1 : 0)
        return months < 36 ? (max(0, months), true) : (months / 12, false)
    }
}
