// Where codestreams are decoded.

import Observability

/// In this process, until it is told to leave that to others. One choice for the whole process, like DCMTK's own set-up:
/// no caller can forget it.
package enum FrameDecoding {
    /// Throws `.unsupportedTransferSyntax`, `.tooLarge`, `.decodingFailed`. Blocks.
    static func decode(_ request: CodecRequest, _ codestream: [UInt8]) throws -> RawFrame {
        try request.check(codestream)
        return try FrameCodec.decode(request, codestream)
    }
}
