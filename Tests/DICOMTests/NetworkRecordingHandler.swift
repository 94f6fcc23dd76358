// A handler that keeps digests instead of files.

import Crypto
import DICOM
import Foundation
import Observability
import Vocabulary

/// Keeps digests instead of files.
final class RecordingSink: StoreSink {
    private var hash = SHA256()
    private let command: StoreCommand
    private let handler: RecordingHandler

    init(_ command: StoreCommand, _ handler: RecordingHandler) {
        self.command = command
        self.handler = handler
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        if let error = handler.failure(of: command) { throw error }
        hash.update(bufferPointer: bytes)
    }

    func finish() -> StoreResponse {
        handler.record(command, Vocabulary.Digest(hash.finalize()))
        return StoreResponse(status: .success)
    }

    func abandon() { handler.recordAbandoned() }
}

final class RecordingHandler: AssociationHandler {
    struct State {
        var digests: [String: Vocabulary.Digest] = [:]
        var commands: [StoreCommand] = []
        var requests: [AssociationRequest] = []
        var failures: [String: DICOMError] = [:]
        var rejection: AssociationRejection?
        var served: [TestInstance] = []
        var decoded: [TransferSyntax: String] = [:]
        var lastGet: QueryIdentifier?
    }

    enum Event: Hashable {
        case closed(AssociationOutcome)
        case abandoned
        case begun
    }

    let state = LockedBox(State())
    let events: AsyncStream<Event>
    private let report: AsyncStream<Event>.Continuation
    private let idle: Duration?
    private let progress: Duration?

    init(idle: Duration? = .seconds(20), progress: Duration? = .seconds(20)) {
        (events, report) = AsyncStream.makeStream(of: Event.self)
        self.idle = idle
        self.progress = progress
    }

    func admit(_ request: AssociationRequest) -> AssociationAdmission {
        state.withLock { state in
            state.requests.append(request)
            return state.rejection.map(AssociationAdmission.reject) ?? .accept(idle: idle, progress: progress)
        }
    }

    func decide(_ context: OfferedContext, in association: AssociationRequest) -> ContextDecision {
        if context.sopClass == .verification || context.sopClass == .studyRootGet {
            return context.decision(preferring: TransferSyntax.native)
        }
        guard context.sopClass.isStorage else { return .abstractSyntaxNotSupported }
        return context.decision(preferring: context.transferSyntaxes)
    }

    func beginStore(_ command: StoreCommand, from association: AssociationRequest) throws -> any StoreSink {
        report.yield(.begun)
        return RecordingSink(command, self)
    }

    func get(
        _ identifier: QueryIdentifier, sopClass: SOPClass, from association: AssociationRequest,
        sender: GetSubOperations
    ) throws {
        let (instances, decoded) = state.withLock { state in
            state.lastGet = identifier
            return (
                state.served.filter { identifier.studyInstanceUIDs.map(\.rawValue).contains($0.study) }, state.decoded
            )
        }
        sender.announce(instances.count)
        for instance in instances {
            try sender.send(
                OutgoingInstance(path: instance.path, sopInstanceUID: instance.sopInstanceUID),
                decodedCopy: { syntax in
                    guard let path = decoded[syntax] else {
                        throw DICOMError(code: .unsupportedTransferSyntax, message: "no decoder")
                    }
                    return path
                })
        }
    }

    func closed(_ association: AssociationRequest, outcome: AssociationOutcome) { report.yield(.closed(outcome)) }

    func failure(of command: StoreCommand) -> DICOMError? {
        state.withLock { $0.failures[command.affectedSOPInstanceUID] }
    }

    func record(_ command: StoreCommand, _ digest: Vocabulary.Digest) {
        state.withLock {
            $0.digests[command.affectedSOPInstanceUID] = digest
            $0.commands.append(command)
        }
    }

    func recordAbandoned() { report.yield(.abandoned) }

    func next(_ wanted: (Event) -> Bool) async -> Event? { await events.first(where: wanted) }
}
