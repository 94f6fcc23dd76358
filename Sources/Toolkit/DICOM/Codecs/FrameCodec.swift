// From a codestream to samples.

internal import CDCMTK
import Vocabulary

/// The decoders, by transfer syntax. RLE is decoded by Swift; everything else by C and C++ libraries, which is why a node
/// lets only `DecodeWorker` come here.
enum FrameCodec {
    static let rle: Set<TransferSyntax> = [.rleLossless]
    static let deflated: Set<TransferSyntax> = [.deflatedImageFrame]
    static let jpeg: Set<TransferSyntax> = [
        .jpegBaseline, .jpegExtended, .jpegSpectralSelection, .jpegProgressive, .jpegLossless, .jpegLosslessSV1,
    ]
    static let jpegLS: Set<TransferSyntax> = [.jpegLSLossless, .jpegLSNearLossless]
    static let jpeg2000: Set<TransferSyntax> = [.jpeg2000, .jpeg2000Lossless]
    static let htj2k: Set<TransferSyntax> = [.htj2k, .htj2kLossless, .htj2kLosslessRPCL]
    static let known = [rle, deflated, jpeg, jpegLS, jpeg2000, htj2k].reduce(into: Set()) { $0.formUnion($1) }

    /// Throws `.unsupportedTransferSyntax` without a decoder, `.decodingFailed` for damaged data. Blocks.
    static func decode(_ request: CodecRequest, _ codestream: [UInt8]) throws -> RawFrame {
        let syntax = request.transferSyntax
        if rle.contains(syntax) { return (try RLE.decode(codestream, request), request.photometric) }
        if deflated.contains(syntax) { return (try inflate(codestream, request), request.photometric) }
        guard request.bitsAllocated > 1 else {
            throw DICOMError(
                code: .unsupportedTransferSyntax, message: "one-bit images in \(syntax.name) are not decoded")
        }
        if jpeg2000.contains(syntax) || htj2k.contains(syntax) {
            let bytes =
                htj2k.contains(syntax)
                ? try bestOf(codestream, request, CDCMTK_decode_htj2k, CDCMTK_decode_jpeg2000)
                : try call(CDCMTK_decode_jpeg2000, codestream, request)
            // The codestream's multiple component transformation has been undone.
            return (bytes, ["YBR_RCT", "YBR_ICT"].contains(request.photometric) ? "RGB" : request.photometric)
        }
        if jpegLS.contains(syntax) {
            return (try call(CDCMTK_decode_jpegls, codestream, request), request.photometric)
        }
        guard jpeg.contains(syntax) else { throw unsupported(syntax) }
        return try decodeByDCMTK(codestream, request)
    }

    /// Loads what the decoders need from the disk: nothing can be opened any more once a worker is confined.
    static func prepare() throws {
        CDCMTK_register_codecs()
        guard CDCMTK_jpegls_is_available() == 1 else {
            throw DICOMError(code: .other, message: "libcharls.so.2 is missing: install the package libcharls2")
        }
        guard DataDictionary.vr(of: .rows) == .US else {
            throw DICOMError(code: .missingDictionary, message: "DCMTK's data dictionary is missing")
        }
    }

    static func unsupported(_ syntax: TransferSyntax) -> DICOMError {
        DICOMError(code: .unsupportedTransferSyntax, message: "there is no decoder for \(syntax.name)")
    }

    /// A JPEG-LS codestream of whole cells, 8 or 16 bits: what stands beside the stored bits is kept. Pixels have no
    /// structure that could mislead an encoder, so this may run anywhere.
    static func jpegLS(of pixels: [UInt8], _ request: CodecRequest) throws -> [UInt8] {
        guard [8, 16].contains(request.bitsAllocated), pixels.count == request.frameSize else {
            throw DICOMError(code: .unsupportedTransferSyntax, message: "JPEG-LS takes 8-bit and 16-bit cells only")
        }
        var codestream: UnsafeMutablePointer<UInt8>?
        var count = 0
        var failure = ForeignFailure()
        let status = CDCMTK_encode_jpegls(
            pixels, UInt32(request.columns), UInt32(request.rows), UInt32(request.samples),
            UInt32(request.bitsAllocated), &codestream, &count, &failure.text, failure.text.count)
        guard status == 0, let codestream else {
            throw DICOMError(code: .unsupportedTransferSyntax, message: "the frame cannot become JPEG-LS (\(failure))")
        }
        defer { CDCMTK_free(codestream) }
        return Array(UnsafeBufferPointer(start: codestream, count: count))
    }

