// A WHERE clause that grows.

import Database
import Vocabulary

/// Conditions joined by AND, with their arguments. Never holds a value in its text.
struct Condition {
    private(set) var terms: [String] = []
    private(set) var arguments: [(any DatabaseBindable)?] = []

    var sql: String { terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ") }

    mutating func add(_ term: String, _ values: (any DatabaseBindable)?...) {
        terms.append(term)
        arguments += values
    }

    mutating func equal(_ column: String, _ value: (any DatabaseBindable)?) {
        if let value { add("\(column) = ?", value) }
    }

    /// Nothing when `values` is empty.
    mutating func oneOf<Value: DatabaseBindable>(_ column: String, _ values: some Collection<Value>) {
        if values.isEmpty { return }
        terms.append("\(column) IN (\(Self.marks(values.count)))")
        arguments += values.map { $0 }
    }

    /// PS3.4 C.2.2.2.4. `*` alone matches what has no value, too.
    mutating func wildcard(_ column: String, _ pattern: String?) {
        guard let pattern, !pattern.isEmpty, !pattern.allSatisfy({ $0 == "*" }) else { return }
        guard pattern.contains(where: { $0 == "*" || $0 == "?" }) else { return equal(column, pattern) }
        add("\(column) LIKE ? ESCAPE '!'", Self.likePattern(pattern))
    }

    /// A person's name, by any of its component groups.
    mutating func personName(_ keyColumn: String, _ pattern: String?) {
        for pattern in Self.namePatterns(pattern) { add("\(keyColumn) LIKE ? ESCAPE '!'", pattern) }
    }

    /// A patient's name, by any of its component groups. The names are looked through once and by themselves: a study's row
    /// is many times a name's size.
    mutating func patientName(_ pattern: String?) {
        for pattern in Self.namePatterns(pattern) {
            terms.append(Self.patients("patient_name_key LIKE ? ESCAPE '!'"))
            arguments.append(pattern)
        }
    }

    /// Every word begins a word of the name, as it is written or as it sounds.
    mutating func patientName(fuzzy text: String?) {
        for word in PersonNameWords.queryWords(text ?? "") {
            let spellings = PersonNameWords.spellings(of: word)
            let either = spellings.map { _ in "patient_name_words LIKE ? ESCAPE '!'" }.joined(separator: " OR ")
            terms.append(Self.patients(either))
            arguments += spellings.map { "% " + Self.escaped($0) + "%" }
        }
    }

    /// A word somewhere in the patient's name or in one of the columns.
    mutating func anyContaining(_ columns: [String], orPatientNamed word: String) {
        // The name's words say how it sounds; what is contained in it is looked for as it is written.
        let contained = "%" + Self.escaped(word.lowercased()) + "%"
        let words = PersonNameWords.queryWords(word).flatMap(PersonNameWords.spellings)
        let names =
            ["lower(patient_name) LIKE ? ESCAPE '!'"] + words.map { _ in "patient_name_words LIKE ? ESCAPE '!'" }
        terms.append(
            "("
                + ([Self.patients(names.joined(separator: " OR "))] + columns.map { "lower(\($0)) LIKE ? ESCAPE '!'" })
                .joined(separator: " OR ") + ")")
        arguments.append(contained)
        arguments += words.map { "% " + Self.escaped($0) + "%" }
        arguments += columns.map { _ in contained }
    }

    private static func patients(_ term: String) -> String {
        "(study.issuer, study.patient_id) IN (SELECT issuer, patient_id FROM patient WHERE \(term))"
    }

    private static func namePatterns(_ pattern: String?) -> [String] {
        guard let pattern, !pattern.isEmpty, !pattern.allSatisfy({ $0 == "*" }) else { return [] }
        return PersonNameKey.groups(of: pattern).map { "%=" + likePattern($0) + "=%" }
    }

    /// Times may carry fractions or be cut short: `1200` as an upper end takes in `120059.5`.
    mutating func range(_ column: String, _ range: ValueRange?) {
        guard let range else { return }
        if let from = range.from { add("\(column) >= ?", from) }
        if let through = range.through { add("\(column) < ?", through + ":") }
    }

    /// A word in a column of words separated by spaces.
    mutating func anyWord(_ column: String, _ words: [String]) {
        if words.isEmpty { return }
        let term = "(' ' || \(column) || ' ') LIKE ? ESCAPE '!'"
        terms.append("(" + words.map { _ in term }.joined(separator: " OR ") + ")")
        arguments += words.map { "% " + Self.likePattern($0) + " %" }
    }

    /// An item in a column of items separated by backslashes.
    mutating func anyItem(_ column: String, _ pattern: String?) {
        guard let pattern, !pattern.isEmpty, !pattern.allSatisfy({ $0 == "*" }) else { return }
        add("('\\' || \(column) || '\\') LIKE ? ESCAPE '!'", "%\\" + Self.likePattern(pattern) + "\\%")
    }

    mutating func visible(_ visibility: StudyVisibility) {
        guard case .only(let origins, let granted) = visibility else { return }
        var either: [String] = []
        if !origins.isEmpty { either.append("study.origin_node IN (\(Self.marks(origins.count)))") }
        if !granted.isEmpty { either.append("study.study_instance_uid IN (\(Self.marks(granted.count)))") }
        terms.append(either.isEmpty ? "1 = 0" : "(" + either.joined(separator: " OR ") + ")")
        arguments += origins.sorted().map { $0 as any DatabaseBindable }
        arguments += granted.sorted().map { $0 as any DatabaseBindable }
    }

    static func marks(_ count: Int) -> String { Array(repeating: "?", count: count).joined(separator: ", ") }

    private static func likePattern(_ pattern: String) -> String {
        escaped(pattern).replacing("*", with: "%").replacing("?", with: "_")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_")
    }
}
