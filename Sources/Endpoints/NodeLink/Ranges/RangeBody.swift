// One range as it goes out.

import DICOM
import NIOCore
import NIOPosix
import Observability
import Relay
import Vocabulary

import struct Crypto.SHA256

/// A piece of a file, read twice: for its checksum, and piece by piece as the line takes it and `pace` allows.
struct RangeBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// What a more urgent study waits for at most, as with the PDUs of an association.
    static let piece = 64 << 10

    let source: ByteSource
    /// In the file.
    let range: Range<Int>
    let thread: NIOThreadPool
    let pace: DeliveryPace
    let silence: SilenceWatch

    /// What ended the body, if it was not the line.
    let failure = LockedBox<(any Error)?>(nil)

    static func checksum(_ source: ByteSource, _ range: Range<Int>) throws -> Digest {
        var hash = SHA256()
        for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
            hash.update(data: try source.bytes(at: start, count: Swift.min(piece, range.upperBound - start)))
        }
        return Digest(hash.finalize())
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        let body: RangeBody
        var position: Int

        mutating func next() async throws -> ByteBuffer? {
            let (body, start) = (body, position)
            let count = Swift.min(RangeBody.piece, body.range.upperBound - start)
            guard count > 0 else { return nil }
            body.silence.suspend()
            defer { body.silence.heard() }
            do {
                let bytes = try await body.thread.runIfActive {
                    try body.pace(count)
                    return try body.source.bytes(at: start, count: count)
                }
                position += count
                return ByteBuffer(bytes: bytes)
            } catch {
                body.failure.withLock { $0 = error }
                throw error
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self, position: range.lowerBound) }
}

/// When the line last moved. A pause of our own is no silence.
final class SilenceWatch: Sendable {
    private let last = LockedBox<ContinuousClock.Instant?>(.now)

    func suspend() { last.withLock { $0 = nil } }
    func heard() { last.withLock { $0 = .now } }

    /// Returns when nothing moved for `limit`.
    func wait(for limit: Duration) async throws {
        while true {
            let until = (last.withLock { $0 } ?? .now) + limit
            try await Task.sleep(until: until, clock: .continuous)
            if let last = last.withLock({ $0 }), last + limit <= .now { return }
        }
    }
}
