// What this node does on an association that others requested.

import Archive
import Audit
import DICOM
import Identity
import Logging
import Observability
import StudyFlow
import Vocabulary

/// Verification, storage and C-GET for both ports. Everything runs on the association's own thread.
final class NodeAssociationHandler: AssociationHandler {
    private struct Open {
        var caller: Caller
        var accepted = 0
        var refused = 0
        var bytes: Int64 = 0
        /// What it brought; of a caller that brings more the quiet time decides.
        var studies: Set<StudyInstanceUID> = []
        static let mostStudies = 256
    }

    private let flow: FlowContext
    private let configuration: DIMSEServicesConfiguration
    private let gate: AssociationGate
    private let intake: InstanceIntake
    private let retrieve: RetrieveSCP
    private let floor: FreeSpaceFloor
    private let open = LockedBox<[UInt64: Open]>([:])

    init(
        _ flow: FlowContext, configuration: DIMSEServicesConfiguration,
        peers: @escaping @Sendable () -> PeerDirectory
    ) {
        self.flow = flow
        self.configuration = configuration
        gate = AssociationGate(callingAETitles: configuration.callingAETitles, peers: peers)
        intake = InstanceIntake(flow)
        retrieve = RetrieveSCP(flow, lanRetrieve: configuration.lanRetrieve)
        floor = FreeSpaceFloor(
            store: flow.store,
            reserve: SpaceReserve(
                minimumBytes: configuration.minimumFreeBytes, minimumPercent: configuration.minimumFreePercent))
    }

    // MARK: Beginning and end

    func admit(_ request: AssociationRequest) -> AssociationAdmission {
        switch gate.caller(request) {
        case .success(let caller):
            open.withLock { $0[request.id] = Open(caller: caller) }
            // A child pauses in the middle of an instance while a STAT study has the line; a dead line is found by TCP.
            return caller.node == nil ? .accept() : .accept(progress: nil)
        case .failure(let refusal):
            flow.logger.log(
                .warning, "association refused",
                [
                    .callingAETitle: "\(request.callingAETitle)", .address: "\(request.peerAddress)",
                    .reason: "\(refusal.reason)",
                ])
            record(
                AuditEvent(
                    request.isTLS ? .peerRefused : .associationRefused, by: .modality(request.callingAETitle),
                    at: flow.clock.now(), outcome: .refused, detail: refusal.reason, address: request.peerAddress))
            return .reject(.callingAETitleNotRecognized)
        }
    }

    func decide(_ context: OfferedContext, in association: AssociationRequest) -> ContextDecision {
        switch context.sopClass {
        case .verification: return context.decision(preferring: TransferSyntax.uncompressed)
        case .studyRootGet, .patientRootGet: return context.decision(preferring: TransferSyntax.native)
        case let sopClass where sopClass.isStorage:
            // A peer that will receive gets what everything can be decoded to; one that sends gets its own first choice:
            // the bytes are kept, whatever they are.
            if context.role.includesSCP, case .accept(let syntax) = context.decision(preferring: TransferSyntax.native)
            {
                return .accept(syntax)
            }
            return context.transferSyntaxes.first.map(ContextDecision.accept) ?? .transferSyntaxesNotSupported
        default: return .abstractSyntaxNotSupported
        }
    }

    func closed(_ association: AssociationRequest, outcome: AssociationOutcome) {
        guard let ended = open.withLock({ $0.removeValue(forKey: association.id) }) else { return }
        let level: Logger.Level =
            switch outcome {
            case .released, .cancelled: .info
            case .aborted, .lost, .timedOut, .failed: .warning
            }
        flow.logger.log(
            level, "association ended",
            [
                .callingAETitle: "\(ended.caller.aeTitle)", .address: "\(ended.caller.address)",
                .count: "\(ended.accepted)", .bytes: "\(ended.bytes)", .status: "\(ended.refused) refused",
                .reason: "\(outcome)",
            ])
        if case .released = outcome { tellEnd(of: ended) }
    }

    /// Studies that no other association carries now are probably whole. Children say so themselves, by manifests.
    private func tellEnd(of ended: Open) {
        guard ended.caller.node == nil else { return }
        let carried = open.withLock { $0.values.reduce(into: Set<StudyInstanceUID>()) { $0.formUnion($1.studies) } }
        do {
            try ArrivalEnd(flow).released(ended.studies.subtracting(carried))
        } catch {
            flow.logger.log(
                .warning, "the end of an association could not be noted; its studies settle by quiet time",
                [.error: "\(error.sentence)"])
        }
    }

