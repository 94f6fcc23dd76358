// Where codestreams are decoded.

import Observability

/// In this process, until it is told to leave that to others. One choice for the whole process, like DCMTK's own set-up:
/// no caller can forget it.
package enum FrameDecoding {
    private static let workers = LockedBox<DecodeWorkers?>(nil)

    /// From now on no codestream is decoded in this process; `nil` takes that back.
    package static func isolate(in workers: DecodeWorkers?) {
        Self.workers.withLock { $0 = workers }
    }

    /// Throws `.unsupportedTransferSyntax`, `.tooLarge`, `.decodingFailed`, `.timedOut`. Blocks.
    static func decode(
        _ request: CodecRequest, _ codestream: [UInt8], in chosen: DecodeWorkers? = nil
    ) throws -> RawFrame {
        try request.check(codestream)
        guard let workers = chosen ?? workers.withLock({ $0 }) else {
            return try FrameCodec.decode(request, codestream)
        }
        return try workers.decode(request, codestream)
    }
}
