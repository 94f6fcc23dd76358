// Carrying the relay's deliveries to a parent: C-STORE over TLS.

import Archive
import DICOM
import Foundation
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
            try await body(StorageSession(flow: flow, association: association))
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

    func send(_ delivery: Delivery, pace: @escaping DeliveryPace) async throws -> DeliveryOutcome {
        let instance: OutgoingInstance
        switch try await locate(delivery) {
        case .success(let found): instance = found
        case .failure(let reason): return .unsendable(reason.text)
        }
        do {
            let response = try await association.store(
                instance, priority: DIMSEPriority(delivery.priority), pace: pace)
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

    private struct Reason: Error {
        let text: String
    }

    /// The file, if it is there and as long as it was: what doesn't hash to its digest any more is found by `verify`.
    private func locate(_ delivery: Delivery) async throws -> Result<OutgoingInstance, Reason> {
        let record = try await flow.database.read { [catalogue = flow.catalogue] in
            try catalogue.instance(delivery.sopInstance, in: $0)
        }
        guard let record, record.digest == delivery.digest else {
            return .failure(Reason(text: "the instance is not in the archive; run 'jieli verify'"))
        }
        let path = try flow.store.url(of: record.path).path
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            return .failure(Reason(text: "the instance's file is gone; restore it and run 'jieli verify'"))
        }
        guard Int64(facts.st_size) == record.dataSetOffset + record.size else {
            return .failure(
                Reason(text: "the instance's file has another length than when it came; run 'jieli verify'"))
        }
        return .success(
            OutgoingInstance(
                path: path, sopClassUID: record.sopClass.rawValue, sopInstanceUID: record.sopInstanceUID.rawValue))
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
