// What people read, in both languages.

import Foundation
import HTTPService
import Mustache

/// `strings.json`: key → {zh, en}. Templates, scripts and handlers share it.
struct StringCatalogue: Sendable {
    private let words: [Language: Words]
    let keys: Set<String>

    init(json: Data) throws {
        let entries: [String: [String: String]]
        do {
            entries = try JSONDecoder().decode([String: [String: String]].self, from: json)
        } catch {
            throw WebUIError(code: .unreadableResource, message: "strings.json is broken", cause: error)
        }
        keys = Set(entries.keys)
        var words: [Language: Words] = [:]
        for language in Language.allCases {
            words[language] = Words(language: language, sentences: entries.compactMapValues { $0[language.rawValue] })
        }
        self.words = words
    }

    subscript(language: Language) -> Words { words[language] ?? Words(language: language, sentences: [:]) }
}

/// The catalogue in one language.
struct Words: Sendable {
    let language: Language
    private let sentences: [String: String]
    /// For templates: `{{t.worklist.title}}`.
    let tree: WordTree

    init(language: Language, sentences: [String: String]) {
        self.language = language
        self.sentences = sentences
        tree = WordTree(
            sentences.map { (path: $0.key.split(separator: ".").map(String.init)[...], sentence: $0.value) })
    }

    /// An unknown key shows itself, so that it is noticed.
    subscript(key: String) -> String { sentences[key] ?? key }

    /// A sentence with its `{places}` filled.
    func callAsFunction(_ key: String, _ values: KeyValuePairs<String, any CustomStringConvertible>) -> String {
        values.reduce(self[key]) { $0.replacing("{\($1.key)}", with: $1.value.description) }
    }

    func has(_ key: String) -> Bool { sentences[key] != nil }
}

/// Sentences by the parts of their keys.
struct WordTree: MustacheParent, Sendable {
    private var sentences: [String: String] = [:]
    private var children: [String: WordTree] = [:]

    init(_ entries: [(path: ArraySlice<String>, sentence: String)]) {
        var deeper: [String: [(path: ArraySlice<String>, sentence: String)]] = [:]
        for (path, sentence) in entries {
            guard let first = path.first else { continue }
            if path.count == 1 {
                sentences[first] = sentence
            } else {
                deeper[first, default: []].append((path.dropFirst(), sentence))
            }
        }
        children = deeper.mapValues(WordTree.init)
    }

    func child(named name: String) -> Any? { sentences[name] ?? children[name] }
}
