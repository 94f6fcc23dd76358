// What a person may type who looks for a name.

import Foundation

/// The words of a name, each after a space; a search matches their beginnings.
///
/// Of 曾^小单: `曾小单 小单 单`, `zengxiaodan xiaodan dan` and the same as plain words (`cengxiaodan`), the initials `zxd xd`, and
/// `zengxd`. Of Buc^Jérôme: `buc jerome bucjerome jeromebuc`. A query is folded the same way, and each of its words must
/// begin one of these: `zeng xiao dan`, `zxd`, `曾`, `小单`, `Jerome buc` all find theirs.
enum PersonNameWords {
    /// In UTF-8; a name of 64 characters in three groups stays below it, for all but the oddest.
    private static let longest = 1000

    static func words(of name: String?) -> String {
        guard let name else { return "" }
        var words: [String] = []
        for group in name.split(separator: "=") {
            let (hanzi, latin) = split(group)
            for run in hanzi { words += self.words(ofHan: run) }
            words += self.words(ofComponents: latin)
        }
        var (text, seen) = ("", Set<String>())
        for word in words where !word.isEmpty && seen.insert(word).inserted {
            guard text.utf8.count + word.utf8.count < longest else { break }
            text += " " + word
        }
        return text
    }

    /// A query's words, folded as names are; at most eight. `*`, `?`, carets and signs only separate them.
    static func queryWords(_ query: String) -> [String] {
        fold(query).split { $0.isWhitespace || "^=*?\\,".contains($0) }.prefix(8).map(String.init)
    }

    /// Other spellings under which a word may be kept: 吕 is Lü, typed lv, lu or lyu; passports write LYU.
    static func spellings(of word: String) -> [String] {
        guard word.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else { return [word] }
        let typed = word.replacing("lyu", with: "lv").replacing("nyu", with: "nv")
        return typed == word ? [word] : [word, typed]
    }

    // MARK: Words

    /// Runs of hanzi, carets and spaces between them ignored, and the components of the rest.
    private static func split(_ group: Substring) -> (hanzi: [String], latin: [String]) {
        var (hanzi, run, rest) = ([String](), "", "")
        for scalar in group.unicodeScalars {
            if Pinyin.isHan(scalar) {
                run.unicodeScalars.append(scalar)
            } else if run.isEmpty || (scalar != "^" && scalar != " ") {
                if !run.isEmpty { hanzi.append(run) }
                run = ""
                rest.unicodeScalars.append(scalar)
            }
        }
        if !run.isEmpty { hanzi.append(run) }
        return (hanzi, fold(rest).split { $0 == "^" || $0.isWhitespace }.map(String.init))
    }

    private static func words(ofHan run: String) -> [String] {
        var words = endings(of: run.map(String.init))
        let simplified = Pinyin.simplified(run)
        if simplified != run { words += endings(of: simplified.map(String.init)) }
        for syllables in Pinyin.readings(of: run) {
            let initials = syllables.map { String($0.prefix(1)) }
            words += endings(of: syllables)
            if syllables.count > 1 {
                words += endings(of: initials).filter { $0.count > 1 }
                words.append(syllables[0] + initials.dropFirst().joined())
            }
            if syllables.contains(where: { $0.contains("v") }) {
                words += endings(of: syllables.map { $0.replacing("v", with: "u") })
            }
        }
        return words
    }

    private static func words(ofComponents components: [String]) -> [String] {
        guard components.count > 1 else { return components }
        return components + [components.joined(), (components.dropFirst() + components.prefix(1)).joined()]
    }

    /// 王小东, 小东, 东.
    private static func endings(of parts: [String]) -> [String] {
        parts.indices.map { parts[$0...].joined() }
    }

    private static func fold(_ text: String) -> String {
        text.folding(options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil)
    }
}
