// A data set as a tree of places in its file.

import Vocabulary

/// Elements and where their values lie; values are read when asked for. Made from bytes that may be anybody's: nesting
/// and counts are bounded by `StructureLimits`, and everything missing or unreadable is simply absent.
package struct DataSet: Sendable {
    package struct Element: Sendable {
        package let tag: Tag
        package let vr: VR
        package let content: Content
        let encoding: ElementEncoding
    }

    package enum Content: Sendable {
        case bytes(offset: Int, count: Int)
        case items([DataSet])
        /// The first is the basic offset table (PS3.5 A.4).
        case fragments([Range<Int>])
    }

    /// As they stand in the file; of two with one tag, the first counts.
    package private(set) var elements: [Element]
    package let source: ByteSource
    private var characterSets: CharacterSets

    package subscript(tag: Tag) -> Element? { elements.first { $0.tag == tag } }

    /// Reads the tree from a walker's beginning to its end.
    ///
    /// - Parameters:
    ///   - truth: how the text is really written, where an operator knows.
    ///   - isWanted: of the outermost elements; what stands in sequences is left out with them. `nil`: everything.
    static func read(
        _ walker: inout ElementWalker, source: ByteSource, truth: CharacterEncoding? = nil,
        isWanted: ((Tag) -> Bool)? = nil
    ) throws -> DataSet {
        var open: [[Element]] = [[]]
        var sequences: [(element: ElementWalker.Element, items: [DataSet])] = []
        var fragments: [Range<Int>] = []
        var pixelData: ElementWalker.Element?
        var sets = [CharacterSets.undeclared(truth: truth)]
        while let event = try walker.next() {
            if let isWanted {
                guard case .value(let element) = event, walker.isOutermost, isWanted(element.tag) else { continue }
            }
            switch event {
            case .value(let element):
                let made = Element(
                    tag: element.tag, vr: element.vr, content: .bytes(offset: element.offset, count: element.length),
                    encoding: element.encoding)
                if element.tag == .specificCharacterSet {
                    let value = try source.bytes(at: element.offset, count: min(element.length, 1024))
                    sets[sets.count - 1] = CharacterSets(value, truth: truth)
                }
                open[open.count - 1].append(made)
            case .sequenceStart(let element):
                sequences.append((element, []))
            case .itemStart:
                open.append([])
                sets.append(sets[sets.count - 1])
            case .itemEnd:
                let item = DataSet(elements: open.removeLast(), source: source, characterSets: sets.removeLast())
                sequences[sequences.count - 1].items.append(item)
            case .sequenceEnd:
                let (element, items) = sequences.removeLast()
                open[open.count - 1].append(
                    Element(tag: element.tag, vr: .SQ, content: .items(items), encoding: element.encoding))
            case .fragmentsStart(let element):
                pixelData = element
                fragments = []
            case .fragment(let range):
                fragments.append(range)
            case .fragmentsEnd:
                guard let element = pixelData else { break }
                open[open.count - 1].append(
                    Element(
                        tag: element.tag, vr: element.vr, content: .fragments(fragments), encoding: element.encoding))
            }
        }
        return DataSet(elements: open[0], source: source, characterSets: sets[0])
    }

    /// The same with its texts read in another way; items keep theirs.
    func told(_ truth: CharacterEncoding?) -> DataSet {
        var copy = self
        copy.characterSets = characterSets.told(truth)
        return copy
    }

    // MARK: Values

    /// The value's bytes as they stand in the file; `nil` for an absent element or a sequence.
    package func bytes(_ tag: Tag, upTo limit: Int = .max) throws -> [UInt8]? {
        guard case .bytes(let offset, let count)? = self[tag]?.content else { return nil }
        return try source.bytes(at: offset, count: min(count, limit))
    }

    /// All values of a string element, decoded, without padding. Empty for anything else.
    package func strings(_ tag: Tag) throws -> [String] {
        guard let element = self[tag] else { return [] }
        return try strings(element)
    }

    package func strings(_ element: Element) throws -> [String] { try reading(element)?.values ?? [] }

    /// The values of a string element and where the knowledge of their encoding came from; `nil` where it has none.
    package func reading(_ tag: Tag) throws -> TextReading? { try self[tag].flatMap(reading) }

    private func reading(_ element: Element) throws -> TextReading? {
        guard case .bytes(let offset, let count) = element.content, count > 0 else { return nil }
        let bytes = try source.bytes(at: offset, count: min(count, 1 << 24))
        return characterSets.reading(
            of: bytes, vr: element.vr.isString ? element.vr : DataDictionary.vr(of: element.tag))
    }

    /// By this data set's character sets.
    func strings(in bytes: [UInt8], vr: VR) -> [String] { characterSets.values(of: bytes, vr: vr) }

    /// The first value; `nil` where it is absent or empty.
    package func string(_ tag: Tag) throws -> String? {
        guard let first = try strings(tag).first, !first.isEmpty else { return nil }
        return first
    }

    /// The whole text, values still joined by backslashes; `nil` where it is absent or empty.
    package func text(_ tag: Tag) throws -> String? {
        let joined = try strings(tag).joined(separator: "\\")
        return joined.isEmpty ? nil : joined
    }

    /// The numbers of a binary or a DS/IS element.
    package func numbers(_ tag: Tag) throws -> [Double] {
        guard let element = self[tag], case .bytes(let offset, let count) = element.content else { return [] }
        let bytes = try source.bytes(at: offset, count: min(count, 1 << 20))
        return BinaryValue.numbers(bytes, vr: element.vr, tag: tag, isBigEndian: element.encoding.isBigEndian)
    }

    /// `nil` where the first is no number, or too large to be counted with.
    package func integer(_ tag: Tag) throws -> Int? { try integers(tag).first }

    /// Empty where one of them is too large to be counted with.
    func integers(_ tag: Tag) throws -> [Int] {
        let numbers = try numbers(tag)
        return numbers.allSatisfy { $0.magnitude < 9e15 } ? numbers.map { Int($0) } : []
    }

    package func items(_ tag: Tag) -> [DataSet] {
        guard case .items(let items)? = self[tag]?.content else { return [] }
        return items
    }
}
