// In which form frames go out.

import HTTPService
import Vocabulary

/// One way to answer a request for frames (PS3.18 8.7.3.3.2): as native pixels, or as their stored codestream. And
/// as our own viewer takes them, for whoever names that form.
struct FrameForm: Hashable, Sendable {
    enum Bytes: Hashable, Sendable {
        /// Uncompressed, little endian.
        case native
        /// The compressed bytes as they are.
        case stored
        case wire(WireFrame.Part)
    }

    var bytes: Bytes
    var mediaType: String
    var isMultipart: Bool

    static let octets = "application/octet-stream"

    /// What the client takes of frames stored in `stored`, the best first. Whether frames can be decoded shows only when
    /// it is tried; the next form is there for when they can't.
    static func acceptable(_ accept: AcceptHeader, stored: TransferSyntax, frameCount: Int) -> [FrameForm] {
        var forms: [FrameForm] = []
        for range in accept.ranges {
            if let parts = range.ofParts {
                forms += Self.forms(parts, stored: stored, isMultipart: true)
            } else if frameCount == 1, let part = wirePart(range) {
                forms.append(FrameForm(bytes: .wire(part), mediaType: WireFrame.mediaType, isMultipart: false))
            } else if frameCount == 1 {
                forms += Self.forms(range, stored: stored, isMultipart: false)
            }
        }
        return forms
    }

    /// Never for a wildcard: nobody else knows what it is.
    private static func wirePart(_ range: MediaRange) -> WireFrame.Part? {
        guard !range.isWildcard, range.takes(WireFrame.mediaType) else { return nil }
        return range.parameters["part"].map(WireFrame.Part.init(rawValue:)) ?? .whole
    }

    private static func forms(_ range: MediaRange, stored: TransferSyntax, isMultipart: Bool) -> [FrameForm] {
        let syntax = range.transferSyntax
        let native = FrameForm(bytes: .native, mediaType: octets, isMultipart: isMultipart)
        var forms: [FrameForm] = []
        let takesNative = syntax == nil || syntax == "*" || syntax == TransferSyntax.explicitVRLittleEndian.rawValue
        if range.takes(octets) {
            // `transfer-syntax=*` beside a named type asks for what is stored, whatever it is.
            if stored.isEncapsulated, !range.isWildcard, syntax == "*" || syntax == stored.rawValue {
                forms.append(FrameForm(bytes: .stored, mediaType: octets, isMultipart: isMultipart))
            }
            if takesNative { forms.append(native) }
        }
        guard stored.isEncapsulated, syntax == nil || syntax == "*" || syntax == stored.rawValue else { return forms }
        if let mediaType = stored.frameMediaTypes.first(where: { range.takes($0) }) {
            forms.append(FrameForm(bytes: .stored, mediaType: mediaType, isMultipart: isMultipart))
        } else if range.type == "*" {
            forms.append(FrameForm(bytes: .stored, mediaType: octets, isMultipart: isMultipart))
        }
        return forms
    }
}

extension TransferSyntax {
    /// PS3.18 table 8.7.3-2: the standard's name for a compressed frame first, older ones after it. Empty where frames
    /// have none (video, syntaxes unknown to us).
    var frameMediaTypes: [String] {
        switch self {
        case .jpegBaseline, .jpegExtended, .jpegLossless, .jpegLosslessSV1: ["image/jpeg"]
        case .jpegLSLossless, .jpegLSNearLossless: ["image/jls", "image/x-jls"]
        case .jpeg2000Lossless, .jpeg2000: ["image/jp2"]
        case .htj2kLossless, .htj2kLosslessRPCL, .htj2k: ["image/jphc", "image/jph"]
        case .rleLossless: ["image/dicom-rle", "image/x-dicom-rle"]
        default: []
        }
    }
}
