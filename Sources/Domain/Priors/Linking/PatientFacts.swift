// What two hospitals' records of one person can be compared by.

import Vocabulary

/// What is known of a patient. Between nodes only what the asking node's rules compare is filled in.
package struct PatientFacts: Hashable, Codable, Sendable {
    package var identifier: PatientIdentifier
    /// 居民身份证号, 18 characters, its check digit right.
    package var cardNumber: String?
    /// All component groups, as in (0010,0010).
    package var name: String?
    /// `YYYYMMDD`
    package var birthDate: String?
    package var sex: String?

    package init(
        identifier: PatientIdentifier, cardNumber: String? = nil, name: String? = nil, birthDate: String? = nil,
        sex: String? = nil
    ) {
        self.identifier = identifier
        self.cardNumber = cardNumber
        self.name = name
        self.birthDate = birthDate
        self.sex = sex
    }

    /// The identity number tells another day of birth than the record: a parent's card for a child, or a wrong date.
    package var hasDoubtfulCard: Bool {
        guard let cardNumber, let birthDate, cardNumber.count == 18, birthDate.count == 8 else { return false }
        return cardNumber.dropFirst(6).prefix(8) != birthDate
    }
}

/// A resident's identity number (GB 11643-1999).
package enum ResidentNumber {
    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    private static let checks = Array("10X98765432")

    /// The number in `text`, in one spelling; `nil` for anything else. A hospital's own numbers pass for one as good as
    /// never: date and check digit must be right.
    package static func found(in text: String?) -> String? {
        guard let text else { return nil }
        let characters = Array(text.uppercased().filter { !$0.isWhitespace && $0 != "-" })
        guard characters.count == 18, let first = characters.first, first != "0" else { return nil }
        let digits = characters.dropLast().compactMap(\.wholeNumberValue)
        guard digits.count == 17, characters.allSatisfy(\.isASCII) else { return nil }
        let (year, month, day) = (
            digits[6] * 1000 + digits[7] * 100 + digits[8] * 10 + digits[9], digits[10] * 10 + digits[11],
            digits[12] * 10 + digits[13]
        )
        guard (1880...2100).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let sum = zip(weights, digits).reduce(0) { $0 + $1.0 * $1.1 }
        return checks[sum % 11] == characters[17] ? String(characters) : nil
    }
}

/// Names as they are compared: in hanzi where both have them, in Latin letters otherwise.
package struct ComparableName: Hashable, Sendable {
    private var hanzi: String?
    private var latin: String?

    package init(_ name: String?) {
        for group in (name ?? "").split(separator: "=") {
            let letters = group.uppercased().filter(\.isLetter)
            guard !letters.isEmpty else { continue }
            let isHanzi = letters.unicodeScalars.contains { $0.properties.isIdeographic }
            if isHanzi {
                hanzi = hanzi ?? letters
            } else if letters.allSatisfy(\.isASCII) {
                latin = latin ?? letters
            }
        }
    }

    package func agrees(with other: ComparableName) -> Bool {
        if let hanzi, let theirs = other.hanzi { return hanzi == theirs }
        guard let latin, let theirs = other.latin else { return false }
        return latin == theirs
    }
}