    private func caller(_ association: AssociationRequest) throws -> Caller {
        guard let caller = open.withLock({ $0[association.id]?.caller }) else {
            throw DIMSERefusal(status: .notAuthorized, errorComment: "the association is over")
        }
        return caller
    }

    // MARK: C-STORE

    func beginStore(_ command: StoreCommand, from association: AssociationRequest) throws -> any StoreSink {
        let caller = try caller(association)
        do {
            return try LandingSink(
                command, from: association.callingAETitle, store: flow.store, floor: floor,
                limit: configuration.largestInstance
            ) { [self] landing, digest, size in
                let accepted = try intake.accept(
                    Arrival(
                        landing: landing, digest: digest, size: size, source: caller.source, sender: caller.node,
                        address: caller.address))
                stored(accepted, size: size, on: association)
            } refuse: { [self] in
                refused($0, command, caller, association)
            }
        } catch {
            let response = refused(error, command, caller, association)
            throw DIMSERefusal(status: response.status, errorComment: response.errorComment ?? "")
        }
    }

    private func stored(_ accepted: Accepted, size: Int64, on association: AssociationRequest) {
        open.withLock {
            $0[association.id]?.accepted += 1
            $0[association.id]?.bytes += size
            if let count = $0[association.id]?.studies.count, count < Open.mostStudies {
                $0[association.id]?.studies.insert(accepted.instance.studyInstanceUID)
            }
        }
        MetricRegistry.shared.add(
            to: "jieli_storage_accepted_total", labels: ["known": accepted.wasKnown ? "yes" : "no"])
        MetricRegistry.shared.add(Double(size), to: "jieli_storage_accepted_bytes_total")
        flow.logger.log(
            .debug, "instance stored",
            [
                .study: "\(accepted.instance.studyInstanceUID)", .sopInstance: "\(accepted.instance.sopInstanceUID)",
                .callingAETitle: "\(association.callingAETitle)", .bytes: "\(size)",
            ])
    }

    private func refused(
        _ error: any Error, _ command: StoreCommand, _ caller: Caller, _ association: AssociationRequest
    ) -> StoreResponse {
        let response = StoreResponse(refusing: error)
        open.withLock { $0[association.id]?.refused += 1 }
        MetricRegistry.shared.add(to: "jieli_storage_refused_total", labels: ["status": "\(response.status)"])
        flow.logger.log(
            .warning, "instance refused",
            [
                .sopInstance: "\(Self.shown(command.affectedSOPInstanceUID))", .status: "\(response.status)",
                .callingAETitle: "\(caller.aeTitle)", .address: "\(caller.address)", .reason: "\(error.sentence)",
            ])
        // Conflicts are recorded with the conflict itself; a full disk has no room for a trail.
        if let error = error as? IntakeError, error.isForItsBytes {
            record(
                AuditEvent(
                    .instanceRefused, by: caller.auditActor, at: flow.clock.now(), outcome: .refused,
                    instance: SOPInstanceUID(rawValue: command.affectedSOPInstanceUID), detail: error.comment,
                    address: caller.address))
        }
        return response
    }

    /// A sender may write anything where a UID should stand.
    private static func shown(_ uid: String) -> String { UIDSyntax.isValid(uid) ? uid : "no UID" }

    private func record(_ event: AuditEvent) {
        do {
            try flow.database.writeBlocking { [audit = flow.audit] in try audit.record(event, in: $0) }
        } catch {
            flow.logger.log(
                .error, "the audit trail cannot be written",
                [.event: "\(event.action.rawValue)", .error: "\(error.sentence)"])
        }
    }

    // MARK: C-GET

    func get(
        _ identifier: QueryIdentifier, sopClass: SOPClass, from association: AssociationRequest,
        sender: GetSubOperations
    ) throws {
        guard sopClass == .studyRootGet || sopClass == .patientRootGet else {
            throw DIMSERefusal(status: .sopClassNotSupported, errorComment: "not a SOP class of C-GET")
        }
        try retrieve.answer(identifier, to: try caller(association), sender: sender)
    }
}
