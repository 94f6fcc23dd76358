// From a file at the door to "success". A newcomer reads this file first.

import Archive
import Audit
import DICOM
import Database
import Foundation
import Observability
import Priors
import Vocabulary

/// Takes instances in: from a modality, from a child node, from a report made here or fetched from above. One at a time on
/// the calling thread, many threads at once.
///
///     guard     structure checked before DCMTK parses a stranger's bytes
///     header    what the catalogue needs, up to the pixel data
///     commit    file renamed and flushed; catalogue row, route, deliveries, audit: one transaction
///
/// Only when `accept` returns may the sender be told 0x0000.
package struct InstanceIntake: Sendable {
    let flow: FlowContext
    private let planner: RoutePlanner
    private let matching: OrderMatching

    package init(_ flow: FlowContext) {
        self.flow = flow
        planner = RoutePlanner(flow)
        matching = OrderMatching(flow)
    }

    /// Blocks until the instance is durable.
    ///
    /// - Throws: `IntakeError` for a refusal that stays one, `DatabaseError` and `ArchiveError` where storage failed. The
    ///   landing file is gone afterwards, either way; what was refused for its bytes lies in quarantine.
    package func accept(_ arrival: Arrival, manner: IntakeManner = .keeping) throws -> Accepted {
        let header: InstanceHeader
        do {
            header = try inspect(arrival, manner)
        } catch let error as IntakeError where error.isForItsBytes && manner == .keeping {
            try Quarantine(flow).keep(arrival, for: error)
            throw error
        } catch {
            try flow.store.discard(arrival.landing)
            throw error
        }
        let identity = InstanceIdentity(
            study: header.studyInstanceUID, sopInstance: header.sopInstanceUID, digest: arrival.digest,
            size: arrival.size, dataSetOffset: Int64(header.dataSetOffset))
        let committed: CommittedFile
        do {
            committed = try flow.store.place(arrival.landing, as: identity)
        } catch {
            try flow.store.discard(arrival.landing)
            throw error
        }
        let flush: @Sendable (Verdict?) throws -> Void = { [store = flow.store] verdict in
            switch verdict {
            // What was refused lies aside by now, flushed; another form of what is kept is gone.
            case .refused: return
            case .accepted(let accepted, _) where accepted.instance.path != committed.path: return
            default: try store.makeDurable(committed)
            }
        }
        var verdict = try flow.database.writeBlocking(
            { transaction in
                try record(header, identity, committed, arrival, in: transaction)
            }, flushingFirst: flush)
        if case .compare(let existing) = verdict {
            // Decoding takes its time, and no transaction waits for it.
            let isSame = try isOtherForm(of: existing, header, identity, committed)
            verdict = try flow.database.writeBlocking(
                { transaction in
                    try record(header, identity, committed, arrival, isOtherForm: isSame, in: transaction)
                }, flushingFirst: flush)
        }
        switch verdict {
        case .accepted(let accepted, let wakes):
            wakes.ring(flow.signals)
            return accepted
        case .refused(let error):
            flow.signals.publish(FlowChange(.conflict, identity.study))
            throw error
        case .compare:
            throw ArchiveError(code: .io, message: "the instance kept under this UID has changed; send it again")
        }
    }

    /// Owes a receipt for what is offered, if it is here with these bytes already.
    ///
    /// - Returns: whether it is.
    func acknowledge(_ offer: UploadOffer, from child: NodeName) throws -> Bool {
        let wakes: Wakes? = try flow.database.writeBlocking { transaction in
            guard let instance = try flow.catalogue.instance(offer.sopInstance, in: transaction),
                instance.receiptItem.proves(offer.digest), instance.studyInstanceUID == offer.study,
                !instance.fileState.isFault
            else { return nil }
            var wakes = Wakes(study: offer.study)
            try owe(receiptFor: instance, to: child, &wakes, in: transaction)
            return wakes
        }
        wakes?.ring(flow.signals)
        return wakes != nil
    }

    // MARK: Steps

    private func inspect(_ arrival: Arrival, _ manner: IntakeManner) throws -> InstanceHeader {
        do {
            let limits = manner == .released ? StructureLimits() : flow.node.limits
            let file = try DICOMFile(arrival.landing.path, limits: limits)
            try StructureGuard.check(file, limits: limits)
            let header = try InstanceHeader.read(file, limits: limits)
            guard header.sopClass.isStorage else {
                throw IntakeError.notStorable(header.sopClass)
            }
            if header.hasAssumedIdentity {
                flow.logger.log(
                    .notice, "an instance does not name itself in full; it is known by UIDs made here",
                    [.sopInstance: "\(header.sopInstanceUID)", .study: "\(header.studyInstanceUID)"])
            }
            return header
        } catch let error as DICOMError {
            throw IntakeError.judgement(of: error)
        }
    }

    enum Verdict: Sendable {
        case accepted(Accepted, Wakes)
        case refused(IntakeError)
        /// One of the two is compressed: they may be the same.
        case compare(InstanceRecord)
    }

    private func record(
        _ header: InstanceHeader, _ identity: InstanceIdentity, _ committed: CommittedFile, _ arrival: Arrival,
        isOtherForm: Bool? = nil, in transaction: Transaction
    ) throws -> Verdict {
        let now = flow.clock.now()
        let (header, told) = try StudyText(flow).read(header, at: committed.path, from: arrival, in: transaction)
        let origin = try origin(of: header.studyInstanceUID, arrival, in: transaction)
        let outcome = try flow.catalogue.record(
            header,
            stored: StoredInstance(
                identity, at: committed, source: arrival.source, isNetworkMade: arrival.isNetworkMade),
            issuer: origin.issuer, originNode: origin.node, viaChild: origin.via, at: now, in: transaction)
        switch outcome {
        case .added(let instance):
            guard try flow.store.holds(committed.path) else {
                // A foreign sender of the same bytes was refused at this moment and took the file aside with it.
                throw ArchiveError(code: .io, message: "the instance's file was moved aside meanwhile; send it again")
            }
            return .accepted(
                Accepted(instance: instance, wasKnown: false),
                try added(instance, header, arrival, told, issuer: origin.issuer, at: now, in: transaction))
        case .identical(let instance):
            var wakes = Wakes(study: instance.studyInstanceUID)
            if case .refused(let error) = try Rejections(flow).cameAgain(
                instance, arrival, in: transaction, wakes: &wakes)
            {
                try turnAway(error, instance, committed, arrival, at: now, in: transaction)
                return .refused(error)
            }
            let isBack = try comesBack(instance, header, identity, committed, arrival, in: transaction, wakes: &wakes)
            let known = try flow.catalogue.instance(instance.sopInstanceUID, in: transaction) ?? instance
            try forget(committed, besides: known, in: transaction)
            if arrival.isNetworkMade == false, isBack {
                try owe(receiptFor: known, to: arrival.sender, &wakes, in: transaction)
            }
            return .accepted(Accepted(instance: known, wasKnown: true), wakes)
        case .conflicting(let existing):
            if let accepted = try otherForm(
                existing, header, identity, committed, arrival, isOtherForm: isOtherForm, in: transaction)
            {
                return accepted
            }
            if let kept = try madeBefore(existing, identity, committed, arrival, in: transaction) { return kept }
            let error = IntakeError(
                code: .otherBytes, comment: "Other bytes are kept under this SOP Instance UID",
                message:
                    "instance \(identity.sopInstance) is already kept with other bytes; the new ones lie aside for "
                    + "the operator")
            try setAside(error, identity, committed, arrival, keptDigest: existing.digest, at: now, in: transaction)
            return .refused(error)
        case .foreignIssuer(let existing):
            let error = IntakeError(
                code: .otherIssuer, comment: "Study Instance UID belongs to another hospital",
                message:
                    "study \(identity.study) belongs to \(existing); what came from \(origin.issuer) lies aside for "
                    + "the operator")
            try setAside(error, identity, committed, arrival, keptDigest: nil, at: now, in: transaction)
            return .refused(error)
        }
    }

    private func added(
        _ instance: InstanceRecord, _ header: InstanceHeader, _ arrival: Arrival, _ told: StudyCharset?,
        issuer: String, at now: Timestamp, in transaction: Transaction
    ) throws -> Wakes {
        let study = instance.studyInstanceUID
        var wakes = Wakes(study: study)
        try flow.audit.record(
            AuditEvent(
                .instanceReceived, by: arrival.source.auditActor, at: now, study: study,
                instance: instance.sopInstanceUID), in: transaction)
        try Rejections(flow).arrived(instance, in: transaction, wakes: &wakes)
        guard !arrival.isNetworkMade else { return wakes }
        try PatientCards(flow).note(header, in: transaction)
        if let told { try StudyText(flow).tell(told, isApplied: true, in: transaction, wakes: &wakes) }
        let before = try flow.passages.pulse(of: study, in: transaction)
        try touch(study, before, arrival, at: now, in: transaction)
        // Whoever reads the study is told that it grows.
        if let before, before.revision > 0 { wakes.changes.insert(FlowChange(.task, study)) }
        // The image is safe, whatever becomes of its way on.
        try StudyAttempt(flow).step(study, in: transaction, wakes: &wakes) { wakes in
            if try before == nil || brings(anAwaited: header.accessionNumber, issuer: issuer, in: transaction) {
                try matching.match(study, in: transaction, wakes: &wakes)
            }
            try planner.forward(instance, in: transaction, wakes: &wakes)
        }
        if instance.transferSyntax == .jpegLSLossless { wakes.acquiredForms = true }
        try owe(receiptFor: instance, to: arrival.sender, &wakes, in: transaction)
        try StudySettlement(flow).settleIfWhole(study, in: transaction, wakes: &wakes)
        // Further instances only put the settling off; the service finds that out when it looks.
        wakes.settlement = before?.isOpen != true
        return wakes
    }

    /// Most instances say nothing new about the study.
    private func brings(anAwaited accession: String?, issuer: String, in transaction: Transaction) throws -> Bool {
        guard let accession else { return false }
        return try flow.orders.waits(forAccession: accession, issuer: issuer, in: transaction)
    }

    private func touch(
        _ study: StudyInstanceUID, _ before: StudyPulse?, _ arrival: Arrival, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        let (quiet, source) = (QuietTime(flow.node), arrival.source.name)
        let pulse = try quiet.pulse(before, from: source, at: now) {
            arrival.sender == nil ? try flow.passages.pace(of: source, in: transaction) : SourcePace()
        }
        // What comes from below is whole when its manifest says so, not when it is quiet.
        let due = arrival.sender == nil ? quiet.due(pulse) : nil
        try flow.passages.touch(study, priority: .routine, pulse, due: due, in: transaction)
    }

    /// The sender waits for our signature.
    func owe(
        receiptFor instance: InstanceRecord, to sender: NodeName?, _ wakes: inout Wakes, in transaction: Transaction
    ) throws {
        guard let child = sender, flow.node.children.contains(child),
            try !AcquiredForms(flow).isBeingChecked(instance, in: transaction)
        else { return }
        let origin = try flow.catalogue.origin(of: instance.studyInstanceUID, in: transaction)?.originNode ?? child
        try flow.receipts.owe([instance.receiptItem], to: child, origin: origin, in: transaction)
        wakes.receipts = true
    }

    /// Who issued the patient ID: known from the announcement, else guessed from the sender.
    private func origin(
        of study: StudyInstanceUID, _ arrival: Arrival, in transaction: Transaction
    ) throws -> (issuer: String, node: NodeName, via: NodeName?) {
        let known = try flow.catalogue.origin(of: study, in: transaction)
        if arrival.isNetworkMade, let known { return (known.issuer, known.originNode, known.viaChild) }
        guard let child = arrival.sender else {
            // A disc may bring back what was acquired here.
            if arrival.issuer != nil, let known, known.viaChild == nil { return (known.issuer, known.originNode, nil) }
            return (arrival.issuer ?? flow.node.issuer, flow.node.name, nil)
        }
        if let known, known.viaChild == child { return (known.issuer, known.originNode, child) }
        return (flow.node.childIssuers[child] ?? child.rawValue, child, child)
    }

    private func setAside(
        _ error: IntakeError, _ identity: InstanceIdentity, _ committed: CommittedFile, _ arrival: Arrival,
        keptDigest: Digest?, at now: Timestamp, in transaction: Transaction
    ) throws {
        try flow.conflicts.refuse(
            error.code == .otherIssuer ? .otherIssuer : .otherBytes, identity, at: committed, keptDigest: keptDigest,
            sender: arrival.source, in: flow.store, at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .instanceConflict, by: arrival.source.auditActor, at: now, outcome: .refused, study: identity.study,
                instance: identity.sopInstance, detail: error.comment), in: transaction)
    }
}
