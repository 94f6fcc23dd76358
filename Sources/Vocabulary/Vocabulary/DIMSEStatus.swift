// The status a DIMSE response carries.

/// Response status (0000,0900), PS3.7 Annex C and PS3.4 B.2.3, C.4.3.
package struct DIMSEStatus: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let success = DIMSEStatus(rawValue: 0x0000)
    /// C-GET: sub-operations complete, one or more failures or warnings.
    package static let warningSubOperations = DIMSEStatus(rawValue: 0xB000)
    package static let pending = DIMSEStatus(rawValue: 0xFF00)
    package static let cancelled = DIMSEStatus(rawValue: 0xFE00)
    package static let processingFailure = DIMSEStatus(rawValue: 0x0110)
    package static let sopClassNotSupported = DIMSEStatus(rawValue: 0x0122)
    package static let notAuthorized = DIMSEStatus(rawValue: 0x0124)
    package static let unrecognizedOperation = DIMSEStatus(rawValue: 0x0211)
    /// Only when storage is really exhausted.
    package static let outOfResources = DIMSEStatus(rawValue: 0xA700)
    package static let unableToPerformSubOperations = DIMSEStatus(rawValue: 0xA702)
    package static let dataSetDoesNotMatchSOPClass = DIMSEStatus(rawValue: 0xA900)
    package static let cannotUnderstand = DIMSEStatus(rawValue: 0xC000)
    /// Other bytes are already kept under this SOP Instance UID.
    package static let conflictingInstance = DIMSEStatus(rawValue: 0xC011)
    /// The Study Instance UID belongs to another issuer of patient IDs.
    package static let conflictingIssuer = DIMSEStatus(rawValue: 0xC012)

    /// Nested too deeply, or too much of something, to be parsed safely.
    package static let beyondLimits = DIMSEStatus(rawValue: 0xC013)

    /// A rejection note hides it for patient safety or a wrong worklist entry: it is not taken again (IHE RAD TF-3 4.66).
    package static let rejectedInstance = DIMSEStatus(rawValue: 0xC014)

    package var isSuccess: Bool { rawValue == 0 }
    package var isWarning: Bool { rawValue & 0xF000 == 0xB000 || [0x0001, 0x0107, 0x0116].contains(rawValue) }
    package var isPending: Bool { rawValue == 0xFF00 || rawValue == 0xFF01 }
    package var isFailure: Bool { !isSuccess && !isWarning && !isPending && rawValue != 0xFE00 }

    /// Whether the same object may be taken later: storage was exhausted, or processing failed for a passing reason.
    /// Everything else stays refused until a person acts.
    package var isRetriable: Bool { rawValue & 0xFF00 == 0xA700 || self == .processingFailure }

    package var description: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
