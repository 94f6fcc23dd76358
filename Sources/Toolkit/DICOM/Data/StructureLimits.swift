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
package struct StructureLimits: Hashable, Sendable {
    /// Sequences within sequences.
    package var depth = 32
    /// Elements and items, fragments included.
    package var elements = 2_000_000
    /// Bytes of an inflated data set.
    package var inflatedSize = 1 << 30

    package init() {}
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
