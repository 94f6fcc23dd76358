// CT, radiographs, ultrasound and MR of a synthetic patient.

import DICOM
import Vocabulary

extension TestStudy {
    /// A chest CT series, from the apex down; `series` tells several of one study apart.
    @discardableResult
    package func ct(
        slices: Int, size: Int = 128, series number: Int = 1, description: String = "胸部平扫 5mm", in directory: String
    ) throws -> [TestFile] {
        try Self.makeDirectory(directory)
        let series = Series(
            number: number, modality: "CT", sopClass: .ctImage, description: description, bodyPart: "CHEST")
        let thickness = 240.0 / Double(max(slices, 1))
        return try (1...max(slices, 1)).map { instance in
            let level = (Double(instance) - 0.5) / Double(slices)
            var dataSet = common(series, instance: instance)
            dataSet.set(.imageType, ["ORIGINAL", "PRIMARY", "AXIAL"])
            dataSet.set(.frameOfReferenceUID, TestUID.make("\(seed) frame") as SOPInstanceUID)
            dataSet.set(Tag(0x0020, 0x1040), "")
            dataSet.set(Tag(0x0018, 0x0060), "120")
            dataSet.set(.sliceThickness, decimals: [thickness])
            dataSet.set(.patientOrientation, ["L", "P"])
            dataSet.set(.imagePositionPatient, decimals: [-180, -180, -thickness * Double(instance - 1)])
            dataSet.set(.imageOrientationPatient, decimals: [1, 0, 0, 0, 1, 0])
            dataSet.set(.sliceLocation, decimals: [-thickness * Double(instance - 1)])
            dataSet.set(.pixelSpacing, decimals: [360 / Double(size), 360 / Double(size)])
            dataSet.setImagePixel(
                rows: size, columns: size, bits: 16, stored: 16, isSigned: true, photometric: "MONOCHROME2")
            dataSet.set(.rescaleIntercept, decimals: [0])
            dataSet.set(.rescaleSlope, decimals: [1])
            dataSet.set(.rescaleType, "HU")
            dataSet.set(.windowCenter, decimals: [40, -600])
            dataSet.set(.windowWidth, decimals: [400, 1500])
            dataSet.set(.windowExplanation, ["MEDIASTINUM", "LUNG"])
            let canvas = Phantoms.chestCT(size: size, level: level, seed: noiseSeed(number, instance))
            dataSet.set(.pixelData, bytes: canvas.words, vr: .OW)
            let path = Self.numbered(directory, instance)
            try dataSet.write(to: path, declaresText: encoding != .gbkUndeclared)
            return file(series, instance: instance, path: path)
        }
    }

    /// A frontal chest radiograph. As MONOCHROME1 the stored values are inverted, so that both look alike.
    @discardableResult
    package func radiograph(
        size: Int = 512, isMonochrome1: Bool = false, instance: Int = 1, in directory: String
    ) throws -> TestFile {
        try Self.makeDirectory(directory)
        let series = Series(
            number: 1, modality: "DX", sopClass: .dxImageForPresentation, description: "胸部正位", bodyPart: "CHEST")
        var dataSet = common(series, instance: instance)
        dataSet.set(.imageType, ["ORIGINAL", "PRIMARY"])
        dataSet.set(Tag(0x0008, 0x0068), "FOR PRESENTATION")
        dataSet.set(.imagerPixelSpacing, decimals: [400 / Double(size), 400 / Double(size)])
        dataSet.set(.viewPosition, "PA")
        dataSet.set(.patientOrientation, ["L", "F"])
        dataSet.set(Tag(0x0020, 0x0062), "U")
        dataSet.setImagePixel(
            rows: size, columns: size, bits: 16, stored: 12, isSigned: false,
            photometric: isMonochrome1 ? "MONOCHROME1" : "MONOCHROME2")
        dataSet.set(Tag(0x0028, 0x1040), "LOG")
        dataSet.set(Tag(0x0028, 0x1041), isMonochrome1 ? -1 : 1)
        dataSet.set(.rescaleIntercept, decimals: [0])
        dataSet.set(.rescaleSlope, decimals: [1])
        dataSet.set(.rescaleType, "US")
        dataSet.set(Tag(0x2050, 0x0020), isMonochrome1 ? "INVERSE" : "IDENTITY")
        dataSet.set(.lossyImageCompression, "00")
        dataSet.set(.windowCenter, decimals: [isMonochrome1 ? 2295 : 1800])
        dataSet.set(.windowWidth, decimals: [3200])
        var canvas = Phantoms.chestRadiograph(size: size, seed: noiseSeed(1, instance))
        if isMonochrome1 { canvas.pixels = canvas.pixels.map { 4095 - $0 } }
        dataSet.set(.pixelData, bytes: canvas.words, vr: .OW)
        let path = Self.numbered(directory, instance)
        try dataSet.write(to: path, declaresText: encoding != .gbkUndeclared)
        return file(series, instance: instance, path: path)
    }

