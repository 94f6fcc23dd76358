// What became of one text in another, as people read it.

/// Two texts laid over one another. A Chinese character is a word of its own; letters and digits that stand together are
/// one word, so that `12.5` changed to `13.5` reads as one change.
package struct TextDifference: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, Codable {
        case same, removed, added
    }

    package struct Piece: Hashable, Sendable {
        package var kind: Kind
        package var text: String
    }

    /// In reading order; at one place what was removed stands before what was added.
    package let pieces: [Piece]

    package init(from before: String, to after: String) {
        let (old, new) = (Self.words(before), Self.words(after))
        // A text of twenty thousand words with nothing in common would take minutes to lay over another.
        guard Self.isComparable(old, new) else {
            pieces = [Piece(kind: .removed, text: before), Piece(kind: .added, text: after)].filter { !$0.text.isEmpty }
            return
        }
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var pieces: [Piece] = []
        func put(_ kind: Kind, _ text: Substring) {
            if pieces.last?.kind == kind {
                pieces[pieces.count - 1].text += text
            } else {
                pieces.append(Piece(kind: kind, text: String(text)))
            }
        }
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, removed.contains(i) {
                put(.removed, old[i])
                i += 1
            } else if j < new.count, added.contains(j) {
                put(.added, new[j])
                j += 1
            } else {
                put(.same, new[j])
                (i, j) = (i + 1, j + 1)
            }
        }
        self.pieces = pieces
    }

    package var isEmpty: Bool { pieces.allSatisfy { $0.kind == .same } }

    /// Myers' algorithm takes (length × differences) steps: bounded by both lengths once the ends in common are off.
    private static func isComparable(_ old: [Substring], _ new: [Substring]) -> Bool {
        var start = 0
        while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
        let (left, right) = (old.count - start, new.count - start)
        return left * right < 4_000_000
    }

    private static func words(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var start = text.startIndex
        while start < text.endIndex {
            var end = text.index(after: start)
            if isWord(text[start]) {
                while end < text.endIndex, isWord(text[end]) { end = text.index(after: end) }
            }
            words.append(text[start..<end])
            start = end
        }
        return words
    }

    private static func isWord(_ letter: Character) -> Bool {
        letter.isASCII && (letter.isLetter || letter.isNumber || letter == ".")
    }
}
