// Frames as pictures.

internal import CDCMTK
import Foundation
import Vocabulary

/// Which grey values a picture spreads over its range.
package enum DisplayWindow: Hashable, Sendable {
    /// The image's first window, else its first VOI LUT, else its own range of values.
    case ofImage
    case minMax
    /// In values after rescaling (Hounsfield units in CT).
    case given(center: Double, width: Double)
}

package enum PictureFormat: Hashable, Sendable {
    case png
    /// 1…100
    case jpeg(quality: Int)

    package var mediaType: String { self == .png ? "image/png" : "image/jpeg" }
}

extension FrameReader {
    /// A frame as a picture of at most the given size, its shape kept, never enlarged; by DCMTK's imaging modules.
    package func rendered(
        frame index: Int, window: DisplayWindow = .ofImage, maximumWidth: Int? = nil, maximumHeight: Int? = nil,
        as format: PictureFormat = .png
    ) throws -> Data {
        var rendering = CDCMTKRendering()
        rendering.window = CDCMTK_WINDOW_OF_IMAGE
        if window == .minMax { rendering.window = CDCMTK_WINDOW_MIN_MAX }
        if case .given(let center, let width) = window {
            guard width >= 1, width.isFinite, center.isFinite else {
                throw DICOMError(code: .other, message: "a window's width must be at least 1")
            }
            rendering.window = CDCMTK_WINDOW_GIVEN
            rendering.center = center
            rendering.width = width
        }
        rendering.maximumWidth = UInt32(clamping: maximumWidth ?? 0)
        rendering.maximumHeight = UInt32(clamping: maximumHeight ?? 0)

        var presentation = try presentation(ofFrame: index)
        if presentation.voiLUTFunction == "SIGMOID" { rendering.function = 1 }
        var frame = try frame(index)
        if frame.isFloatingPoint {
            let scaled = FloatScaling(frame)
            (frame, presentation.rescaleSlope, presentation.rescaleIntercept) = (
                scaled.frame, scaled.slope, scaled.intercept
            )
        }
        let encoded = [UInt8](try displayable(frame, presentation).encoded())
        var picture = CDCMTKPicture()
        var failure = ForeignFailure()
        guard CDCMTK_render(encoded, encoded.count, &rendering, &picture, &failure.text, failure.text.count) == 0 else {
            throw DICOMError(code: .decodingFailed, message: "the frame cannot be rendered: \(failure)")
        }
        defer { CDCMTK_free(picture.pixels) }
        return try Self.encode(picture, as: format)
    }

    private static func encode(_ picture: CDCMTKPicture, as format: PictureFormat) throws -> Data {
        var picture = picture
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        var failure = ForeignFailure()
        let status =
            switch format {
            case .png: CDCMTK_encode_png(&picture, &bytes, &count, &failure.text, failure.text.count)
            case .jpeg(let quality):
                CDCMTK_encode_jpeg(
                    &picture, Int32(max(1, min(100, quality))), &bytes, &count, &failure.text, failure.text.count)
            }
        guard status == 0, let bytes else {
            throw DICOMError(code: .decodingFailed, message: "the picture cannot be written: \(failure)")
        }
        defer { CDCMTK_free(bytes) }
        return Data(bytes: bytes, count: count)
    }

    /// The frame alone, with what decides how it looks.
    private func displayable(_ frame: Frame, _ presentation: ImageAttributes.Presentation) throws -> DataSetBuilder {
        var image = CodecRequest(attributes)
        image.samples = frame.samplesPerPixel
        image.isSigned = frame.isSigned
        image.photometric =
            frame.photometricInterpretation == "PALETTE COLOR" ? "MONOCHROME2" : frame.photometricInterpretation
        image.bitsAllocated = frame.bitsAllocated
        image.bitsStored = frame.samplesPerPixel == 1 ? frame.bitsStored : frame.bitsAllocated
        image.highBit = image.bitsStored - 1
        var single = DataSetBuilder(imagePixel: image)
        single.set(.pixelData, bytes: [UInt8](frame.pixels), vr: frame.bitsAllocated == 8 ? .OB : .OW)
        try copyAspect(to: &single, presentation)
        guard frame.samplesPerPixel == 1 else { return single }
        if let lut = try lookupTable(.modalityLUTSequence) {
            single.set(.modalityLUTSequence, items: [lut])
        } else if presentation.rescaleSlope != 1 || presentation.rescaleIntercept != 0 {
            single.set(.rescaleSlope, decimals: [presentation.rescaleSlope])
            single.set(.rescaleIntercept, decimals: [presentation.rescaleIntercept])
        }
        if let window = presentation.windows.first {
            single.set(.windowCenter, decimals: [window.center])
            single.set(.windowWidth, decimals: [window.width])
            if let function = presentation.voiLUTFunction { single.set(.voiLUTFunction, function) }
        }
        if let lut = try lookupTable(.voiLUTSequence) { single.set(.voiLUTSequence, items: [lut]) }
        return single
    }

    private func copyAspect(to single: inout DataSetBuilder, _ presentation: ImageAttributes.Presentation) throws {
        if let spacing = presentation.pixelSpacing ?? attributes.imagerPixelSpacing {
            single.set(.pixelSpacing, decimals: spacing)
        } else {
            let aspect = try dataSet.numbers(.pixelAspectRatio)
            if aspect.count == 2, aspect.allSatisfy({ $0 >= 1 && $0 < 65536 }) {
                single.set(.pixelAspectRatio, aspect.map { Int($0) })
            }
        }
    }

    /// The first lookup table of a sequence, rewritten.
    private func lookupTable(_ sequence: Tag) throws -> DataSetBuilder? {
        guard let item = dataSet.items(sequence).first, let data = item[.lutData] else { return nil }
        let descriptor = try item.integers(.lutDescriptor)
        guard descriptor.count == 3, (1...16).contains(descriptor[2]), let bytes = try item.bytes(.lutData) else {
            return nil
        }
        let entries = descriptor[0] == 0 ? 65536 : descriptor[0]
        guard bytes.count >= entries else { return nil }
        var lut = DataSetBuilder()
        lut.set(.lutDescriptor, descriptor, vr: descriptor[1] < 0 ? .SS : .US)
        let ordered = BinaryValue.littleEndian(bytes, unit: 2, isBigEndian: data.encoding.isBigEndian)
        lut.set(.lutData, bytes: ordered, vr: .OW)
        return lut
    }
}
