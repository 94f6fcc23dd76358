// The process that decodes for a node.

internal import CConfinement
import Foundation

/// `jieli decode-worker`: takes one codestream after the other from descriptor 3 and answers with samples. It has no files,
/// no network and no second process; memory and processor time are measured out for each frame. What a hostile codestream
/// makes of it stays in it.
package enum DecodeWorker {
    private static let wire = DecodeWire(descriptor: 3)

    /// Returns when the node has gone.
    ///
    /// - Throws: where it was not started by a node, or cannot be confined.
    package static func run() throws {
        var kind: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(wire.descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 else {
            throw DICOMError(code: .other, message: "decode workers are started by the node that needs them")
        }
        try FrameCodec.prepare()
        try warmUp()
        let base = Int(clamping: CConfinement_address_space())
        // Sanitizers reserve more than there is.
        let isBounded = base > 0 && base < 1 << 40
        guard CConfinement_limit_self(isBounded ? UInt64(base + DecodeAllowance.largest.memory) : .max) == 0 else {
            throw DICOMError(code: .other, message: "a decode worker cannot limit itself (errno \(errno))")
        }
        guard CConfinement_compute_only() == 0 || errno == ENOSYS || errno == EINVAL else {
            throw DICOMError(code: .other, message: "a decode worker cannot give up system calls (errno \(errno))")
        }
        while let question = try wire.header(until: nil) {
            let text = try wire.bytes(Int(question.text), until: nil)
            let request = try JSONDecoder().decode(CodecRequest.self, from: Data(text))
            let allowance = DecodeAllowance(request, codestream: Int(clamping: question.bytes))
            guard
                CConfinement_allow_self(
                    isBounded ? UInt64(base + allowance.memory) : .max, UInt64(allowance.seconds)) == 0
            else {
                throw DICOMError(code: .other, message: "a decode worker cannot limit itself (errno \(errno))")
            }
            try answer(request, wire.bytes(Int(clamping: question.bytes), until: nil))
        }
    }

    private static func answer(_ request: CodecRequest, _ codestream: [UInt8]) throws {
        do {
            try request.check(codestream)
            let frame = try FrameCodec.decode(request, codestream)
            let text = [UInt8](frame.photometric.utf8)
            try wire.send(
                .init(text: UInt32(text.count), bytes: UInt64(frame.bytes.count)), text, frame.bytes, until: nil)
        } catch let error as DICOMError {
            let text = try [UInt8](
                JSONEncoder().encode(DecodeWire.Failure(code: error.code.rawValue, message: error.message)))
            try wire.send(.init(kind: 1, text: UInt32(text.count), bytes: 0), text, [], until: nil)
        }
    }

    /// What is loaded from the disk at its first use is loaded now.
    private static func warmUp() throws {
        let text = try JSONEncoder().encode(DecodeWire.Failure(code: "", message: ""))
        _ = try JSONDecoder().decode(DecodeWire.Failure.self, from: text)
    }
}

/// What one frame may cost.
struct DecodeAllowance {
    /// Bytes of address space beyond those of an idle worker.
    var memory: Int
    /// Of processor time; a node waits as long, and a second.
    var seconds: Int

    /// Wavelets take most: 32 bits a sample, twice, beside the frame.
    init(_ request: CodecRequest, codestream: Int) {
        let samples = request.rows * request.columns * request.samples
        memory = min(256 << 20 + samples * 12 + request.frameSize * 3 + codestream * 4, 4 << 30)
        seconds = 10 + (samples >> 22)
    }

    private init(memory: Int, seconds: Int) {
        self.memory = memory
        self.seconds = seconds
    }

    static let largest = DecodeAllowance(memory: 4 << 30, seconds: 80)

    /// One at a time.
    var isLarge: Bool { memory > 1 << 30 }
}
