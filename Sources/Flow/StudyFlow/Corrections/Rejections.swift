// Rejection notes: what they hide, where they come from, how they are taken back.

import Archive
import Audit
import DICOM
import Database
import Foundation
import Vocabulary

/// Notes are key objects and lie in the archive like all instances; here is what follows when one comes, is made or is taken
/// back. Nothing is destroyed by any of it.
struct Rejections: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    // MARK: As instances come

    /// An instance was taken in: it may be a note, or be named by one that came before.
    func arrived(_ instance: InstanceRecord, in transaction: Transaction, wakes: inout Wakes) throws {
        if instance.sopClass == .keyObjectSelection, instance.source.kind != .media {
            let file = try flow.store.url(of: instance.path).path
            if let note = try RejectionNote(file: file, try InstanceHeader.read(file: file), at: instance.receivedAt) {
                return try noted(note, by: instance.source.auditActor, in: transaction, wakes: &wakes)
            }
        }
        if try flow.patientCorrections.awaits(instance.studyInstanceUID, in: transaction) {
            try flow.patientCorrections.apply(to: instance.studyInstanceUID, in: transaction)
        }
        guard try flow.shown.concerns(instance, in: transaction) else { return }
        try StudyBar(flow).refresh(instance.studyInstanceUID, in: transaction, wakes: &wakes)
    }

    /// What a sender is told of an instance that is here already.
    enum Again {
        case taken
        /// It is shown again: whoever sends it wants it kept.
        case restored
        case refused(IntakeError)
    }

    /// An instance came that was here before. A node sends again because of a broken line, and it means nothing; a modality
    /// or a person does it on purpose (RAD TF-3 4.66).
    func cameAgain(
        _ instance: InstanceRecord, _ arrival: Arrival, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Again {
        // What was fetched from a node above names no sender.
        guard arrival.sender == nil, arrival.source.kind != .node, !arrival.isNetworkMade,
            let reason = instance.withheld?.reason
        else { return .taken }
        if reason.refusesAgain {
            return .refused(
                IntakeError(
                    code: .rejected, comment: "Rejected: \(reason.meaning)",
                    message:
                        "instance \(instance.sopInstanceUID) was rejected (\(reason.code) \(reason.meaning)) and is "
                        + "not taken again; new images need new UIDs, or an authorised person takes the rejection back")
            )
        }
        guard reason.endsWhenSentAgain else { return .taken }
        let study = instance.studyInstanceUID
        for note in try flow.rejections.notes(against: instance.sopInstanceUID, of: study, in: transaction)
        where note.reason.endsWhenSentAgain {
            let lift = RejectionLift(
                note: note.note, study: study, instance: instance.sopInstanceUID, by: arrival.source.name,
                at: flow.clock.now(), reason: "sent again")
            if try self.lift(lift, by: arrival.source.auditActor, in: transaction, wakes: &wakes) {
                try CorrectionTravel(flow).tell(.lifted(lift), about: study, in: transaction, wakes: &wakes)
            }
        }
        return .restored
    }

    // MARK: Notes

    private func noted(
        _ note: RejectionNote, by actor: AuditActor, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard try flow.rejections.record(note, in: transaction) else { return }
        try flow.audit.record(
            AuditEvent(
                .instancesRejected, by: actor, at: flow.clock.now(), study: note.study, object: note.note.rawValue,
                detail: "\(note.reason.code) \(note.reason.meaning), \(note.instances.count) instances"),
            in: transaction)
        try StudyBar(flow).refresh(note.study, because: .imagesRejected, in: transaction, wakes: &wakes)
    }

    /// A note made by another node.
    ///
    /// - Returns: `false` when it is here already.
    /// - Throws: `EventError` for what is no rejection note of this study.
    func take(
        _ file: Data, of study: StudyInstanceUID, from peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Bool {
        try keep(
            file, of: study, source: InstanceSource(kind: .node, name: peer.rawValue), by: .node(peer), in: transaction,
            wakes: &wakes) != nil
    }

    /// Keeps a note's file and lets it take effect. One, and small, so that it may be flushed within the transaction: either
    /// file, row and effect are there, or none.
    ///
    /// - Returns: `nil` when it is here already.
    func keep(
        _ file: Data, of study: StudyInstanceUID, source: InstanceSource, by actor: AuditActor,
        in transaction: Transaction, wakes: inout Wakes
    ) throws -> InstanceRecord? {
        let (landing, header, identity) = try land(file, of: study)
        if try flow.catalogue.instance(header.sopInstanceUID, in: transaction) != nil {
            try flow.store.discard(landing)
            return nil
        }
        guard try flow.catalogue.origin(of: study, in: transaction) != nil else {
            try flow.store.discard(landing)
            throw CorrectionError.unknownStudy(study)
        }
        let placed = PlacedNote(
            header: header, identity: identity, committed: try flow.store.commit(landing, as: identity))
        do {
            return try record(placed, source: source, by: actor, in: transaction, wakes: &wakes)
        } catch {
            try remove(placed)
            throw error
        }
    }

    /// A note's file at its place, and no row that names it.
    struct PlacedNote: Sendable {
        fileprivate var header: InstanceHeader
        fileprivate var identity: InstanceIdentity
        fileprivate var committed: CommittedFile

        var uid: SOPInstanceUID { identity.sopInstance }
    }

    /// Flushes the file of a new note; blocks, and is not for a transaction.
    func place(_ file: Data, of study: StudyInstanceUID) throws -> PlacedNote {
        let (landing, header, identity) = try land(file, of: study)
        return PlacedNote(header: header, identity: identity, committed: try flow.store.commit(landing, as: identity))
    }

    /// Lets a note take effect whose file is flushed. Whoever placed it removes it where this fails.
    @discardableResult
    func record(
        _ placed: PlacedNote, source: InstanceSource, by actor: AuditActor, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> InstanceRecord {
        let study = placed.identity.study
        guard let origin = try flow.catalogue.origin(of: study, in: transaction) else {
            throw CorrectionError.unknownStudy(study)
        }
        let stored = StoredInstance(placed.identity, at: placed.committed, source: source, isNetworkMade: true)
        let outcome = try flow.catalogue.record(
            placed.header, stored: stored, issuer: origin.issuer, originNode: origin.originNode,
            viaChild: origin.viaChild, at: flow.clock.now(), in: transaction)
        guard case .added(let instance) = outcome,
            let note = try RejectionNote(
                file: flow.store.url(of: placed.committed.path).path, placed.header, at: flow.clock.now())
        else {
            throw EventError(code: .unreadable, message: "the key object of study \(study) rejects nothing")
        }
        try noted(note, by: actor, in: transaction, wakes: &wakes)
        return instance
    }

    func remove(_ placed: PlacedNote) throws { try flow.store.remove(placed.committed.path) }

    private func land(
        _ file: Data, of study: StudyInstanceUID
    ) throws -> (LandingFile, InstanceHeader, InstanceIdentity) {
        let landing = try flow.store.landing()
        do {
            try file.write(to: URL(fileURLWithPath: landing.path))
            let (header, identity) = try inspect(landing.path, file, of: study)
            return (landing, header, identity)
        } catch {
            try flow.store.discard(landing)
            throw error
        }
    }

    private func inspect(
        _ path: String, _ bytes: Data, of study: StudyInstanceUID
    ) throws -> (InstanceHeader, InstanceIdentity) {
        let file = try DICOMFile(path, limits: flow.node.limits)
        try StructureGuard.check(file, limits: flow.node.limits)
        let header = try InstanceHeader.read(file, limits: flow.node.limits)
        guard header.sopClass == .keyObjectSelection, header.studyInstanceUID == study else {
            throw EventError(code: .unreadable, message: "what rejects images of study \(study) is no key object of it")
        }
        let dataSet = bytes.dropFirst(Int(header.dataSetOffset))
        return (
            header,
            InstanceIdentity(
                study: study, sopInstance: header.sopInstanceUID, digest: Digest(of: dataSet),
                size: Int64(dataSet.count), dataSetOffset: Int64(header.dataSetOffset))
        )
    }

    /// - Returns: `false` when it was taken back before.
    func lift(
        _ lift: RejectionLift, by actor: AuditActor, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Bool {
        guard
            try flow.rejections.lift(
                lift.note, of: lift.study, instance: lift.instance, by: lift.by, reason: lift.reason, at: lift.at,
                in: transaction)
        else { return false }
        try flow.audit.record(
            AuditEvent(
                .rejectionLifted, by: actor, at: flow.clock.now(), study: lift.study, instance: lift.instance,
                object: lift.note.rawValue, detail: lift.reason ?? ""), in: transaction)
        try StudyBar(flow).refresh(lift.study, because: .imagesReturned, in: transaction, wakes: &wakes)
        return true
    }
}
