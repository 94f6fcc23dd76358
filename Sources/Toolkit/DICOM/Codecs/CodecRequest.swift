// What a codec is asked for.

import Vocabulary

/// One compressed frame's layout as the data set promises it. The codestream goes beside it, its fragments joined.
struct CodecRequest: Codable, Hashable, Sendable {
    var syntax: String
    var rows: Int
    var columns: Int
    var samples: Int
    var bitsAllocated: Int
    var bitsStored: Int
    var highBit: Int
    var isSigned: Bool
    var photometric: String

    init(_ image: ImageAttributes) {
        syntax = image.transferSyntax.rawValue
        rows = image.rows
        columns = image.columns
        samples = image.samplesPerPixel
        bitsAllocated = image.bitsAllocated
        bitsStored = image.bitsStored
        highBit = image.highBit
        isSigned = image.isSigned
        photometric = image.photometricInterpretation
    }

    var transferSyntax: TransferSyntax { TransferSyntax(unchecked: syntax) }
    var bytesPerSample: Int { bitsAllocated <= 8 ? 1 : bitsAllocated / 8 }
    /// Bytes of the decoded frame; a one-bit pixel takes a byte.
    var frameSize: Int { rows * columns * samples * bytesPerSample }
    /// Bytes of the frame as native pixel data has it: eight one-bit pixels a byte.
    var packedSize: Int { bitsAllocated == 1 ? (rows * columns * samples + 7) / 8 : frameSize }
}

/// Decoded samples, interleaved, little endian, and their photometric interpretation.
typealias RawFrame = (bytes: [UInt8], photometric: String)

extension DataSetBuilder {
    /// The image pixel module of one frame, colour by pixel.
    init(imagePixel image: CodecRequest) {
        self.init()
        set(.samplesPerPixel, image.samples, vr: .US)
        set(.photometricInterpretation, image.photometric, vr: .CS)
        if image.samples > 1 { set(.planarConfiguration, 0, vr: .US) }
        set(.rows, image.rows, vr: .US)
        set(.columns, image.columns, vr: .US)
        set(.bitsAllocated, image.bitsAllocated, vr: .US)
        set(.bitsStored, image.bitsStored, vr: .US)
        set(.highBit, image.highBit, vr: .US)
        set(.pixelRepresentation, image.isSigned ? 1 : 0, vr: .US)
    }
}
