// Text on its way into HTML.

/// The template engine escapes whole characters as Swift counts them. A quotation mark followed by a combining accent is
/// one such character, not the mark it looks for, and would end an attribute. A zero-width space between the two makes
/// them two characters again.
enum PageText {
    private static let special: Set<Unicode.Scalar> = ["<", ">", "&", "\"", "'"]

    static func separated(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: special.contains) else { return text }
        var result = ""
        for character in text {
            let scalars = character.unicodeScalars
            guard scalars.count > 1, let first = scalars.first, special.contains(first) else {
                result.append(character)
                continue
            }
            result.unicodeScalars.append(first)
            result.unicodeScalars.append("\u{200B}")
            result.unicodeScalars.append(contentsOf: scalars.dropFirst())
        }
        return result
    }

    /// The same for every text in a template's fields.
    static func separated(_ fields: Fields) -> Fields { fields.mapValues(separatedValue) }

    private static func separatedValue(_ value: Any) -> Any {
        switch value {
        case let text as String: separated(text)
        case let fields as Fields: separated(fields)
        case let list as [Any]: list.map(separatedValue)
        default: value
        }
    }
}
