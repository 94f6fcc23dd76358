// Data element tags.

/// Group and element number (PS3.5 7.1), ordered as elements stand in a data set.
package struct Tag: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let value: UInt32

    package init(_ group: UInt16, _ element: UInt16) { value = UInt32(group) << 16 | UInt32(element) }
    package init(_ value: UInt32) { self.value = value }

    /// Eight hexadecimal digits, as DICOMweb writes a tag.
    package init?(hexadecimal: some StringProtocol) {
        guard hexadecimal.utf8.count == 8, let value = UInt32(hexadecimal, radix: 16) else { return nil }
        self.value = value
    }

    package var group: UInt16 { UInt16(value >> 16) }
    package var element: UInt16 { UInt16(truncatingIfNeeded: value) }
    package var isPrivate: Bool { group & 1 == 1 }
    package var isGroupLength: Bool { element == 0 }

    /// Eight upper-case hexadecimal digits.
    package var hexadecimal: String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    package var description: String { "(\(hexadecimal.prefix(4)),\(hexadecimal.suffix(4)))" }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}

extension Tag {
    // Structure
    package static let item = Tag(0xFFFE, 0xE000)
    package static let itemDelimitation = Tag(0xFFFE, 0xE00D)
    package static let sequenceDelimitation = Tag(0xFFFE, 0xE0DD)
    package static let trailingPadding = Tag(0xFFFC, 0xFFFC)

    // Pixel data
    package static let pixelData = Tag(0x7FE0, 0x0010)
    package static let floatPixelData = Tag(0x7FE0, 0x0008)
    package static let doubleFloatPixelData = Tag(0x7FE0, 0x0009)
    package static let extendedOffsetTable = Tag(0x7FE0, 0x0001)
    package static let extendedOffsetTableLengths = Tag(0x7FE0, 0x0002)

    // Instance
    package static let specificCharacterSet = Tag(0x0008, 0x0005)
    package static let instanceCreationDate = Tag(0x0008, 0x0012)
    package static let instanceCreationTime = Tag(0x0008, 0x0013)
    package static let sopClassUID = Tag(0x0008, 0x0016)
    package static let sopInstanceUID = Tag(0x0008, 0x0018)
    package static let imageType = Tag(0x0008, 0x0008)
    package static let studyDate = Tag(0x0008, 0x0020)
    package static let seriesDate = Tag(0x0008, 0x0021)
    package static let acquisitionDate = Tag(0x0008, 0x0022)
    package static let contentDate = Tag(0x0008, 0x0023)
    package static let acquisitionDateTime = Tag(0x0008, 0x002A)
    package static let studyTime = Tag(0x0008, 0x0030)
    package static let seriesTime = Tag(0x0008, 0x0031)
    package static let acquisitionTime = Tag(0x0008, 0x0032)
    package static let contentTime = Tag(0x0008, 0x0033)
    package static let accessionNumber = Tag(0x0008, 0x0050)
    package static let modality = Tag(0x0008, 0x0060)
    package static let conversionType = Tag(0x0008, 0x0064)
    package static let manufacturer = Tag(0x0008, 0x0070)
    package static let institutionName = Tag(0x0008, 0x0080)
    package static let referringPhysicianName = Tag(0x0008, 0x0090)
    package static let codeValue = Tag(0x0008, 0x0100)
    package static let codingSchemeDesignator = Tag(0x0008, 0x0102)
    package static let codeMeaning = Tag(0x0008, 0x0104)
    package static let timezoneOffsetFromUTC = Tag(0x0008, 0x0201)
    package static let stationName = Tag(0x0008, 0x1010)
    package static let studyDescription = Tag(0x0008, 0x1030)
    package static let seriesDescription = Tag(0x0008, 0x103E)
    package static let manufacturerModelName = Tag(0x0008, 0x1090)
    package static let referencedPerformedProcedureStepSequence = Tag(0x0008, 0x1111)
    package static let referencedSOPClassUID = Tag(0x0008, 0x1150)
    package static let referencedSOPInstanceUID = Tag(0x0008, 0x1155)
    package static let referencedSOPSequence = Tag(0x0008, 0x1199)
    package static let referencedSeriesSequence = Tag(0x0008, 0x1115)

