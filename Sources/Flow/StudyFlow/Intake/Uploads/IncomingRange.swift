// One range on its way to the disk.

import Archive
import Observability
import Vocabulary

import struct Crypto.SHA256

/// Which connection may write to an upload's file: the last one that asked. What a dead line still holds of an older one
/// must not land among checked bytes.
final class UploadTurn: Sendable {
    struct State: Sendable {
        var turn: UInt64 = 0
        var isFinishing = false
    }

    let state = LockedBox(State())

    /// Takes the turn from whoever has it.
    ///
    /// - Throws: `UploadError.finishing`.
    func take(finishing: Bool = false) throws -> UInt64 {
        try state.withLock { state in
            guard !state.isFinishing else { throw UploadError.finishing }
            state.turn += 1
            state.isFinishing = finishing
            return state.turn
        }
    }

    func finished() { state.withLock { $0.isFinishing = false } }

    /// Runs `body` while the turn is still this one, and nobody can take it.
    func run(_ turn: UInt64, _ body: () throws -> Void) throws {
        try state.withLock { state in
            guard state.turn == turn else { throw UploadError.superseded }
            try body()
        }
    }
}

/// Takes the bytes of one range as they come. Calls block, one at a time.
package final class IncomingRange: Sendable {
    private struct Progress: Sendable {
        var hash = SHA256()
        var count: Int64 = 0
    }

    private let file: RangeFile
    private let turn: UploadTurn
    private let number: UInt64
    private let start: Int64
    private let length: Int64
    private let dataSetOffset: Int64
    private let progress = LockedBox(Progress())
    private let record: @Sendable (_ received: Int64) throws -> Void

    init(
        file: RangeFile, turn: UploadTurn, number: UInt64, start: Int64, length: Int64, dataSetOffset: Int64,
        record: @escaping @Sendable (_ received: Int64) throws -> Void
    ) {
        self.file = file
        self.turn = turn
        self.number = number
        self.start = start
        self.length = length
        self.dataSetOffset = dataSetOffset
        self.record = record
    }

    /// - Throws: `UploadError.superseded`, `.damagedRange` where it is longer than announced, `ArchiveError`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        let position = try progress.withLock { progress in
            guard progress.count + Int64(bytes.count) <= length else {
                throw UploadError.damagedRange(received: start)
            }
            defer { progress.count += Int64(bytes.count) }
            progress.hash.update(bufferPointer: bytes)
            return dataSetOffset + start + progress.count
        }
        try turn.run(number) { try file.write(bytes, at: position) }
    }

    /// Flushes the range and writes down that it is there.
    ///
    /// - Returns: bytes of the data set that are on the disk.
    /// - Throws: `UploadError.superseded`, `.damagedRange`, `ArchiveError`, `DatabaseError`.
    package func finish(checksum: Digest) throws -> Int64 {
        let (digest, count) = progress.withLock { (Digest($0.hash.finalize()), $0.count) }
        guard count == length, digest == checksum else { throw UploadError.damagedRange(received: start) }
        try turn.run(number) {
            try file.flush()
            try record(start + length)
        }
        return start + length
    }
}
