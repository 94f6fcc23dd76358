// Sending files of folders to a DICOM peer: `jieli send`, and the demo's modality.

import DICOM
import Logging
import Observability
import Relay
import Vocabulary

/// Sends every Part 10 file below some paths by C-STORE, each data set bit for bit as it stands in its file.
package struct RawStorageSender: Sendable {
    private let address: PeerAddress
    private let calling: AETitle
    private let called: AETitle
    private let tls: TLSCredentials?
    private let associations: Int
    private let timeouts: AssociationTimeouts
    private let journal: SendJournal?
    private let onBytes: PacingHook?
    private let logger: Logger

    /// - Parameters:
    ///   - tls: `nil` sends without TLS; otherwise the peer's certificate must carry the address' host.
    ///   - associations: at once.
    ///   - journal: of what the peer acknowledged before, which is not sent again.
    ///   - onBytes: told of each piece that leaves, on an association's thread.
    package init(
        to address: PeerAddress, calling: AETitle, called: AETitle, tls: TLSCredentials? = nil,
        associations: Int = 1, timeouts: AssociationTimeouts = AssociationTimeouts(), journal: SendJournal? = nil,
        onBytes: PacingHook? = nil, logger: Logger
    ) {
        self.address = address
        self.calling = calling
        self.called = called
        self.tls = tls
        self.associations = max(1, associations)
        self.timeouts = timeouts
        self.journal = journal
        self.onBytes = onBytes
        self.logger = logger
    }

    /// Tells `progress` of each file once, on any task. An object is refused by itself; the others go on.
    ///
    /// - Throws: `DIMSEServicesError.unreadablePath`, and the `DICOMError` that kept the last association from being had
    ///   while files were left; those files are not reported.
    package func send(
        paths: [String], prepared: @Sendable (_ count: Int, _ bytes: Int64) -> Void = { _, _ in },
        progress: @escaping @Sendable (SentFile) -> Void
    ) async throws {
        let plan = try SendPlan(paths: paths)
        let candidates = plan.groups.flatMap(\.candidates)
        prepared(plan.unsendable.count + candidates.count, candidates.map(\.size).reduce(0, +))
        for file in plan.unsendable { progress(file) }
        for batch in plan.batches {
            let contexts = DICOMDeliveryTransport.proposals(for: batch.contexts)
            let queue = SendQueue(batch.groups)
            let width = min(associations, batch.groups.count)
            let failure = try await withThrowingTaskGroup(of: DICOMError?.self) { group in
                for _ in 0..<width { group.addTask { try await work(queue, contexts, progress) } }
                return try await group.reduce(nil) { $0 ?? $1 }
            }
            if let failure, !queue.isEmpty { throw failure }
        }
    }

    /// Sends until the queue is empty, on one association after the other where they break.
    ///
    /// - Returns: why no further association could be had; others may go on.
    private func work(
        _ queue: SendQueue, _ contexts: [ProposedContext], _ progress: @escaping @Sendable (SentFile) -> Void
    ) async throws -> DICOMError? {
        while !queue.isEmpty {
            let inHand = LockedBox<SendItem?>(nil)
            do {
                let target = AssociationTarget(
                    address: address, calling: calling, called: called, contexts: contexts, tls: tls,
                    timeouts: timeouts)
                try await withAssociation(to: target, logger: logger) { association in
                    while let item = queue.next() { try await send(item, on: association, inHand, progress) }
                }
            } catch let error as DICOMError {
                guard var item = inHand.withLock({ $0 }) else { return error }
                if item.isRetry {
                    progress(item.rest.removeFirst().sent(.failed(error.sentence)))
                }
                item.isRetry.toggle()
                if !item.rest.isEmpty { queue.giveBack(item) }
            }
        }
        return nil
    }

    private func send(
        _ item: SendItem, on association: Association, _ inHand: LockedBox<SendItem?>,
        _ progress: @Sendable (SentFile) -> Void
    ) async throws {
        var item = item
        while let candidate = item.rest.first {
            inHand.withLock { [item] in $0 = item }
            let outcome: SendOutcome
            if let accepted = item.accepted {
                outcome = .duplicate(of: accepted)
            } else {
                outcome = try await store(candidate, on: association)
            }
            if outcome.isAccepted { item.accepted = candidate.path }
            item.rest.removeFirst()
            item.isRetry = false
            progress(candidate.sent(outcome))
        }
        inHand.withLock { $0 = nil }
    }

    private func store(_ candidate: SendGroup.Candidate, on association: Association) async throws -> SendOutcome {
        do {
            let line = try journal.map { _ in
                try SendJournal.line(for: candidate.path, sopInstance: candidate.sopInstance)
            }
            if let journal, let line, journal.holds(line) { return .acknowledgedBefore }
            let response = try await association.store(
                OutgoingInstance(
                    path: candidate.path, sopClassUID: candidate.context.sopClass.rawValue,
                    sopInstanceUID: UIDSyntax.isValid(candidate.sopInstance) ? candidate.sopInstance : nil),
                pace: onBytes)
            if !response.status.isFailure, let journal, let line { try journal.add(line) }
            if response.status.isSuccess { return .accepted }
            if response.status.isWarning { return .warned(response.status) }
            return .refused(response.status, comment: response.errorComment ?? "")
        } catch let error as DICOMError {
            switch error.code {
            case .noAcceptedContext: return .noPresentationContext(error.message)
            case .notPart10, .malformed: return .unreadable(error.message)
            default: throw error
            }
        }
    }
}
