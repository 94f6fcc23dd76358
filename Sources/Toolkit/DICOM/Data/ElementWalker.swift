// Walking through the elements of a data set, without recursion.

import Vocabulary

/// Reads one element, item or fragment after another. Lengths are checked against what encloses them, nesting against
/// the limit; a fault throws `.malformed` or `.tooLarge` with its reason.
struct ElementWalker {
    private enum Frame {
        case item(end: Int, isDelimited: Bool, lastTag: UInt32)
        case sequence(end: Int, isDelimited: Bool)
        case fragments(end: Int)
    }

    private let source: ByteSource
    private let limits: StructureLimits
    private let stopsAtPixelData: Bool
    private(set) var offset: Int
    private(set) var notes: Set<StructureNote> = []
    /// Where the data set proper ended; the rest is trailing.
    private(set) var end: Int
    private(set) var stoppedAtPixelData = false
    private var frames: [Frame]
    private var encodings: [ElementEncoding]
    private var encoding: ElementEncoding
    private var depth = 0
    private var walked = 0
    private var window: [UInt8] = []
    private var windowOffset = 0

    init(
        _ source: ByteSource, from offset: Int, encoding: ElementEncoding, limits: StructureLimits = StructureLimits(),
        stopsAtPixelData: Bool = false
    ) {
        self.source = source
        self.limits = limits
        self.stopsAtPixelData = stopsAtPixelData
        self.offset = offset
        self.encoding = encoding
        end = source.count
        encodings = []
        frames = [.item(end: source.count, isDelimited: false, lastTag: 0)]
    }

    /// Outside every sequence.
    var isOutermost: Bool { depth == 0 }

    /// `nil` at the end of the data set, or before the pixel data where the walk stops there.
    mutating func next() throws -> Event? {
        while true {
            guard let frame = frames.last else { return nil }
            walked += 1
            guard walked <= limits.elements else {
                throw DICOMError(code: .tooLarge, message: "the data set has more than \(limits.elements) elements")
            }
            switch frame {
            case .item(let end, let isDelimited, let lastTag):
                if let event = try nextInItem(end: end, isDelimited: isDelimited, lastTag: lastTag) { return event }
                if frames.isEmpty { return nil }
            case .sequence(let end, let isDelimited):
                return try nextInSequence(end: end, isDelimited: isDelimited)
            case .fragments(let end):
                return try nextFragment(end: end)
            }
        }
    }

    // MARK: Frames

    /// `nil`: look again, unless no frame is left.
    private mutating func nextInItem(end: Int, isDelimited: Bool, lastTag: UInt32) throws -> Event? {
        let isRoot = frames.count == 1
        guard offset < end else { return try closeItem(isRoot: isRoot, isDelimited: isDelimited) }
        guard end - offset >= 8 else {
            guard isRoot || isDelimited else { throw fault("an item ends inside an element") }
            notes.insert(isRoot ? .trailingBytes : .missingDelimiter)
            offset = end
            return try closeItem(isRoot: isRoot, isDelimited: isDelimited)
        }
        let start = offset
        let tag = try tag(at: start)
        if tag.group == 0xFFFE { return try delimiter(tag, isRoot: isRoot, isDelimited: isDelimited) }
        if isRoot, tag.value == 0, lastTag != 0 {
            // Zeros after the last element: padding of some disk or archive.
            notes.insert(.trailingBytes)
            self.end = start
            frames.removeAll()
            return nil
        }
        if isRoot, stopsAtPixelData, [.pixelData, .floatPixelData, .doubleFloatPixelData].contains(tag) {
            stoppedAtPixelData = true
            frames.removeAll()
            return nil
        }
        if tag.value <= lastTag { notes.insert(tag.value == lastTag ? .duplicateElement : .orderViolated) }
        if tag.group <= 2 || tag.group == 0xFFFF { notes.insert(.foreignGroup) }
        frames[frames.count - 1] = .item(end: end, isDelimited: isDelimited, lastTag: max(tag.value, lastTag))

        let element = try elementHeader(tag, end: end)
        if element.length < 0 { return try startDelimited(element, end: end) }
        guard element.length <= end - element.offset else {
            let what = isRoot || isDelimited ? "the end of the file" : "its item"
            throw fault("element \(tag) of \(element.length) bytes reaches beyond \(what)")
        }
        if element.length & 1 == 1 { notes.insert(.oddLength) }
        if try isSequence(element) {
            try push(.sequence(end: element.offset + element.length, isDelimited: false), encoding: element.encoding)
            offset = element.offset
            return .sequenceStart(element)
        }
        offset = element.offset + element.length
        return .value(element)
    }

    private mutating func closeItem(isRoot: Bool, isDelimited: Bool) throws -> Event? {
        if isDelimited { notes.insert(.missingDelimiter) }
        frames.removeLast()
        if isRoot { end = offset }
        return isRoot ? nil : .itemEnd
    }

    private mutating func delimiter(_ tag: Tag, isRoot: Bool, isDelimited: Bool) throws -> Event? {
        switch tag {
        case .itemDelimitation:
            offset += 8
            if isDelimited {
                frames.removeLast()
                return .itemEnd
            }
            notes.insert(.strayDelimiter)
            return nil
        case .sequenceDelimitation:
            if isDelimited {
                // The item was not closed, its sequence is.
                notes.insert(.missingDelimiter)
                frames.removeLast()
                return .itemEnd
            }
            offset += 8
            notes.insert(.strayDelimiter)
            return nil
        default:
            throw fault("item tag \(tag) outside any sequence")
        }
    }

