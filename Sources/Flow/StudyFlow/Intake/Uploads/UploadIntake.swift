// An instance that comes in ranges, until it is whole and goes the way of every other.

import Archive
import Audit
import DICOM
import Database
import Foundation
import Observability
import Vocabulary

/// Takes instances from children whose line does not last for a whole one.
///
///     open      what can be refused is refused; the child hears how much is here
///     range     written, flushed, its checksum compared, written down
///     complete  the digest over all of it, then `InstanceIntake` as for C-STORE
///
/// A range counts once it is in the ledger: what a kill leaves behind it in the file is overwritten. Calls block.
package final class UploadIntake: Sendable {
    private let flow: FlowContext
    private let limits: UploadLimits
    private let zone: ResumableZone
    private let intake: InstanceIntake
    private let ledger = UploadLedger()
    private let turns = LockedBox<[String: UploadTurn]>([:])
    /// Opening and sweeping, one at a time: both make and remove files beside rows.
    private let door = LockedBox(())

    package init(_ flow: FlowContext, zone: ResumableZone, limits: UploadLimits) {
        self.flow = flow
        self.zone = zone
        self.limits = limits
        intake = InstanceIntake(flow)
    }

    package var largestRange: Int64 { limits.largestRange }

    package enum Opening: Hashable, Sendable {
        /// The instance is here with these bytes; its receipt is on the way.
        case known
        case open(id: String, received: Int64)
    }

    package enum Completion: Hashable, Sendable {
        case accepted(wasKnown: Bool)
        /// The bytes were not those that were announced; they are gone and the upload begins anew.
        case damaged
    }

    // MARK: Opening

    /// Begins an upload, or says how far an earlier one came.
    ///
    /// - Throws: `UploadError`, `ArchiveError`, `DatabaseError`.
    package func open(_ offer: UploadOffer, from child: NodeName, aeTitle: AETitle) throws -> Opening {
        try judge(offer)
        return try door.withLock { _ in
            if try intake.acknowledge(offer, from: child) {
                try forget(earlier(offer, from: child))
                return .known
            }
            if let upload = try earlier(offer, from: child) {
                let turn = turn(upload.id)
                // Whoever is still writing on an older connection is dead.
                _ = try turn.take()
                if upload.offer == offer, let length = try zone.length(upload.id),
                    length >= upload.dataSetOffset + upload.received
                {
                    return .open(id: upload.id, received: upload.received)
                }
                try forget(upload)
            }
            return try begin(offer, from: child, aeTitle: aeTitle)
        }
    }

    private func judge(_ offer: UploadOffer) throws {
        guard offer.sopClass.isStorage else {
            throw UploadError.refused(
                UploadRefusal(status: .sopClassNotSupported, comment: "SOP class is not a storage class"))
        }
        guard (1...limits.largestInstance).contains(offer.size) else {
            throw UploadError.refused(
                UploadRefusal(status: .cannotUnderstand, comment: "the object exceeds the size limit"))
        }
    }

    private func begin(_ offer: UploadOffer, from child: NodeName, aeTitle: AETitle) throws -> Opening {
        try requireRoom(for: offer.size)
        try makeWay(for: offer, from: child)
        let head = FileMetaInformation(
            mediaStorageSOPClassUID: offer.sopClass.rawValue, mediaStorageSOPInstanceUID: offer.sopInstance.rawValue,
            transferSyntax: offer.transferSyntax, sourceAETitle: aeTitle.rawValue
        ).encoded()
        let upload = Upload(
            id: UUID().uuidString.lowercased(), child: child, offer: offer, dataSetOffset: Int64(head.count),
            received: 0, restarts: 0, touchedAt: flow.clock.now())
        _ = try zone.create(upload.id, head: head)
        try flow.database.writeBlocking { [ledger] in try ledger.insert(upload, in: $0) }
        return .open(id: upload.id, received: 0)
    }

    private func requireRoom(for bytes: Int64) throws {
        guard try limits.reserve.admits(bytes, in: flow.store.freeSpace()) else { throw UploadError.refused(.noRoom) }
    }

    /// At the limit the one untouched longest goes, if that is long.
    private func makeWay(for offer: UploadOffer, from child: NodeName) throws {
        var begun = try flow.database.readBlocking { try ledger.uploads(of: child, in: $0) }
        let idleSince = flow.clock.now() - limits.idleAfter
        while begun.count >= limits.uploadsPerChild
            || begun.reduce(offer.size, { $0 + $1.offer.size }) > limits.bytesPerChild
        {
            guard let oldest = begun.first, oldest.touchedAt < idleSince else { throw UploadError.tooMany }
            try forget(oldest)
            begun.removeFirst()
        }
    }

    private func earlier(_ offer: UploadOffer, from child: NodeName) throws -> Upload? {
        try flow.database.readBlocking { try ledger.upload(of: offer.sopInstance, from: child, in: $0) }
    }

    private func forget(_ upload: Upload?) throws {
        guard let upload else { return }
        _ = try turn(upload.id).take()
        try flow.database.writeBlocking { [ledger] in try ledger.remove(upload.id, in: $0) }
        try zone.remove(upload.id)
        turns.withLock { _ = $0.removeValue(forKey: upload.id) }
    }

    private func turn(_ id: String) -> UploadTurn {
        turns.withLock { turns in
            if let found = turns[id] { return found }
            let made = UploadTurn()
            turns[id] = made
            return made
        }
    }

    // MARK: Ranges

    /// How much is here. Only the child that opened it may ask.
    package func received(_ id: String, from child: NodeName) throws -> (received: Int64, size: Int64) {
        let upload = try upload(id, from: child)
        return (upload.received, upload.offer.size)
    }

    /// Makes ready for the range at `offset`.
    ///
    /// - Throws: `UploadError`, `ArchiveError`, `DatabaseError`.
    package func range(_ id: String, from child: NodeName, at offset: Int64, length: Int64) throws -> IncomingRange {
        // The turn first: an older connection could still be writing down its range.
        let turn = try turn(known: id, from: child)
        let number = try turn.take()
        let upload = try upload(id, from: child)
        guard offset == upload.received, length > 0, offset + length <= upload.offer.size else {
            throw UploadError.wrongOffset(received: upload.received)
        }
        try requireRoom(for: length)
        guard let file = try openFile(upload) else { throw UploadError.unknown }
        return IncomingRange(
            file: file, turn: turn, number: number, start: offset, length: length, dataSetOffset: upload.dataSetOffset
        ) { [flow, ledger] received in
            try flow.database.writeBlocking { try ledger.advance(id, to: received, at: flow.clock.now(), in: $0) }
        }
    }

    private func upload(_ id: String, from child: NodeName) throws -> Upload {
        guard let found = try flow.database.readBlocking({ try ledger.upload(id, of: child, in: $0) }) else {
            throw UploadError.unknown
        }
        return found
    }

    /// Makes no entry for what somebody else opened.
    private func turn(known id: String, from child: NodeName) throws -> UploadTurn {
        _ = try upload(id, from: child)
        return turn(id)
    }

    private func openFile(_ upload: Upload) throws -> RangeFile? {
        guard try zone.length(upload.id) != nil else { return nil }
        return try RangeFile(zone.file(upload.id))
    }

    // MARK: The end

    /// Checks the whole and takes it in. When this returns `.accepted`, the sender may rely on it.
    ///
    /// - Throws: `UploadError`, `ArchiveError`, `DatabaseError`.
    package func complete(_ id: String, from child: NodeName) throws -> Completion {
        let turn = try turn(known: id, from: child)
        _ = try turn.take(finishing: true)
        defer { turn.finished() }
        let upload = try upload(id, from: child)
        guard upload.received == upload.offer.size else { throw UploadError.wrongOffset(received: upload.received) }
        guard try zone.length(id) != nil else { throw UploadError.unknown }
        let found = try zone.digest(id, from: upload.dataSetOffset)
        guard found.digest == upload.offer.digest, found.size == upload.offer.size else {
            return try startOver(upload)
        }
        return try take(upload)
    }

    private func startOver(_ upload: Upload) throws -> Completion {
        flow.logger.log(
            .warning, "ranges of an instance do not add up to its digest; it is sent again",
            [
                .peer: "\(upload.child)", .sopInstance: "\(upload.offer.sopInstance)", .bytes: "\(upload.offer.size)",
                .attempt: "\(upload.restarts + 1)",
            ])
        MetricRegistry.shared.add(to: "jieli_upload_restarts_total")
        try flow.database.writeBlocking { [ledger, flow] in
            try ledger.startOver(upload.id, at: flow.clock.now(), in: $0)
        }
        return .damaged
    }

    private func take(_ upload: Upload) throws -> Completion {
        defer { turns.withLock { _ = $0.removeValue(forKey: upload.id) } }
        let result = Result {
            try intake.accept(
                Arrival(
                    landing: zone.file(upload.id), digest: upload.offer.digest, size: upload.offer.size,
                    source: InstanceSource(kind: .node, name: upload.child.rawValue), sender: upload.child))
        }
        // The file is gone, whatever became of it.
        try flow.database.writeBlocking { [ledger] in try ledger.remove(upload.id, in: $0) }
        do {
            let accepted = try result.get()
            report(accepted, upload)
            return .accepted(wasKnown: accepted.wasKnown)
        } catch let error as IntakeError {
            let refusal = UploadRefusal(status: DIMSEStatus(error), comment: error.comment)
            try report(error, refusal, upload)
            throw UploadError.refused(refusal)
        }
    }

    private func report(_ accepted: Accepted, _ upload: Upload) {
        MetricRegistry.shared.add(
            to: "jieli_storage_accepted_total", labels: ["known": accepted.wasKnown ? "yes" : "no"])
        MetricRegistry.shared.add(Double(upload.offer.size), to: "jieli_storage_accepted_bytes_total")
        flow.logger.log(
            .info, "instance stored that came in ranges",
            [
                .peer: "\(upload.child)", .study: "\(accepted.instance.studyInstanceUID)",
                .sopInstance: "\(accepted.instance.sopInstanceUID)", .bytes: "\(upload.offer.size)",
            ])
    }

    private func report(_ error: IntakeError, _ refusal: UploadRefusal, _ upload: Upload) throws {
        MetricRegistry.shared.add(to: "jieli_storage_refused_total", labels: ["status": "\(refusal.status)"])
        flow.logger.log(
            .warning, "instance refused that came in ranges",
            [
                .peer: "\(upload.child)", .sopInstance: "\(upload.offer.sopInstance)", .status: "\(refusal.status)",
                .reason: "\(error.sentence)",
            ])
        // Conflicts are recorded with the conflict itself.
        guard error.isForItsBytes else { return }
        try flow.database.writeBlocking { [flow] in
            try flow.audit.record(
                AuditEvent(
                    .instanceRefused, by: .node(upload.child), at: flow.clock.now(), outcome: .refused,
                    instance: upload.offer.sopInstance, detail: error.comment), in: $0)
        }
    }

    // MARK: Sweeping

    /// Removes what was abandoned, and files that no row speaks of.
    ///
    /// - Returns: how many.
    @discardableResult
    package func sweep() throws -> Int {
        try door.withLock { _ in
            let expired = try flow.database.writeBlocking { [ledger, flow, limits] in
                try ledger.expire(untouchedSince: flow.clock.now() - limits.keptFor, in: $0)
            }
            let kept = try flow.database.readBlocking { try ledger.ids(in: $0) }
            let stray = try zone.names().filter { !kept.contains($0) }
            for name in stray { try zone.remove(name) }
            turns.withLock { turns in for id in expired { turns.removeValue(forKey: id) } }
            return stray.count
        }
    }
}
