// The same picture in every transfer syntax.

import DICOM
import Foundation
import Vocabulary

extension TestStudy {
    /// A syntax and how the picture is made for it.
    package struct SyntaxSample: Hashable, Sendable {
        package let name: String
        package let transferSyntax: TransferSyntax
        /// 8-bit RGB instead of 12-bit grey.
        package let isColor: Bool
        package let isLossy: Bool
        fileprivate let parameter: Int

        fileprivate init(
            _ name: String, _ syntax: TransferSyntax, isColor: Bool = false, isLossy: Bool = false, parameter: Int = 0
        ) {
            self.name = name
            transferSyntax = syntax
            self.isColor = isColor
            self.isLossy = isLossy
            self.parameter = parameter
        }
    }

    package static let syntaxSamples = [
        SyntaxSample("explicit-little-endian", .explicitVRLittleEndian),
        SyntaxSample("implicit-little-endian", .implicitVRLittleEndian),
        SyntaxSample("explicit-big-endian", .explicitVRBigEndian),
        SyntaxSample("deflated", .deflatedExplicitVRLittleEndian),
        SyntaxSample("rle", .rleLossless),
        SyntaxSample("rle-color", .rleLossless, isColor: true),
        SyntaxSample("jpeg-baseline-color", .jpegBaseline, isColor: true, isLossy: true, parameter: 90),
        SyntaxSample("jpeg-extended", .jpegExtended, isLossy: true, parameter: 95),
        SyntaxSample("jpeg-lossless", .jpegLossless),
        SyntaxSample("jpeg-lossless-sv1", .jpegLosslessSV1),
        SyntaxSample("jpeg-ls", .jpegLSLossless),
        SyntaxSample("jpeg-ls-color", .jpegLSLossless, isColor: true),
        SyntaxSample("jpeg-ls-near", .jpegLSNearLossless, isLossy: true, parameter: 2),
        SyntaxSample("jpeg-2000-lossless", .jpeg2000Lossless),
        SyntaxSample("jpeg-2000-lossless-color", .jpeg2000Lossless, isColor: true),
        SyntaxSample("jpeg-2000", .jpeg2000, isLossy: true, parameter: 12),
    ]

    /// One file for each sample, or for those `named`, an instance each, all of one picture (grey or colour).
    @discardableResult
    package func syntaxes(
        size: Int = 128, named names: Set<String>? = nil, in directory: String
    ) throws -> [(sample: SyntaxSample, file: TestFile)] {
        try Self.makeDirectory(directory)
        let series = Series(
            number: 1, modality: "OT", sopClass: .secondaryCapture, description: "Transfer syntaxes", bodyPart: "CHEST")
        return try Self.syntaxSamples.enumerated().filter { names?.contains($1.name) ?? true }.map { index, sample in
            var dataSet = picture(series, instance: index + 1, size: size, isColor: sample.isColor)
            if sample.isLossy {
                dataSet.set(.lossyImageCompression, "01")
                dataSet.set(Tag(0x0028, 0x2112), decimals: [10])
            }
            let path = "\(directory)/\(sample.name).dcm"
            try write(dataSet, sample, to: path)
            return (sample, file(series, instance: index + 1, path: path))
        }
    }

    private func picture(_ series: Series, instance: Int, size: Int, isColor: Bool) -> DataSetBuilder {
        var dataSet = common(series, instance: instance)
        dataSet.set(.conversionType, "SYN")
        dataSet.set(.imageType, ["ORIGINAL", "PRIMARY"])
        if isColor {
            dataSet.setImagePixel(
                rows: size, columns: size, bits: 8, stored: 8, isSigned: false, photometric: "RGB", samples: 3)
            dataSet.set(
                .pixelData, bytes: Phantoms.ultrasound(width: size, height: size, phase: 0.6, seed: noiseSeed(1, 0)),
                vr: .OB)
        } else {
            dataSet.setImagePixel(
                rows: size, columns: size, bits: 16, stored: 12, isSigned: false, photometric: "MONOCHROME2")
            dataSet.set(.windowCenter, decimals: [700])
            dataSet.set(.windowWidth, decimals: [1400])
            dataSet.set(
                .pixelData, bytes: Phantoms.headMR(size: size, level: 0.5, seed: noiseSeed(1, 0)).words, vr: .OW)
        }
        return dataSet
    }

    private func write(_ dataSet: DataSetBuilder, _ sample: SyntaxSample, to path: String) throws {
        switch sample.transferSyntax {
        case .explicitVRLittleEndian, .implicitVRLittleEndian, .deflatedExplicitVRLittleEndian:
            try dataSet.write(to: path, transferSyntax: sample.transferSyntax)
        case .jpeg2000, .jpeg2000Lossless:
            let native = path + ".native"
            try dataSet.write(to: native)
            let frame = try FrameReader(file: native).frame(0)
            var encoded = dataSet
            encoded.setPixelData(fragments: [try Transcoder.jpeg2000(of: frame, ratio: Double(sample.parameter))])
            if sample.isColor { encoded.set(.photometricInterpretation, sample.isLossy ? "YBR_ICT" : "YBR_RCT") }
            try encoded.write(to: path, transferSyntax: sample.transferSyntax)
            try FileManager.default.removeItem(atPath: native)
        default:
            let native = path + ".native"
            try dataSet.write(to: native)
            try Transcoder.encode(file: native, to: sample.transferSyntax, output: path, parameter: sample.parameter)
            try FileManager.default.removeItem(atPath: native)
        }
    }
}
