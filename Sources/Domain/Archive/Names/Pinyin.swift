// How a Chinese name sounds.

import Foundation

/// Pinyin by ICU's transliterators, without tones. Surnames that sound otherwise than the word do (曾 Zēng, 单 Shàn, 仇 Qiú,
/// 解 Xiè, 欧阳, 尉迟) are ICU's "Han-Latin/Names"; nothing here knows any name by itself.
enum Pinyin {
    /// A reading in syllables: `["wang", "xiao", "dong"]`; ü as `v`, as everybody types it.
    typealias Syllables = [String]

    /// Longer ones are no names; what is beyond is not read.
    static let longestName = 24

    /// How the name sounds: as a name first, then as plain words where that differs, for who does not know the surname.
    /// Empty without hanzi, or where ICU knows none of them.
    static func readings(of hanzi: String) -> [Syllables] {
        let name = String(hanzi.prefix(longestName))
        var found: [Syllables] = []
        for transform in [StringTransform("Han-Latin/Names"), .mandarinToLatin] {
            guard let latin = name.applyingTransform(transform, reverse: false) else { continue }
            let syllables = latin.split(separator: " ").map { plain(String($0)) }
            guard !syllables.isEmpty, syllables.allSatisfy(isLatin), !found.contains(syllables) else { continue }
            found.append(syllables)
        }
        return found
    }

    /// 劉德華 → 刘德华; as it is where nothing is traditional.
    static func simplified(_ hanzi: String) -> String {
        hanzi.applyingTransform(StringTransform("Traditional-Simplified"), reverse: false) ?? hanzi
    }

    static func isHan(_ scalar: UnicodeScalar) -> Bool { scalar.properties.isIdeographic && scalar.value > 0x3007 }

    private static func plain(_ syllable: String) -> String {
        let umlaut = syllable.decomposedStringWithCanonicalMapping.unicodeScalars.contains("\u{308}")
        let folded = syllable.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
        return umlaut ? folded.replacing("u", with: "v") : folded
    }

    private static func isLatin(_ syllable: String) -> Bool {
        syllable.utf8.allSatisfy { (0x61...0x7A).contains($0) }
    }
}
