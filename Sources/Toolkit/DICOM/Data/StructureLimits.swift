// How data sets are written, and what bounds reading them.

import Vocabulary

/// How elements are written: VR explicit or not, byte order (PS3.5 7.1, 7.3).
package struct ElementEncoding: Hashable, Sendable {
    package var isExplicit: Bool
    package var isBigEndian: Bool

    package init(isExplicit: Bool, isBigEndian: Bool = false) {
        self.isExplicit = isExplicit
        self.isBigEndian = isBigEndian
    }

    /// The data set is meant, after inflating.
    package init(_ syntax: TransferSyntax) {
        self.init(isExplicit: !syntax.isImplicitVR, isBigEndian: syntax.isBigEndian)
    }

    static let implicitLittleEndian = ElementEncoding(isExplicit: false)
}

/// What bounds a walk; a stranger's bytes must not make us nest or count without end.
///
/// What is kept already is read within the outermost bounds, which are the defaults; intake is stricter, and a node may set
/// its own within these.
package struct StructureLimits: Hashable, Sendable {
    /// Sequences within sequences.
    package var depth = Self.greatestDepth
    /// Elements and items, fragments included.
    package var elements = Self.mostElements
    /// Bytes of an inflated data set.
    package var inflatedSize = Self.largestInflated

    /// DCMTK recurses once for each level: this many take it a few kilobytes of stack.
    package static let greatestDepth = 64
    package static let mostElements = 5_000_000
    package static let largestInflated = 4 << 30

    package init() {}

    /// What is taken in unless a node says otherwise.
    package static let intake: StructureLimits = {
        var limits = StructureLimits()
        limits.depth = 32
        limits.elements = 2_000_000
        limits.inflatedSize = 512 << 20
        return limits
    }()
}

/// What a walker noticed and passed over.
package enum StructureNote: String, Hashable, Sendable {
    case trailingBytes = "bytes after the data set"
    case missingDelimiter = "a sequence is not closed before the end"
    case strayDelimiter = "a delimiter outside any sequence"
    case oddLength = "a value of odd length"
    case nonStandardVR = "a VR that DICOM does not define"
    case orderViolated = "elements out of order"
    case duplicateElement = "an element twice"
    case foreignGroup = "elements of group 0000, 0002 or FFFF in the data set"
    case deflateTruncated = "the deflated stream ends early"
}