    private mutating func nextInSequence(end: Int, isDelimited: Bool) throws -> Event {
        while offset < end, end - offset >= 8 {
            let tag = try tag(at: offset)
            let length = try number(at: offset + 4, bytes: 4)
            offset += 8
            switch tag {
            case .item:
                if length == 0xFFFF_FFFF {
                    frames.append(.item(end: end, isDelimited: true, lastTag: 0))
                } else {
                    guard length <= end - offset else {
                        throw fault("an item of \(length) bytes reaches beyond what encloses it")
                    }
                    frames.append(.item(end: offset + length, isDelimited: false, lastTag: 0))
                }
                return .itemStart
            case .sequenceDelimitation:
                if !isDelimited {
                    notes.insert(.strayDelimiter)
                    offset = end
                }
                return closeSequence()
            case .itemDelimitation:
                notes.insert(.strayDelimiter)
            default:
                throw fault("\(tag) stands where a sequence wants an item")
            }
        }
        if isDelimited || offset < end { notes.insert(.missingDelimiter) }
        offset = max(offset, end)
        return closeSequence()
    }

    private mutating func closeSequence() -> Event {
        frames.removeLast()
        depth -= 1
        if let outer = encodings.popLast() { encoding = outer }
        return .sequenceEnd
    }

    private mutating func nextFragment(end: Int) throws -> Event {
        guard end - offset >= 8 else {
            notes.insert(.missingDelimiter)
            offset = end
            frames.removeLast()
            return .fragmentsEnd
        }
        let tag = try tag(at: offset)
        let length = try number(at: offset + 4, bytes: 4)
        offset += 8
        switch tag {
        case .item:
            guard length <= end - offset else {
                throw fault("a pixel data fragment of \(length) bytes reaches beyond the end of the file")
            }
            defer { offset += length }
            return .fragment(offset..<offset + length)
        case .sequenceDelimitation:
            frames.removeLast()
            return .fragmentsEnd
        default:
            throw fault("\(tag) stands where pixel data wants a fragment")
        }
    }

    private mutating func startDelimited(_ element: Element, end: Int) throws -> Event {
        offset = element.offset
        if element.tag == .pixelData, [.OB, .OW].contains(element.vr) {
            frames.append(.fragments(end: end))
            return .fragmentsStart(element)
        }
        // PS3.5 6.2.2: UN of undefined length holds items in Implicit VR Little Endian.
        let inner = element.vr == .UN && element.encoding.isExplicit ? .implicitLittleEndian : element.encoding
        try push(.sequence(end: end, isDelimited: true), encoding: inner)
        return .sequenceStart(element)
    }

    private mutating func push(_ frame: Frame, encoding inner: ElementEncoding) throws {
        depth += 1
        guard depth <= limits.depth else {
            throw DICOMError(code: .tooLarge, message: "sequences nest deeper than \(limits.depth) levels")
        }
        encodings.append(encoding)
        encoding = inner
        frames.append(frame)
    }

    // MARK: Elements

    private mutating func elementHeader(_ tag: Tag, end: Int) throws -> Element {
        guard encoding.isExplicit else {
            let length = try number(at: offset + 4, bytes: 4)
            let vr = length == 0xFFFF_FFFF ? (tag == .pixelData ? VR.OW : .SQ) : DataDictionary.vr(of: tag)
            return Element(
                tag: tag, vr: vr, offset: offset + 8, length: length == 0xFFFF_FFFF ? -1 : length, encoding: encoding)
        }
        let vr = VR(first: try byte(at: offset + 4), second: try byte(at: offset + 5))
        if !vr.isStandard { notes.insert(.nonStandardVR) }
        guard vr.hasLongLength else {
            let length = try number(at: offset + 6, bytes: 2)
            return Element(tag: tag, vr: vr, offset: offset + 8, length: length, encoding: encoding)
        }
        guard end - offset >= 12 else { throw fault("the file ends inside element \(tag)") }
        let length = try number(at: offset + 8, bytes: 4)
        return Element(
            tag: tag, vr: vr, offset: offset + 12, length: length == 0xFFFF_FFFF ? -1 : length, encoding: encoding)
    }

    /// Explicit VR says so; in Implicit VR the dictionary does, and DCMTK may know private sequences that we don't: what
    /// begins with an item is walked.
    private mutating func isSequence(_ element: Element) throws -> Bool {
        if element.vr == .SQ { return true }
        guard !element.encoding.isExplicit, element.tag.isPrivate, element.vr == .UN, element.length >= 8 else {
            return false
        }
        return try tag(at: element.offset) == .item
    }

    // MARK: Bytes

    private mutating func tag(at position: Int) throws -> Tag {
        let first = try number(at: position, bytes: 2)
        let second = try number(at: position + 2, bytes: 2)
        return Tag(UInt16(first), UInt16(second))
    }

    private mutating func number(at position: Int, bytes: Int) throws -> Int {
        var value = 0
        for index in 0..<bytes {
            let byte = Int(try byte(at: position + index))
            value = encoding.isBigEndian ? value << 8 | byte : value | byte << (8 * index)
        }
        return value
    }

    @inline(__always)
    private mutating func byte(at position: Int) throws -> UInt8 {
        if source.headHolds(position + 1) { return source.headByte(position) }
        let index = position - windowOffset
        if index >= 0, index < window.count { return window[index] }
        window = try source.bytes(at: position, count: min(16384, source.count - position))
        windowOffset = position
        guard let byte = window.first else { throw fault("the file ends inside an element") }
        return byte
    }

    private func fault(_ reason: String) -> DICOMError {
        DICOMError(code: .malformed, message: "malformed at byte \(offset): \(reason)")
    }
}
