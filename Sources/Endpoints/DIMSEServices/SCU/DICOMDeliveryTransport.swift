// Carrying the relay's deliveries to a parent: C-STORE over TLS.

import DICOM
import Logging
import Observability
import Relay
import StudyFlow
import Vocabulary

/// Sends each stored file bit for bit.
package struct DICOMDeliveryTransport: DeliveryTransport {
    private let flow: FlowContext
    private let dialer: ParentDialer

    package init(_ flow: FlowContext, dialer: ParentDialer) {
        self.flow = flow
        self.dialer = dialer
    }

    package func withSession<Result: Sendable>(
        to destination: NodeName, contexts: Set<DeliveryContext>,
        _ body: @Sendable (any DeliverySession) async throws -> Result
    ) async throws -> Result {
        let target = try dialer.target(destination, contexts: Self.proposals(for: contexts))
        return try await withAssociation(to: target, logger: flow.logger) { association in
            try await body(
                StorageSession(
                    flow: flow, association: association, parent: destination, patience: dialer.patience))
        }
    }

    /// One context for each class and syntax. PS3.5 10.1 asks a sender of native data to offer Implicit VR Little Endian as
    /// well; it is never used, because the bytes would no longer be those that were acquired.
    static func proposals(for contexts: Set<DeliveryContext>) -> [ProposedContext] {
        let wanted = contexts.sorted { ($0.sopClass, $0.transferSyntax) < ($1.sopClass, $1.transferSyntax) }
        let proposals = wanted.map { ProposedContext(sopClass: $0.sopClass, transferSyntaxes: [$0.transferSyntax]) }
        let native = Set(wanted.filter { !$0.transferSyntax.isEncapsulated }.map(\.sopClass))
        let implicit = Set(wanted.filter { $0.transferSyntax == .implicitVRLittleEndian }.map(\.sopClass))
        let obligatory = native.subtracting(implicit).sorted().map {
            ProposedContext(sopClass: $0, transferSyntaxes: [.implicitVRLittleEndian])
        }
        return Array((proposals + obligatory).prefix(ProposedContext.maximumCount))
    }
}

private struct StorageSession: DeliverySession {
    let flow: FlowContext
    let association: Association
    let parent: NodeName
    let patience: ParentPatience

    func send(_ delivery: Delivery, pace: @escaping DeliveryPace) async throws -> DeliveryOutcome {
        let file: OutgoingFile
        switch try await OutgoingFile.locate(delivery, in: flow) {
        case .success(let found): file = found
        case .failure(let missing): return missing.outcome
        }
        let instance = OutgoingInstance(
            path: file.path, sopClassUID: delivery.sopClass.rawValue, sopInstanceUID: delivery.sopInstance.rawValue)
        do {
            let response = try await patience.watch(parent, of: association) {
                try await association.store(instance, priority: DIMSEPriority(delivery.priority), pace: pace)
            }
            guard response.status.isFailure else { return .accepted }
            return .refused(response.status, comment: response.errorComment ?? "")
        } catch let error as DICOMError {
            switch error.code {
            case .noAcceptedContext: return .noPresentationContext(error.message)
            case .notPart10, .malformed: return .unsendable(error.message)
            default: throw error
            }
        }
    }
}

extension DIMSEPriority {
    init(_ priority: Priority) {
        self =
            switch priority {
            case .stat, .urgent: .high
            case .routine: .medium
            }
    }
}
