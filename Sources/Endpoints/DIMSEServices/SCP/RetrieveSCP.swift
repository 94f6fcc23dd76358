// C-GET: sending stored instances to whoever may have them (PS3.4 C.4.3).

import Archive
import Audit
import DICOM
import Database
import Logging
import Observability
import StudyFlow
import Vocabulary

/// Study Root and Patient Root, by unique keys at the levels STUDY, SERIES and IMAGE. Whatever the caller may not have is
/// treated as if it weren't here, and the attempt is recorded.
struct RetrieveSCP: Sendable {
    private struct Found {
        var granted: [InstanceRecord] = []
        var refused: [StudyInstanceUID: Int] = [:]
    }

    private let flow: FlowContext
    private let lanRetrieve: LANRetrieve

    /// Pixels of one decoded copy.
    private static let decodedLimit = 1 << 30

    init(_ flow: FlowContext, lanRetrieve: LANRetrieve) {
        self.flow = flow
        self.lanRetrieve = lanRetrieve
    }

    func answer(_ identifier: QueryIdentifier, to caller: Caller, sender: GetSubOperations) throws {
        let right = RetrieveRight(of: caller, at: flow.node.name, lanRetrieve: lanRetrieve)
        let found = try flow.database.readBlocking { snapshot in
            // A node below keeps what is rejected, as this one does; nobody else is given it.
            let asked = try instances(identifier, in: snapshot).filter { caller.node != nil || $0.withheld == nil }
            return try sort(asked, by: right, in: snapshot)
        }
        // Nothing leaves before the trail says so.
        try record(found, caller)
        sender.announce(found.granted.count)
        defer {
            flow.logger.log(
                .info, "instances fetched",
                [
                    .callingAETitle: "\(caller.aeTitle)", .address: "\(caller.address)",
                    .count: "\(sender.completed)",
                    .status: "\(found.granted.count) granted, \(sender.failed) failed, \(sender.warned) with warning",
                ])
        }
        // What was evicted is fetched from above meanwhile; whoever asks again finds it.
        try StorageDesk(flow).want(found.granted, by: caller.node?.rawValue ?? caller.aeTitle.rawValue)
        for instance in found.granted { try send(instance, sender) }
    }

    // MARK: What is asked for

    private func instances(_ identifier: QueryIdentifier, in snapshot: Snapshot) throws -> [InstanceRecord] {
        let studies = identifier.studyInstanceUIDs
        switch identifier.level {
        case .study where !studies.isEmpty:
            return try studies.flatMap { try flow.catalogue.instances(of: $0, in: snapshot) }
        case .series where !studies.isEmpty && !identifier.seriesInstanceUIDs.isEmpty:
            return try studies.flatMap { study in
                try identifier.seriesInstanceUIDs.flatMap {
                    try flow.catalogue.instances(of: study, series: $0, in: snapshot)
                }
            }
        case .instance where !identifier.sopInstanceUIDs.isEmpty:
            return try identifier.sopInstanceUIDs.compactMap { try flow.catalogue.instance($0, in: snapshot) }.filter {
                (studies.isEmpty || studies.contains($0.studyInstanceUID))
                    && (identifier.seriesInstanceUIDs.isEmpty
                        || identifier.seriesInstanceUIDs.contains($0.seriesInstanceUID))
            }
        default:
            throw DIMSERefusal(
                status: .dataSetDoesNotMatchSOPClass, errorComment: "give the UIDs of the level asked for")
        }
    }

    private func sort(
        _ instances: [InstanceRecord], by right: RetrieveRight, in snapshot: Snapshot
    ) throws -> Found {
        var origins: [StudyInstanceUID: StudyOrigin?] = [:]
        var lent: [StudyInstanceUID: Bool] = [:]
        var seen = Set<SOPInstanceUID>()
        var found = Found()
        for instance in instances where seen.insert(instance.sopInstanceUID).inserted {
            let study = instance.studyInstanceUID
            let origin = try origins[study] ?? flow.catalogue.origin(of: study, in: snapshot)
            origins[study] = .some(origin)
            let isLent = try lent[study] ?? isLent(study, to: right, in: snapshot)
            lent[study] = isLent
            if isLent || right.allows(instance, of: origin) {
                found.granted.append(instance)
            } else {
                found.refused[study, default: 0] += 1
            }
        }
        return found
    }

    /// Granted to a child as an earlier study of a patient whose images it reads.
    private func isLent(
        _ study: StudyInstanceUID, to right: RetrieveRight, in snapshot: Snapshot
    ) throws -> Bool {
        guard case .subtree(let child) = right else { return false }
        return try flow.priorLoans.isGiven(study, to: child, in: snapshot)
    }

    private func record(_ found: Found, _ caller: Caller) throws {
        let now = flow.clock.now()
        let granted = Dictionary(grouping: found.granted, by: \.studyInstanceUID).mapValues(\.count)
        let events =
            granted.map { (AuditOutcome.success, $0.key, $0.value) }
            + found.refused.map { (AuditOutcome.refused, $0.key, $0.value) }
        guard !events.isEmpty else { return }
        try flow.database.writeBlocking { [audit = flow.audit] transaction in
            for (outcome, study, count) in events {
                try audit.record(
                    AuditEvent(
                        .studyRetrieved, by: caller.auditActor, at: now, outcome: outcome, study: study,
                        detail: "C-GET, \(count) instances", address: caller.address), in: transaction)
            }
        }
    }

    // MARK: Sending

    /// The stored file as it is, or a decoded copy where the peer takes no other: made in the landing zone, gone after.
    private func send(_ instance: InstanceRecord, _ sender: GetSubOperations) throws {
        let path = try flow.store.url(of: instance.path).path
        var copy: LandingFile?
        defer { discard(copy) }
        try sender.send(
            OutgoingInstance(
                path: path, sopClassUID: instance.sopClass.rawValue,
                sopInstanceUID: instance.sopInstanceUID.rawValue),
            decodedCopy: { syntax in
                let landing = try flow.store.landing()
                copy = landing
                try Transcoder.decompress(
                    file: path, to: syntax, output: landing.path, limit: Self.decodedLimit,
                    acquired: instance.acquired?.digest)
                return landing.path
            })
    }

    private func discard(_ copy: LandingFile?) {
        guard let copy else { return }
        do {
            try flow.store.discard(copy)
        } catch {
            // The next start clears the landing zone.
            flow.logger.log(.warning, "a decoded copy was left behind", [.error: "\(error.sentence)"])
        }
    }
}
