// Value representations.

/// Two letters that say how a value is written (PS3.5 6.2). Letters that DICOM doesn't define are kept.
package struct VR: Hashable, Sendable, CustomStringConvertible {
    /// First letter in the high byte.
    package let letters: UInt16

    package init(first: UInt8, second: UInt8) { letters = UInt16(first) << 8 | UInt16(second) }

    private init(_ name: StaticString) {
        let bytes = name.utf8Start
        self.init(first: bytes[0], second: bytes[1])
    }

    package static let AE = VR("AE"), AS = VR("AS"), AT = VR("AT"), CS = VR("CS"), DA = VR("DA"), DS = VR("DS")
    package static let DT = VR("DT"), FD = VR("FD"), FL = VR("FL"), IS = VR("IS"), LO = VR("LO"), LT = VR("LT")
    package static let OB = VR("OB"), OD = VR("OD"), OF = VR("OF"), OL = VR("OL"), OV = VR("OV"), OW = VR("OW")
    package static let PN = VR("PN"), SH = VR("SH"), SL = VR("SL"), SQ = VR("SQ"), SS = VR("SS"), ST = VR("ST")
    package static let SV = VR("SV"), TM = VR("TM"), UC = VR("UC"), UI = VR("UI"), UL = VR("UL"), UN = VR("UN")
    package static let UR = VR("UR"), US = VR("US"), UT = VR("UT"), UV = VR("UV")

    package var description: String {
        String(decoding: [UInt8(letters >> 8), UInt8(truncatingIfNeeded: letters)], as: UTF8.self)
    }

    package var isStandard: Bool { Self.standard.contains(self) }

    /// Both bytes are capital letters: a VR of today or of a standard to come.
    package var isPlausible: Bool {
        (0x41...0x5A).contains(letters >> 8) && (0x41...0x5A).contains(letters & 0xFF)
    }

    /// Explicit VR writes its length in four bytes after two reserved ones (PS3.5 7.1.2). VRs of standards to come do so
    /// too; what isn't even letters gets two bytes, as DCMTK reads it.
    package var hasLongLength: Bool {
        if Self.standard.contains(self) { return !Self.shortLength.contains(self) }
        return isPlausible
    }

    /// Its bytes are subject to the specific character set (PS3.5 6.1.2.3).
    package var isText: Bool { Self.text.contains(self) }

    /// Characters, in whatever set.
    package var isString: Bool { isText || Self.ascii.contains(self) }

    /// Backslashes separate values; in the others they are text.
    package var isMultiValued: Bool { isString && ![.LT, .ST, .UT, .UR].contains(self) }

    /// The bytes that change places with the byte order.
    package var unit: Int {
        switch self {
        case .US, .SS, .OW, .AT: 2
        case .UL, .SL, .FL, .OF, .OL: 4
        case .FD, .OD, .OV, .SV, .UV: 8
        default: 1
        }
    }

    /// Strings are padded with a space, UIDs and bytes with a NUL.
    package var padding: UInt8 { isString && self != .UI ? 0x20 : 0 }

    private static let ascii: Set<VR> = [.AE, .AS, .CS, .DA, .DS, .DT, .IS, .TM, .UI, .UR]
    private static let text: Set<VR> = [.LO, .LT, .PN, .SH, .ST, .UC, .UT]
    private static let shortLength: Set<VR> = [
        .AE, .AS, .AT, .CS, .DA, .DS, .DT, .FD, .FL, .IS, .LO, .LT, .PN, .SH, .SL, .SS, .ST, .TM, .UI, .UL, .US,
    ]
    private static let standard: Set<VR> = shortLength.union([
        .OB, .OD, .OF, .OL, .OV, .OW, .SQ, .SV, .UC, .UN, .UR, .UT, .UV,
    ])
}
