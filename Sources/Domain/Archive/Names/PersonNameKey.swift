// Names for matching.

/// Lower case, component groups between `=` signs, trailing delimiters dropped (PS3.5 6.2). A group in hanzi is followed by
/// its pinyin, as if the name had a group of it: `WANG^XIAO*` finds 王小东 although nobody typed his name in Latin letters.
enum PersonNameKey {
    /// `=wang^xiaodong=王^小东=`; empty for no name.
    static func key(of name: String?) -> String {
        guard let name else { return "" }
        var keys = groups(of: name)
        for group in keys {
            for spelled in pinyinGroups(of: group) where !keys.contains(spelled) { keys.append(spelled) }
        }
        return keys.isEmpty ? "" : "=" + keys.joined(separator: "=") + "="
    }

    static func groups(of name: String) -> [String] {
        name.lowercased().split(separator: "=").map { group in
            var group = Substring(group.trimmingPrefix { $0 == " " })
            while let last = group.last, last == "^" || last == " " { group.removeLast() }
            return String(group)
        }.filter { !$0.isEmpty }
    }

    /// `wang^xiaodong` for 王^小东 and for 王小东, which is written without a caret as often as with one; `ouyang^nana` for four
    /// characters, where two are the surname.
    private static func pinyinGroups(of group: String) -> [String] {
        let parts = group.split { $0 == "^" || $0 == " " }
        let hanzi = parts.joined()
        guard !hanzi.isEmpty, hanzi.unicodeScalars.allSatisfy(Pinyin.isHan), hanzi.count <= Pinyin.longestName else {
            return []
        }
        let family = parts.count > 1 ? parts[0].count : hanzi.count >= 4 ? 2 : 1
        return Pinyin.readings(of: hanzi).compactMap { syllables in
            guard syllables.count == hanzi.count else { return nil }
            let names = [syllables.prefix(family).joined(), syllables.dropFirst(family).joined()]
            return names.filter { !$0.isEmpty }.joined(separator: "^")
        }
    }
}