    // Patient and study
    package static let patientName = Tag(0x0010, 0x0010)
    package static let patientID = Tag(0x0010, 0x0020)
    package static let issuerOfPatientID = Tag(0x0010, 0x0021)
    package static let patientBirthDate = Tag(0x0010, 0x0030)
    package static let patientSex = Tag(0x0010, 0x0040)
    package static let patientAge = Tag(0x0010, 0x1010)
    package static let bodyPartExamined = Tag(0x0018, 0x0015)
    package static let sliceThickness = Tag(0x0018, 0x0050)
    package static let spacingBetweenSlices = Tag(0x0018, 0x0088)
    package static let protocolName = Tag(0x0018, 0x1030)
    package static let imagerPixelSpacing = Tag(0x0018, 0x1164)
    package static let viewPosition = Tag(0x0018, 0x5101)
    package static let studyInstanceUID = Tag(0x0020, 0x000D)
    package static let seriesInstanceUID = Tag(0x0020, 0x000E)
    package static let studyID = Tag(0x0020, 0x0010)
    package static let seriesNumber = Tag(0x0020, 0x0011)
    package static let instanceNumber = Tag(0x0020, 0x0013)
    package static let patientOrientation = Tag(0x0020, 0x0020)
    package static let imagePositionPatient = Tag(0x0020, 0x0032)
    package static let imageOrientationPatient = Tag(0x0020, 0x0037)
    package static let frameOfReferenceUID = Tag(0x0020, 0x0052)
    package static let laterality = Tag(0x0020, 0x0060)
    package static let sliceLocation = Tag(0x0020, 0x1041)

    // Image pixel
    package static let samplesPerPixel = Tag(0x0028, 0x0002)
    package static let photometricInterpretation = Tag(0x0028, 0x0004)
    package static let planarConfiguration = Tag(0x0028, 0x0006)
    package static let numberOfFrames = Tag(0x0028, 0x0008)
    package static let rows = Tag(0x0028, 0x0010)
    package static let columns = Tag(0x0028, 0x0011)
    package static let pixelSpacing = Tag(0x0028, 0x0030)
    package static let pixelAspectRatio = Tag(0x0028, 0x0034)
    package static let bitsAllocated = Tag(0x0028, 0x0100)
    package static let bitsStored = Tag(0x0028, 0x0101)
    package static let highBit = Tag(0x0028, 0x0102)
    package static let pixelRepresentation = Tag(0x0028, 0x0103)
    package static let pixelPaddingValue = Tag(0x0028, 0x0120)
    package static let windowCenter = Tag(0x0028, 0x1050)
    package static let windowWidth = Tag(0x0028, 0x1051)
    package static let rescaleIntercept = Tag(0x0028, 0x1052)
    package static let rescaleSlope = Tag(0x0028, 0x1053)
    package static let rescaleType = Tag(0x0028, 0x1054)
    package static let windowExplanation = Tag(0x0028, 0x1055)
    package static let voiLUTFunction = Tag(0x0028, 0x1056)
    package static let redPaletteDescriptor = Tag(0x0028, 0x1101)
    package static let greenPaletteDescriptor = Tag(0x0028, 0x1102)
    package static let bluePaletteDescriptor = Tag(0x0028, 0x1103)
    package static let redPaletteData = Tag(0x0028, 0x1201)
    package static let greenPaletteData = Tag(0x0028, 0x1202)
    package static let bluePaletteData = Tag(0x0028, 0x1203)
    package static let segmentedRedPaletteData = Tag(0x0028, 0x1221)
    package static let segmentedGreenPaletteData = Tag(0x0028, 0x1222)
    package static let segmentedBluePaletteData = Tag(0x0028, 0x1223)
    package static let lossyImageCompression = Tag(0x0028, 0x2110)
    package static let modalityLUTSequence = Tag(0x0028, 0x3000)
    package static let lutDescriptor = Tag(0x0028, 0x3002)
    package static let lutData = Tag(0x0028, 0x3006)
    package static let voiLUTSequence = Tag(0x0028, 0x3010)

    // Multi-frame functional groups
    package static let sharedFunctionalGroups = Tag(0x5200, 0x9229)
    package static let perFrameFunctionalGroups = Tag(0x5200, 0x9230)
    package static let pixelMeasuresSequence = Tag(0x0028, 0x9110)
    package static let frameVOILUTSequence = Tag(0x0028, 0x9132)
    package static let pixelValueTransformationSequence = Tag(0x0028, 0x9145)
    package static let planePositionSequence = Tag(0x0020, 0x9113)
    package static let planeOrientationSequence = Tag(0x0020, 0x9116)
}
