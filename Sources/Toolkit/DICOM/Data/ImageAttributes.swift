// What the image pixel module says.

import Vocabulary

/// How an image's pixels are laid out and shown (PS3.3 C.7.6.3, C.11.1, C.11.2).
package struct ImageAttributes: Hashable, Sendable {
    package struct Window: Hashable, Sendable {
        package var center: Double
        package var width: Double
        package var explanation: String?

        package init(center: Double, width: Double, explanation: String? = nil) {
            self.center = center
            self.width = width
            self.explanation = explanation
        }
    }

    package var rows: Int
    package var columns: Int
    package var samplesPerPixel: Int
    package var bitsAllocated: Int
    package var bitsStored: Int
    package var highBit: Int
    package var isSigned: Bool
    /// Float or Double Float Pixel Data (PS3.3 C.7.6.24, C.7.6.25).
    package var isFloatingPoint = false
    /// As the file says; a frame that has been read may have another.
    package var photometricInterpretation: String
    /// Colour by plane, where the pixels are native.
    package var isPlanar: Bool
    package var numberOfFrames: Int
    package var transferSyntax: TransferSyntax

    package var presentation = Presentation()
    /// (row, column) in millimetres, at the patient and at the detector.
    package var pixelSpacing: [Double]?
    package var imagerPixelSpacing: [Double]?
    package var pixelPaddingValue: Int?
    package var hasVOILUT = false
    package var hasModalityLUT = false
    package var isLossy = false

    /// What may differ from frame to frame.
    package struct Presentation: Hashable, Sendable {
        package var rescaleSlope = 1.0
        package var rescaleIntercept = 0.0
        package var rescaleType: String?
        package var windows: [Window] = []
        /// LINEAR, LINEAR_EXACT or SIGMOID.
        package var voiLUTFunction: String?
        package var imagePositionPatient: [Double]?
        package var imageOrientationPatient: [Double]?
        package var pixelSpacing: [Double]?
    }

    package var isMonochrome: Bool { photometricInterpretation.hasPrefix("MONOCHROME") }
    package var isMonochrome1: Bool { photometricInterpretation == "MONOCHROME1" }
    package var hasPalette: Bool { photometricInterpretation == "PALETTE COLOR" }

    /// Bytes of a frame as it is handed out before colour conversion.
    package var frameSize: Int { rows * columns * samplesPerPixel * bytesPerSample }
    package var bytesPerSample: Int { bitsAllocated <= 8 ? 1 : bitsAllocated / 8 }
}

extension ImageAttributes {
    /// Throws `.malformed` where the data set is no image or its numbers contradict each other.
    init(_ dataSet: DataSet, transferSyntax: TransferSyntax) throws {
        func required(_ tag: Tag, _ name: String, _ range: ClosedRange<Int>) throws -> Int {
            guard let value = try dataSet.integer(tag) else {
                throw DICOMError(code: .malformed, message: "the image has no \(name) \(tag)")
            }
            guard range.contains(value) else {
                throw DICOMError(code: .malformed, message: "the image's \(name) \(tag) is \(value)")
            }
            return value
        }
        rows = try required(.rows, "Rows", 1...65535)
        columns = try required(.columns, "Columns", 1...65535)
        bitsAllocated = try required(.bitsAllocated, "Bits Allocated", 1...64)
        samplesPerPixel = try dataSet.integer(.samplesPerPixel) ?? 1
        bitsStored = try dataSet.integer(.bitsStored) ?? bitsAllocated
        highBit = try dataSet.integer(.highBit) ?? bitsStored - 1
        isSigned = try dataSet.integer(.pixelRepresentation) == 1
        photometricInterpretation =
            try dataSet.string(.photometricInterpretation) ?? (samplesPerPixel == 3 ? "RGB" : "MONOCHROME2")
        isPlanar = try samplesPerPixel > 1 && dataSet.integer(.planarConfiguration) == 1
        numberOfFrames = max(1, try dataSet.integer(.numberOfFrames) ?? 1)
        self.transferSyntax = transferSyntax
        if dataSet[.pixelData] == nil, let floating = dataSet[.floatPixelData] ?? dataSet[.doubleFloatPixelData] {
            isFloatingPoint = true
            (bitsAllocated, isSigned) = (floating.tag == .floatPixelData ? 32 : 64, true)
            (bitsStored, highBit) = (bitsAllocated, bitsAllocated - 1)
        }
        try check()

        imagerPixelSpacing = try Self.pair(dataSet, .imagerPixelSpacing)
        pixelPaddingValue = try dataSet.integer(.pixelPaddingValue)
        hasVOILUT = !dataSet.items(.voiLUTSequence).isEmpty
        hasModalityLUT = !dataSet.items(.modalityLUTSequence).isEmpty
        isLossy = try dataSet.string(.lossyImageCompression) == "01"
        presentation = try Presentation(dataSet)
        pixelSpacing = presentation.pixelSpacing
    }