    // MARK: Foreign decoders

    private typealias Decoder = (
        UnsafePointer<UInt8>?, Int, UInt32, UInt32, UInt32, UInt32, UnsafeMutablePointer<UInt8>?,
        UnsafeMutablePointer<CChar>?, Int
    ) -> Int32

    private static func call(_ decoder: Decoder, _ codestream: [UInt8], _ request: CodecRequest) throws -> [UInt8] {
        var failure = ForeignFailure()
        var status: Int32 = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: request.frameSize) { buffer, filled in
            status = decoder(
                codestream, codestream.count, UInt32(request.columns), UInt32(request.rows), UInt32(request.samples),
                UInt32(request.bytesPerSample), buffer.baseAddress, &failure.text, failure.text.count)
            filled = status == 0 ? request.frameSize : 0
        }
        guard status == 0 else { throw decodingFailed(request, "\(failure)") }
        return bytes
    }

    /// OpenJPH takes bare HTJ2K codestreams and nothing else; OpenJPEG knows most of HTJ2K, and whatever is only called so.
    private static func bestOf(
        _ codestream: [UInt8], _ request: CodecRequest, _ first: Decoder, _ second: Decoder
    ) throws -> [UInt8] {
        do {
            return try call(first, codestream, request)
        } catch let error {
            do { return try call(second, codestream, request) } catch is DICOMError { throw error }
        }
    }

    private static func decodeByDCMTK(_ codestream: [UInt8], _ request: CodecRequest) throws -> RawFrame {
        var single = DataSetBuilder(imagePixel: request)
        single.setPixelData(fragments: [codestream])
        let encoded = [UInt8](single.encoded())
        var model = [CChar](repeating: 0, count: 32)
        var failure = ForeignFailure()
        var bytes = [UInt8](repeating: 0, count: request.frameSize)
        let status = CDCMTK_decode_frame(
            encoded, encoded.count, request.syntax, &bytes, bytes.count, &model, &failure.text, failure.text.count)
        guard status == 0 else { throw decodingFailed(request, "\(failure)") }
        let photometric = ForeignFailure.string(model)
        return (bytes, photometric.isEmpty ? request.photometric : photometric)
    }

    private static func inflate(_ codestream: [UInt8], _ request: CodecRequest) throws -> [UInt8] {
        var inflated: UnsafeMutablePointer<UInt8>?
        var count = 0
        var truncated: Int32 = 0
        var failure = ForeignFailure()
        let status = CDCMTK_inflate(
            codestream, codestream.count, request.packedSize + 1, &inflated, &count, &truncated, &failure.text,
            failure.text.count)
        defer { CDCMTK_free(inflated) }
        guard status == 0, count >= request.packedSize else {
            throw decodingFailed(
                request, status == -1 ? "\(failure)" : "the frame inflates to another size than its dimensions say")
        }
        let bytes = Array(UnsafeBufferPointer(start: inflated, count: request.packedSize))
        return unpacked(bytes, request)
    }

    /// One-bit pixels a byte each; the rest as it is.
    static func unpacked(_ bytes: [UInt8], _ request: CodecRequest) -> [UInt8] {
        guard request.bitsAllocated == 1 else { return bytes }
        return PixelConversion.unpackBits(bytes, from: 0, count: request.rows * request.columns * request.samples)
    }

    static func decodingFailed(_ request: CodecRequest, _ reason: String) -> DICOMError {
        DICOMError(
            code: .decodingFailed,
            message: "a frame in \(request.transferSyntax.name) cannot be decoded (\(reason)); the file may be damaged")
    }
}
