// What a template is filled with.

/// Names and values for a template. Values: text, numbers, `Bool`, `Fields`, lists of those. A name without a value is left
/// out, so that `{{#name}}` asks whether it is there.
typealias Fields = [String: Any]

extension [String: Any] {
    /// Sets a value where there is one.
    mutating func put(_ name: String, _ value: (some Any)?) {
        if let value { self[name] = value }
    }

    func merged(with others: Fields) -> Fields { merging(others) { _, new in new } }
}
