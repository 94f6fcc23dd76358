// Fetching reports, and files that were here before, from a parent: C-GET over TLS.

import Archive
import DICOM
import Observability
import Relay
import StudyFlow
import Vocabulary

/// Each instance lands in the archive's landing zone and is handed over there.
package struct DICOMInstanceFetching: InstanceFetching {
    private let flow: FlowContext
    private let dialer: ParentDialer
    private let largestInstance: Int64

    /// UIDs in one identifier: 65,534 bytes is what one value can hold.
    private static let batch = 500

    /// What the network makes and sends home: structured reports, presentation states, key objects, documents, captures.
    private static let classes = [
        SOPClass.basicTextSR, .encapsulatedPDF, .secondaryCapture,
        SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.22"), SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.33"),
        SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.59"), SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.11.1"),
        SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.104.2"),
    ]

    package init(_ flow: FlowContext, dialer: ParentDialer, largestInstance: Int64 = 16 << 30) {
        self.flow = flow
        self.dialer = dialer
        self.largestInstance = largestInstance
    }

    package func fetch(
        _ instances: [SOPInstanceUID], of study: StudyInstanceUID, from parent: NodeName,
        contexts: Set<DeliveryContext>, receive: @escaping @Sendable (Arrival) throws -> Void
    ) async throws {
        let query = ProposedContext(sopClass: .studyRootGet, transferSyntaxes: TransferSyntax.native)
        // One context per syntax, so that the parent can send what it keeps as it is.
        let storage = Self.storage(contexts)
        let target = try dialer.target(parent, contexts: [query] + storage)
        try await withAssociation(to: target, logger: flow.logger) { association in
            var rest = instances[...]
            while !rest.isEmpty {
                let identifier = QueryIdentifier(
                    level: .instance, studyInstanceUIDs: [study], sopInstanceUIDs: Array(rest.prefix(Self.batch)))
                rest = rest.dropFirst(Self.batch)
                let outcome = try await dialer.patience.watch(parent, of: association) {
                    try await association.get(identifier) {
                        try sink($0, from: target.called, parent, receive)
                    }
                }
                guard !outcome.status.isFailure else {
                    throw DIMSEServicesError(
                        code: .retrieveRefused,
                        message: "'\(parent)' answered \(outcome.status) to C-GET: "
                            + (outcome.errorComment ?? "\(outcome.failed) instances could not be sent"))
                }
            }
        }
    }

    /// What a node above may have compressed for the way is taken compressed.
    private static func storage(_ contexts: Set<DeliveryContext>) -> [ProposedContext] {
        let wanted =
            contexts.isEmpty
            ? classes.flatMap { sopClass in
                TransferSyntax.native.map { DeliveryContext(sopClass: sopClass, transferSyntax: $0) }
            }
            : contexts.sorted { ($0.sopClass, $0.transferSyntax) < ($1.sopClass, $1.transferSyntax) }
        let compressed = Set(contexts.filter { !$0.transferSyntax.isEncapsulated }.map(\.sopClass)).sorted().map {
            DeliveryContext(sopClass: $0, transferSyntax: .jpegLSLossless)
        }
        return (wanted + compressed.filter { !contexts.contains($0) }).prefix(ProposedContext.maximumCount - 1).map {
            ProposedContext(sopClass: $0.sopClass, transferSyntaxes: [$0.transferSyntax], role: .scp)
        }
    }

    /// Without a floor of free space: a report is small, and it is what everybody waits for;
    /// whoever fetches images looks for room first.
    private func sink(
        _ command: StoreCommand, from title: AETitle, _ parent: NodeName,
        _ receive: @escaping @Sendable (Arrival) throws -> Void
    ) throws -> LandingSink {
        let source = InstanceSource(kind: .node, name: parent.rawValue)
        return try LandingSink(command, from: title, store: flow.store, floor: nil, limit: largestInstance) {
            // No sender: that is for what comes from below.
            try receive(Arrival(landing: $0, digest: $1, size: $2, source: source))
        } refuse: { error in
            flow.logger.log(
                .warning, "a fetched instance was not taken",
                [.peer: "\(parent)", .error: "\(error.sentence)"])
            return StoreResponse(refusing: error)
        }
    }
}
