// Receiving one instance into the landing zone.

import Archive
import DICOM
import Vocabulary

/// Writes a Part 10 file, hashing it, and hands it over when it is whole. What becomes of it after that is decided by
/// `take`, on the association's thread.
final class LandingSink: StoreSink {
    typealias Take = (_ landing: LandingFile, _ digest: Digest, _ size: Int64) throws -> Void

    private let landing: LandingFile
    private let file: Part10FileSink
    private let floor: FreeSpaceFloor?
    private let take: Take
    private let refuse: (any Error) -> StoreResponse
    private var uncheckedBytes: Int64 = 0

    /// A large object may fill the disk by itself.
    private static let checkEvery: Int64 = 64 << 20

    /// - Parameter refuse: makes a status of whatever `take` throws; it may log and record it.
    init(
        _ command: StoreCommand, from sender: AETitle, store: any InstanceStore, floor: FreeSpaceFloor?, limit: Int64,
        take: @escaping Take, refuse: @escaping (any Error) -> StoreResponse
    ) throws {
        try floor?.check()
        let named = command.affectedSOPClassUID
        landing = try store.landing()
        do {
            file = try Part10FileSink(
                path: landing.path, isMade: true,
                metaInformation: FileMetaInformation(
                    mediaStorageSOPClassUID: named.isEmpty ? command.abstractSyntax.rawValue : named,
                    mediaStorageSOPInstanceUID: command.affectedSOPInstanceUID, transferSyntax: command.transferSyntax,
                    sourceAETitle: sender.rawValue), limit: limit)
        } catch {
            try store.discard(landing)
            throw error
        }
        self.floor = floor
        self.take = take
        self.refuse = refuse
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        uncheckedBytes += Int64(bytes.count)
        if uncheckedBytes >= Self.checkEvery {
            uncheckedBytes = 0
            try floor?.check()
        }
        try file.write(bytes)
    }

    func finish() -> StoreResponse {
        do {
            let (digest, size) = try file.finish()
            try take(landing, digest, size)
            return StoreResponse(status: .success)
        } catch {
            // Gone already where it was taken and then refused.
            file.discard()
            return refuse(error)
        }
    }

    func abandon() { file.discard() }
}

/// Keeps room on the disk for the database, for reports and for what is under way.
struct FreeSpaceFloor: Sendable {
    let store: any InstanceStore
    let reserve: SpaceReserve

    /// - Throws: 0xA700.
    func check() throws {
        guard try !reserve.admits(in: store.freeSpace()) else { return }
        throw DIMSERefusal(status: .outOfResources, errorComment: "storage is full")
    }
}
