// One decode worker, seen from the node.

internal import CConfinement
import Foundation

/// A child process and the line to it. Whoever has borrowed it from `DecodeWorkers` uses it alone.
final class WorkerProcess: Sendable {
    let identifier: pid_t
    private let wire: DecodeWire

    /// Throws `.other` where the system starts no more processes.
    init(executable: String) throws {
        var ends: [Int32] = [-1, -1]
        guard CConfinement_line(&ends) == 0 else { throw Self.cannotStart(errno) }
        defer { close(ends[1]) }
        let inherited = ["DCMDICTPATH", "LD_LIBRARY_PATH", "LANG"].compactMap { name in
            ProcessInfo.processInfo.environment[name].map { "\(name)=\($0)" }
        }
        // One heap is enough for one thread, and keeps its address space small.
        let environment = inherited + ["MALLOC_ARENA_MAX=1"]
        var child: pid_t = 0
        let status = Self.withStrings([executable, "decode-worker"]) { arguments in
            Self.withStrings(environment) { CConfinement_spawn(&child, executable, arguments, $0, ends[1]) }
        }
        guard status == 0 else {
            close(ends[0])
            throw Self.cannotStart(status)
        }
        identifier = child
        wire = DecodeWire(descriptor: ends[0])
    }

    private static func cannotStart(_ number: Int32) -> DICOMError {
        DICOMError(
            code: .other, message: "no decode worker can be started (errno \(number)): is the system out of processes?")
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }

    /// Whether it is there still; one that was killed while it was idle is found out here.
    var isAlive: Bool {
        var entry = pollfd(fd: wire.descriptor, events: Int16(POLLIN), revents: 0)
        // An idle worker says nothing: anything to read is the end of the line.
        return poll(&entry, 1, 0) == 0
    }

    /// Throws `WireFault` where it gives no answer, and is of no use any more; `DICOMError` where that is its answer.
    func decode(
        _ request: CodecRequest, _ codestream: [UInt8], until deadline: ContinuousClock.Instant
    ) throws -> RawFrame {
        let question = try [UInt8](JSONEncoder().encode(request))
        try wire.send(
            .init(text: UInt32(question.count), bytes: UInt64(codestream.count)), question, codestream, until: deadline)
        guard let header = try wire.header(until: deadline) else { throw WireFault.closed }
        guard header.text <= DecodeWire.longestText else { throw WireFault.nonsense }
        let text = try wire.bytes(Int(header.text), until: deadline)
        guard header.kind == 0 else { throw try Self.failure(text) }
        guard header.bytes == request.frameSize else { throw WireFault.nonsense }
        return (try wire.bytes(request.frameSize, until: deadline), String(decoding: text.prefix(16), as: UTF8.self))
    }

    private static func failure(_ text: [UInt8]) throws -> any Error {
        guard let failure = try? JSONDecoder().decode(DecodeWire.Failure.self, from: Data(text)),
            let code = DICOMError.Code(rawValue: failure.code)
        else { return WireFault.nonsense }
        let message = failure.message.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(400)
        return DICOMError(code: code, message: String(String.UnicodeScalarView(message)))
    }

    /// Kills it. Returns the signal that had ended it before, or SIGKILL; 0 where it had ended by itself.
    @discardableResult
    func end() -> Int32 {
        close(wire.descriptor)
        return CConfinement_end(identifier)
    }
}
