// What a value's bytes say, and why we think so.

import Vocabulary

/// Where the knowledge of a text's encoding came from.
package enum TextBasis: Hashable, Sendable {
    /// ASCII: every encoding says the same.
    case plain
    /// Specific Character Set (0008,0005), and the bytes bear it out.
    case declared
    /// An operator said how this modality writes.
    case told(CharacterEncoding)
    /// The bytes are not what was declared; they look like this.
    case guessed(CharacterEncoding)

    /// Of two values of one object, the one a person should know of.
    func joined(_ other: TextBasis) -> TextBasis { other.rank > rank ? other : self }

    private var rank: Int {
        switch self {
        case .plain: 0
        case .declared: 1
        case .told: 2
        case .guessed: 3
        }
    }
}

/// The values of an element as a person would read them. U+FFFD stands for what the bytes don't say: a character cut off
/// at the end, for the most part.
package struct TextReading: Hashable, Sendable {
    package var values: [String]
    package var basis: TextBasis

    package init(values: [String], basis: TextBasis) {
        self.values = values
        self.basis = basis
    }
}
