// What an operator does about refused objects.

import Archive
import Audit
import Database
import Foundation
import Observability
import Vocabulary

package struct QuarantineDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// What became of an object that somebody wanted taken in after all.
    package enum Release: Hashable, Sendable {
        case taken(StudyInstanceUID, SOPInstanceUID, wasKnown: Bool)
        /// It stays in quarantine, and this is why.
        case refused(IntakeError)
        /// The list has no such object.
        case unknown
        /// Its file is gone.
        case missing
    }

    package struct Page: Hashable, Sendable {
        package var entries: [QuarantineEntry]
        package var totals: QuarantineTotals
    }

    /// The last refused first.
    package func list(limit: Int, offset: Int = 0) async throws -> Page {
        try await flow.database.read { [flow] snapshot in
            Page(
                entries: try flow.quarantine.list(limit: limit, offset: offset, in: snapshot),
                totals: try flow.quarantine.totals(in: snapshot))
        }
    }

    /// Takes an object in as if it came now from who sent it, within the widest bounds that anything here is read by.
    ///
    /// - Throws: `ArchiveError`, `DatabaseError`; then it stays where it is.
    package func release(_ id: UUID, by user: String) async throws -> Release {
        let flow = flow
        guard let entry = try await flow.database.read({ try flow.quarantine.entry(id, in: $0) }) else {
            return .unknown
        }
        guard try flow.store.holds(entry.path) else { return .missing }
        let result = try await UpkeepThread.run { _ in try take(entry) }
        let event = event(.quarantineReleased, entry, by: user)
        switch result {
        case .taken(let study, let instance, _):
            try await flow.database.write { transaction in
                _ = try flow.quarantine.remove(id, in: transaction)
                var event = event
                (event.study, event.instance) = (study, instance)
                try flow.audit.record(event, in: transaction)
            }
            try flow.store.remove(entry.path)
        case .refused(let error):
            try await flow.database.write { transaction in
                var event = event
                (event.outcome, event.detail) = (.refused, error.message)
                try flow.audit.record(event, in: transaction)
            }
        case .unknown, .missing: break
        }
        flow.signals.publish(FlowChange(.quarantine))
        return result
    }

    private func take(_ entry: QuarantineEntry) throws -> Release {
        var origin = FileIntake.Origin(entry.sender, issuer: entry.issuer)
        origin.sender = entry.sender.kind == .node ? NodeName(rawValue: entry.sender.name) : nil
        origin.isNetworkMade = entry.isNetworkMade
        origin.address = entry.senderAddress
        do {
            let file = try flow.store.url(of: entry.path).path
            let accepted = try FileIntake(flow).take(file, origin: origin, manner: .released)
            return .taken(
                accepted.instance.studyInstanceUID, accepted.instance.sopInstanceUID, wasKnown: accepted.wasKnown)
        } catch let error as IntakeError {
            return .refused(error)
        }
    }

    /// Removes an object for good.
    ///
    /// - Returns: `false` when the list has no such object.
    package func delete(_ id: UUID, by user: String) async throws -> Bool {
        let flow = flow
        let now = flow.clock.now()
        let deleted = try await flow.database.write { transaction -> QuarantineEntry? in
            guard let entry = try flow.quarantine.entry(id, in: transaction),
                try flow.quarantine.remove(id, in: transaction)
            else { return nil }
            var event = event(.quarantineDeleted, entry, by: user)
            event.at = now
            event.detail = "\(entry.fileSize) bytes from \(entry.sender.name): \(entry.sentence)"
            try flow.audit.record(event, in: transaction)
            return entry
        }
        guard let deleted else { return false }
        // The trail first: a file that outlives its row is listed again, not lost.
        try flow.store.remove(deleted.path)
        flow.signals.publish(FlowChange(.quarantine))
        return true
    }

    private func event(_ action: AuditAction, _ entry: QuarantineEntry, by user: String) -> AuditEvent {
        AuditEvent(
            action, by: .user(user), at: flow.clock.now(), study: entry.study.flatMap(StudyInstanceUID.init(rawValue:)),
            instance: entry.sopInstance.flatMap(SOPInstanceUID.init(rawValue:)),
            object: entry.id.uuidString.lowercased())
    }
}