    /// An RGB multi-frame loop of one heart beat.
    ///
    /// - Parameter distinct: so many frames are drawn and then repeated: a loop of any size in little time.
    @discardableResult
    package func ultrasound(
        frames: Int = 12, distinct: Int = .max, width: Int = 160, height: Int = 120, instance: Int = 1,
        in directory: String
    ) throws -> TestFile {
        try Self.makeDirectory(directory)
        let series = Series(
            number: 1, modality: "US", sopClass: .usMultiFrameImage, description: "心脏超声", bodyPart: "HEART")
        var dataSet = common(series, instance: instance)
        dataSet.set(.imageType, ["ORIGINAL", "PRIMARY"])
        dataSet.set(Tag(0x0018, 0x1063), decimals: [40])
        dataSet.set(Tag(0x0028, 0x0009), [0x0018_1063].flatMap { [$0 >> 16, $0 & 0xFFFF] }, vr: .AT)
        dataSet.set(.numberOfFrames, frames)
        dataSet.setImagePixel(
            rows: height, columns: width, bits: 8, stored: 8, isSigned: false, photometric: "RGB", samples: 3)
        dataSet.set(.lossyImageCompression, "00")
        var pixels: [UInt8] = []
        pixels.reserveCapacity(frames * width * height * 3)
        for frame in 0..<min(frames, distinct) {
            pixels += Phantoms.ultrasound(
                width: width, height: height, phase: Double(frame) / Double(frames),
                seed: noiseSeed(instance, frame))
        }
        let beat = pixels
        while pixels.count < frames * width * height * 3 {
            pixels += beat.prefix(frames * width * height * 3 - pixels.count)
        }
        dataSet.set(.pixelData, bytes: pixels, vr: .OB)
        let path = Self.numbered(directory, instance)
        try dataSet.write(to: path, declaresText: encoding != .gbkUndeclared)
        return file(series, instance: instance, path: path)
    }

    /// A transaxial head MR series.
    @discardableResult
    package func mr(slices: Int = 8, size: Int = 128, series number: Int = 1, in directory: String) throws -> [TestFile]
    {
        try Self.makeDirectory(directory)
        let series = Series(
            number: number, modality: "MR", sopClass: .mrImage, description: "头颅 T1WI", bodyPart: "HEAD")
        return try (1...max(slices, 1)).map { instance in
            var dataSet = common(series, instance: instance)
            dataSet.set(.imageType, ["ORIGINAL", "PRIMARY", "OTHER"])
            dataSet.set(Tag(0x0018, 0x0020), "SE")
            dataSet.set(Tag(0x0018, 0x0021), "NONE")
            dataSet.set(Tag(0x0018, 0x0022), "")
            dataSet.set(Tag(0x0018, 0x0023), "2D")
            dataSet.set(Tag(0x0018, 0x0080), decimals: [500])
            dataSet.set(Tag(0x0018, 0x0081), decimals: [12])
            dataSet.set(Tag(0x0018, 0x0091), 1)
            dataSet.set(.sliceThickness, decimals: [6])
            dataSet.set(.spacingBetweenSlices, decimals: [7])
            dataSet.set(.frameOfReferenceUID, TestUID.make("\(seed) frame") as SOPInstanceUID)
            dataSet.set(Tag(0x0020, 0x1040), "")
            dataSet.set(.imagePositionPatient, decimals: [-110, -110, 7 * Double(instance - 1)])
            dataSet.set(.imageOrientationPatient, decimals: [1, 0, 0, 0, 1, 0])
            dataSet.set(.pixelSpacing, decimals: [220 / Double(size), 220 / Double(size)])
            dataSet.setImagePixel(
                rows: size, columns: size, bits: 16, stored: 12, isSigned: false, photometric: "MONOCHROME2")
            dataSet.set(.windowCenter, decimals: [700])
            dataSet.set(.windowWidth, decimals: [1400])
            let canvas = Phantoms.headMR(
                size: size, level: (Double(instance) - 0.5) / Double(slices), seed: noiseSeed(number, instance))
            dataSet.set(.pixelData, bytes: canvas.words, vr: .OW)
            let path = Self.numbered(directory, instance)
            try dataSet.write(to: path, declaresText: encoding != .gbkUndeclared)
            return file(series, instance: instance, path: path)
        }
    }
}
