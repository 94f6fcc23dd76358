// A file that was away is here again.

import Archive
import Audit
import DICOM
import Database
import Foundation
import Observability
import Vocabulary

/// Takes a file back that was fetched from above, or that somebody sent again. Only bytes that hash to what the catalogue
/// says, or that decode to it, are taken.
package struct FileRestoration: Sendable {
    /// Pixels of one decoded copy.
    private static let decodedLimit = 1 << 31

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    // MARK: From above

    /// Blocks until the file is durable at its place, or found to be none that is wanted.
    ///
    /// - Throws: `IntakeError.otherBytes` for other bytes than were here, `ArchiveError`, `DatabaseError`. The landing file
    ///   is gone afterwards, either way.
    package func accept(_ arrival: Arrival, from peer: NodeName) throws {
        var landing = arrival.landing
        do {
            let header = try header(of: landing)
            let known = try flow.database.readBlocking { try flow.catalogue.instance(header.sopInstanceUID, in: $0) }
            guard let known, !known.isHere else { return try flow.store.discard(landing) }
            var identity = InstanceIdentity(
                study: header.studyInstanceUID, sopInstance: header.sopInstanceUID, digest: arrival.digest,
                size: arrival.size, dataSetOffset: Int64(header.dataSetOffset))
            if identity.digest != known.digest {
                landing = try decoded(landing, as: known)
                identity = try InstanceIdentity(landing, known)
            }
            guard identity.digest == known.digest, identity.study == known.studyInstanceUID else {
                throw IntakeError(
                    code: .otherBytes, comment: "other bytes than were here",
                    message: "what \(peer) holds of instance \(known.sopInstanceUID) is not what was here: SHA-256 "
                        + "\(arrival.digest), not \(known.digest)")
            }
            let committed = try flow.store.commit(landing, as: identity)
            try record(known, identity, committed, from: peer)
        } catch {
            try flow.store.discard(arrival.landing)
            try flow.store.discard(landing)
            throw error
        }
    }

    private func header(of landing: LandingFile) throws -> InstanceHeader {
        do {
            let file = try DICOMFile(landing.path)
            try StructureGuard.check(file)
            return try InstanceHeader.read(file)
        } catch let error as DICOMError {
            throw IntakeError(code: .unreadable, comment: error.message, message: error.sentence)
        }
    }

    /// A node above may keep it compressed: decoded, it must be what was acquired.
    private func decoded(_ landing: LandingFile, as known: InstanceRecord) throws -> LandingFile {
        let syntax = try FileMetaInformation.read(fromFile: landing.path).0.transferSyntax
        guard syntax.isEncapsulated, syntax != known.transferSyntax, !known.transferSyntax.isEncapsulated else {
            return landing
        }
        let copy = try flow.store.landing()
        do {
            try Transcoder.decompress(
                file: landing.path, to: known.transferSyntax, output: copy.path, limit: Self.decodedLimit)
        } catch {
            try flow.store.discard(copy)
            throw error
        }
        try flow.store.discard(landing)
        return copy
    }

    private func record(
        _ known: InstanceRecord, _ identity: InstanceIdentity, _ committed: CommittedFile, from peer: NodeName
    ) throws {
        let wakes = try flow.database.writeBlocking { transaction in
            var wakes = Wakes(study: known.studyInstanceUID)
            try note(known.sopInstanceUID, at: committed, by: .node(peer), in: transaction, wakes: &wakes)
            return wakes
        }
        wakes.ring(flow.signals)
    }

    // MARK: In the transaction

    /// The bytes that the row names are at `committed`.
    ///
    /// - Throws: `ArchiveError.io` when the file went again meanwhile: an eviction was quicker.
    func note(
        _ instance: SOPInstanceUID, at committed: CommittedFile, by actor: AuditActor, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        guard try flow.store.holds(committed.path) else {
            throw ArchiveError(code: .io, message: "the instance's file was removed meanwhile; send it again")
        }
        guard
            let absence = try flow.absences.returned(
                instance, dataSetOffset: committed.dataSetOffset, in: transaction)
        else { return }
        let (now, study) = (flow.clock.now(), absence.instance.studyInstanceUID)
        try flow.fileRequests.settled(instance, in: transaction)
        for destination in try flow.deliveries.fileReturned(instance, in: transaction) {
            wakes.relay(destination, .routine)
        }
        if absence.state.isFault {
            try flow.audit.record(
                AuditEvent(
                    .instanceRepaired, by: actor, at: now, study: study, instance: instance,
                    detail: "was \(absence.state.rawValue) since \(absence.since)"), in: transaction)
            MetricRegistry.shared.add(to: "jieli_files_repaired_total")
            wakes.changes.insert(FlowChange(.storage, study))
        } else if try flow.fileRequests.requests(of: study, in: transaction).isEmpty {
            try flow.audit.record(
                AuditEvent(.studyRecalled, by: actor, at: now, study: study), in: transaction)
        }
        wakes.changes.insert(FlowChange(.study, study))
    }
}

extension InstanceIdentity {
    /// Of a copy made from what is known.
    fileprivate init(_ landing: LandingFile, _ known: InstanceRecord) throws {
        let offset = try FileMetaInformation.read(fromFile: landing.path).dataSetOffset
        let bytes = try Data(contentsOf: URL(fileURLWithPath: landing.path), options: .alwaysMapped)
            .dropFirst(Int(offset))
        self.init(
            study: known.studyInstanceUID, sopInstance: known.sopInstanceUID, digest: Digest(of: bytes),
            size: Int64(bytes.count), dataSetOffset: offset)
    }
}