    private func check() throws {
        let wrong: String? =
            if ![1, 8, 16, 32].contains(bitsAllocated) && !isFloatingPoint {
                "\(bitsAllocated) bits allocated"
            } else if bitsStored < 1 || bitsStored > bitsAllocated || highBit < bitsStored - 1
                || highBit >= bitsAllocated
            {
                "\(bitsStored) bits stored up to bit \(highBit) of \(bitsAllocated)"
            } else if numberOfFrames > 1_000_000 {
                "\(numberOfFrames) frames"
            } else if samplesPerPixel != 1 && samplesPerPixel != 3 {
                "\(samplesPerPixel) samples a pixel"
            } else if (samplesPerPixel == 1) != (isMonochrome || hasPalette) || isFloatingPoint && !isMonochrome {
                "\(samplesPerPixel) samples a pixel and photometric interpretation "
                    + String(photometricInterpretation.prefix(16))
            } else {
                nil
            }
        if let wrong { throw DICOMError(code: .malformed, message: "images with \(wrong) are not understood") }
    }

    fileprivate static func pair(_ dataSet: DataSet, _ tag: Tag) throws -> [Double]? {
        let values = try dataSet.numbers(tag)
        return values.count == 2 && values.allSatisfy { $0 > 0 && $0.isFinite } ? values : nil
    }
}

extension ImageAttributes.Presentation {
    /// Of the data set itself, overridden by its shared and then by a frame's functional groups.
    init(_ dataSet: DataSet, frame: Int = 0) throws {
        self.init()
        try apply(dataSet)
        imagePositionPatient = try Self.numbers(dataSet, .imagePositionPatient, count: 3)
        imageOrientationPatient = try Self.numbers(dataSet, .imageOrientationPatient, count: 6)
        pixelSpacing = try ImageAttributes.pair(dataSet, .pixelSpacing)
        let perFrame = dataSet.items(.perFrameFunctionalGroups)
        let groups = dataSet.items(.sharedFunctionalGroups) + (frame < perFrame.count ? [perFrame[frame]] : [])
        for group in groups {
            for item in group.items(.pixelValueTransformationSequence) + group.items(.frameVOILUTSequence) {
                try apply(item)
            }
            for item in group.items(.pixelMeasuresSequence) {
                pixelSpacing = try ImageAttributes.pair(item, .pixelSpacing) ?? pixelSpacing
            }
            for item in group.items(.planePositionSequence) {
                imagePositionPatient = try Self.numbers(item, .imagePositionPatient, count: 3) ?? imagePositionPatient
            }
            for item in group.items(.planeOrientationSequence) {
                imageOrientationPatient =
                    try Self.numbers(item, .imageOrientationPatient, count: 6) ?? imageOrientationPatient
            }
        }
    }

    private mutating func apply(_ dataSet: DataSet) throws {
        if let slope = try dataSet.numbers(.rescaleSlope).first, slope != 0, slope.isFinite {
            rescaleSlope = slope
            let intercept = try dataSet.numbers(.rescaleIntercept).first ?? 0
            rescaleIntercept = intercept.isFinite ? intercept : 0
            rescaleType = try dataSet.string(.rescaleType)
        }
        let centers = try dataSet.numbers(.windowCenter)
        let widths = try dataSet.numbers(.windowWidth)
        let explanations = try dataSet.strings(.windowExplanation)
        let found = zip(centers, widths).enumerated().compactMap { index, pair -> ImageAttributes.Window? in
            guard pair.1 > 0, pair.1.isFinite, pair.0.isFinite else { return nil }
            return .init(
                center: pair.0, width: pair.1, explanation: index < explanations.count ? explanations[index] : nil)
        }
        if !found.isEmpty { windows = found }
        voiLUTFunction = try dataSet.string(.voiLUTFunction) ?? voiLUTFunction
    }

    private static func numbers(_ dataSet: DataSet, _ tag: Tag, count: Int) throws -> [Double]? {
        let values = try dataSet.numbers(tag)
        return values.count == count ? values : nil
    }
}
