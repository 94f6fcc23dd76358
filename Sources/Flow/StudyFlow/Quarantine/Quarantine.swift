// Keeping what was refused for its bytes.

import Archive
import Audit
import DICOM
import Database
import Foundation
import Observability
import Vocabulary

/// What intake refuses because of what it is lies in quarantine, whole and as it came, until a person has looked at it: a
/// modality's images are never silently dropped. Calls block.
package struct Quarantine: Sendable {
    private let flow: FlowContext
    private var bounds: QuarantineBounds { flow.node.storage.quarantine }

    package init(_ flow: FlowContext) { self.flow = flow }

    // MARK: Keeping

    /// When this returns, the file is durable in quarantine, or it was no longer to be kept (`QuarantineBounds` of nothing,
    /// or an object larger than all of them), which the trail says.
    ///
    /// - Throws: `ArchiveError.full` where the disk's reserve would be touched: then the sender should keep it and come
    ///   again; `ArchiveError`, `DatabaseError`. The landing file is gone afterwards, either way.
    package func keep(_ arrival: Arrival, for refusal: IntakeError) throws {
        do {
            try place(arrival, for: refusal)
        } catch {
            try flow.store.discard(arrival.landing)
            throw error
        }
    }

    private func place(_ arrival: Arrival, for refusal: IntakeError) throws {
        let landing = arrival.landing
        guard let size = try Self.size(of: landing.path) else {
            throw ArchiveError(code: .io, message: "a refused object's file is gone")
        }
        guard size <= bounds.bytes, bounds.entries > 0 else {
            try letGo(arrival, "an object of \(size) bytes was refused and is larger than the quarantine")
            return try flow.store.discard(landing)
        }
        guard try flow.node.storage.reserve.admits(in: flow.store.freeSpace()) else {
            throw ArchiveError(code: .full, message: "the disk has no room to keep a refused object")
        }
        let claimed = try ClaimedIdentity.read(file: landing.path)
        let id = UUID()
        let path = try flow.store.quarantine(landing, as: id.uuidString.lowercased())
        var entry = QuarantineEntry(
            id: id, reason: .init(refusal.code), sentence: refusal.message, sender: arrival.source, path: path,
            digest: arrival.digest, fileSize: size, at: flow.clock.now())
        entry.senderAddress = arrival.address
        entry.issuer = arrival.issuer
        entry.isNetworkMade = arrival.isNetworkMade
        entry.transferSyntax = claimed.transferSyntax
        entry.sopClass = claimed.sopClass
        entry.sopInstance = claimed.sopInstance
        entry.study = claimed.study
        try add(entry, address: arrival.address)
    }

    private func add(_ entry: QuarantineEntry, address: String?) throws {
        let (kept, dropped) = try flow.database.writeBlocking { [flow, bounds] transaction in
            var kept = try flow.quarantine.add(entry, in: transaction)
            if kept.id != entry.id, try !flow.store.holds(kept.path) {
                // The earlier file was lost: this one takes its place.
                try flow.quarantine.place(kept.id, at: entry.path, in: transaction)
                kept.path = entry.path
            }
            if kept.id == entry.id {
                try flow.audit.record(
                    AuditEvent(
                        .instanceQuarantined, by: entry.sender.auditActor, at: entry.lastAt, outcome: .refused,
                        study: entry.study.flatMap(StudyInstanceUID.init(rawValue:)),
                        instance: entry.sopInstance.flatMap(SOPInstanceUID.init(rawValue:)),
                        object: entry.id.uuidString.lowercased(), detail: entry.sentence, address: address),
                    in: transaction)
            }
            let dropped = try flow.quarantine.bound(by: bounds, at: flow.clock.now(), in: transaction)
            try record(dropped, in: transaction)
            return (kept, dropped)
        }
        // Known already: the earlier file has the same bytes.
        if kept.path != entry.path { try flow.store.remove(entry.path) }
        try removeFiles(of: dropped)
        MetricRegistry.shared.add(to: "jieli_quarantined_total", labels: ["reason": entry.reason.rawValue])
        flow.signals.publish(FlowChange(.quarantine))
    }

    private static func size(of path: String) throws -> Int64? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return Int64(facts.st_size)
    }

    // MARK: Bounding

    /// Lets go what is too old or too much, and lists files that no row speaks of: they were kept by a node whose ledger
    /// was restored from an older backup.
    package func sweep() async throws {
        let flow = flow
        let bounds = bounds
        let (dropped, known) = try await flow.database.write { transaction in
            let dropped = try flow.quarantine.bound(by: bounds, at: flow.clock.now(), in: transaction)
            try record(dropped, in: transaction)
            return (dropped, try flow.quarantine.paths(in: transaction))
        }
        try await UpkeepThread.run { _ in
            try removeFiles(of: dropped)
            for path in try flow.store.quarantined() where !known.contains(path) { try adopt(path) }
        }
        if !dropped.isEmpty { flow.signals.publish(FlowChange(.quarantine)) }
    }

    /// A file that is being kept at this moment has no row yet; one that had none after a crash is listed after this.
    private static let adoptedAfter: Duration = .seconds(600)

    private func adopt(_ path: String) throws {
        let file = try flow.store.url(of: path).path
        var facts = stat()
        guard stat(file, &facts) == 0 else { return }
        let now = flow.clock.now()
        let touched = Timestamp(milliseconds: Int64(facts.st_ctim.tv_sec) * 1000)
        guard touched <= now - Self.adoptedAfter else { return }
        let digest = try InstanceFile.digest(ofFile: file, from: 0)
        let claimed = try ClaimedIdentity.read(file: file)
        var entry = QuarantineEntry(
            reason: .found, sentence: "lay in quarantine without a record of its refusal",
            sender: InstanceSource(kind: .found, name: "quarantine"), path: path, digest: digest,
            fileSize: Int64(facts.st_size), at: now)
        entry.transferSyntax = claimed.transferSyntax
        entry.sopClass = claimed.sopClass
        entry.sopInstance = claimed.sopInstance
        entry.study = claimed.study
        try add(entry, address: nil)
    }

    private func record(_ dropped: [QuarantineEntry], in transaction: Transaction) throws {
        for entry in dropped {
            try flow.audit.record(Self.dropped(entry, at: flow.clock.now()), in: transaction)
        }
    }

    private static func dropped(_ entry: QuarantineEntry, at time: Timestamp) -> AuditEvent {
        AuditEvent(
            .quarantineDropped, by: .system("quarantine"), at: time,
            study: entry.study.flatMap(StudyInstanceUID.init(rawValue:)),
            instance: entry.sopInstance.flatMap(SOPInstanceUID.init(rawValue:)),
            object: entry.id.uuidString.lowercased(),
            detail: "refused \(entry.firstAt) from \(entry.sender.name): \(entry.sentence)")
    }

    private func letGo(_ arrival: Arrival, _ why: String) throws {
        let event = AuditEvent(
            .quarantineDropped, by: arrival.source.auditActor, at: flow.clock.now(), detail: why,
            address: arrival.address)
        try flow.database.writeBlocking { [flow] in try flow.audit.record(event, in: $0) }
        flow.logger.log(.error, "a refused object was not kept", [.reason: "\(why)"])
    }

    private func removeFiles(of dropped: [QuarantineEntry]) throws {
        for entry in dropped { try flow.store.remove(entry.path) }
        guard !dropped.isEmpty else { return }
        flow.logger.log(
            .warning, "the quarantine let its oldest objects go",
            [.count: "\(dropped.count)", .bytes: "\(dropped.reduce(0) { $0 + $1.fileSize })"])
    }
}

extension QuarantineEntry.Reason {
    init(_ code: IntakeError.Code) {
        self =
            switch code {
            case .beyondLimits: .beyondLimits
            case .notStorable: .notStorable
            case .unreadable, .otherBytes, .otherIssuer, .rejected: .unreadable
            }
    }
}
