// The same instance, compressed and not.

import Archive
import DICOM
import Database
import Foundation
import Vocabulary

extension InstanceIntake {
    /// Whether what came and what is kept are two forms of one acquired data set: the compressed one of the two is decoded.
    func isOtherForm(
        of existing: InstanceRecord, _ header: InstanceHeader, _ identity: InstanceIdentity, _ committed: CommittedFile
    ) throws -> Bool {
        let keepsCompressed = existing.transferSyntax == .jpegLSLossless
        return try AcquiredFormCheck.restores(
            flow.store.url(of: keepsCompressed ? existing.path : committed.path).path,
            to: keepsCompressed ? identity.digest : existing.digest)
    }

    /// What contradicts what is kept only in appearance. `nil` for a conflict.
    ///
    /// - Parameter isOtherForm: what `isOtherForm(of:)` found, once it was asked.
    func otherForm(
        _ existing: InstanceRecord, _ header: InstanceHeader, _ identity: InstanceIdentity, _ committed: CommittedFile,
        _ arrival: Arrival, isOtherForm: Bool?, in transaction: Transaction
    ) throws -> Verdict? {
        let keepsCompressed = existing.transferSyntax == .jpegLSLossless
        guard keepsCompressed != (header.transferSyntax == .jpegLSLossless), !arrival.isNetworkMade else { return nil }
        let form = try flow.acquiredForms.form(of: existing.sopInstanceUID, existing.digest, in: transaction)
        if keepsCompressed, let form, form.state == .refuted, form.acquired.digest == identity.digest {
            return try replace(existing, header, identity, committed, arrival, in: transaction)
        }
        guard existing.isHere else { return nil }
        guard let isOtherForm else { return .compare(existing) }
        guard isOtherForm else { return nil }
        var wakes = Wakes(study: existing.studyInstanceUID)
        if keepsCompressed {
            let form = try flow.acquiredForms.claim(
                existing.sopInstanceUID, of: existing.studyInstanceUID, existing.digest,
                as: AcquiredForm(digest: identity.digest, size: identity.size, transferSyntax: header.transferSyntax),
                by: arrival.sender ?? flow.node.name, at: flow.clock.now(), in: transaction)
            try AcquiredForms(flow).proven(form, in: transaction, wakes: &wakes)
        }
        try forget(committed, besides: existing, in: transaction)
        try owe(receiptFor: existing, to: arrival.sender, &wakes, in: transaction)
        return .accepted(Accepted(instance: existing, wasKnown: true), wakes)
    }

    /// What was acquired takes the place of a compressed form that did not restore to it; that one lies aside for the
    /// operator.
    private func replace(
        _ existing: InstanceRecord, _ header: InstanceHeader, _ identity: InstanceIdentity, _ committed: CommittedFile,
        _ arrival: Arrival, in transaction: Transaction
    ) throws -> Verdict {
        let now = flow.clock.now()
        let instance = try flow.catalogue.replace(
            existing, header, with: StoredInstance(identity, at: committed, source: arrival.source), at: now,
            in: transaction)
        try flow.conflicts.refuse(
            .otherBytes,
            InstanceIdentity(
                study: existing.studyInstanceUID, sopInstance: existing.sopInstanceUID, digest: existing.digest,
                size: existing.size, dataSetOffset: existing.dataSetOffset),
            at: CommittedFile(path: existing.path, dataSetOffset: existing.dataSetOffset, isNew: false),
            keptDigest: instance.digest, sender: existing.source, in: flow.store, at: now, in: transaction)
        var wakes = Wakes(study: instance.studyInstanceUID)
        wakes.changes.insert(FlowChange(.conflict, instance.studyInstanceUID))
        for each in try flow.deliveries.replace(
            instance.sopInstanceUID, with: instance.digest, size: instance.size,
            transferSyntax: instance.transferSyntax, in: transaction)
        {
            wakes.relay(each.destination, each.priority)
        }
        try owe(receiptFor: instance, to: arrival.sender, &wakes, in: transaction)
        try StudySettlement(flow).settleIfWhole(instance.studyInstanceUID, in: transaction, wakes: &wakes)
        return .accepted(Accepted(instance: instance, wasKnown: false), wakes)
    }

    /// The file of another form than the one that is kept is not needed.
    func forget(
        _ committed: CommittedFile, besides kept: InstanceRecord, in transaction: Transaction
    ) throws {
        guard committed.path != kept.path, try !flow.catalogue.isStoodOn(committed.path, in: transaction) else {
            return
        }
        try flow.store.remove(committed.path)
    }
}
