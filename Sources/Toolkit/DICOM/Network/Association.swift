// The requestor's side of an association.

import Foundation
import Logging
import Vocabulary

/// An association to a peer, as SCU. Runs on a thread of its own; cancelling the task that awaits one of its methods ends
/// the association at once. Use it through `withAssociation`, which also releases it.
package actor Association {
    package nonisolated let target: AssociationTarget
    package nonisolated let acceptedContexts: [AcceptedContext]
    package nonisolated let peerCertificate: PeerCertificate?
    package nonisolated let peerImplementationVersionName: String

    private nonisolated let executor: ThreadExecutor
    private nonisolated let wake: WakeDescriptor
    let channel: DIMSEChannel
    private var lastMessageID: UInt16 = 0
    private var isOpen = true

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Throws a `DICOMError` that says what stands in the way, or `CancellationError`.
    package static func request(_ target: AssociationTarget, logger: Logger) async throws -> Association {
        try DCMTKRuntime.start(logger: logger)
        guard (1...ProposedContext.maximumCount).contains(target.contexts.count) else {
            throw DICOMError(
                code: .noAcceptedContext, message: "an association takes 1 to 128 presentation contexts")
        }
        let tls = try target.tls.map { try TLSContext($0) }
        let wake = try WakeDescriptor()
        let executor = ThreadExecutor(name: "dicom-scu")
        let upper = try await executor.perform(onCancel: { wake.signal() }) {
            try UpperLayer.request(target, tls: tls, wake: wake)
        }
        return Association(target, upper: upper, executor: executor, wake: wake)
    }

    private init(_ target: AssociationTarget, upper: UpperLayer, executor: ThreadExecutor, wake: WakeDescriptor) {
        self.target = target
        self.executor = executor
        self.wake = wake
        acceptedContexts = upper.contexts.compactMap(\.asAccepted)
        peerCertificate = upper.peerCertificate
        peerImplementationVersionName = String(cString: upper.facts.peerImplementationVersionName)
        channel = DIMSEChannel(
            upper: upper, contexts: acceptedContexts, progressTimeout: target.timeouts.progress)
    }

    package nonisolated func context(for sopClass: SOPClass, _ syntax: TransferSyntax) -> AcceptedContext? {
        acceptedContexts.first { $0.sopClass == sopClass && $0.transferSyntax == syntax }
    }

    // MARK: Operations

    /// C-ECHO (PS3.7 9.1.5).
    package func echo() async throws -> DIMSEStatus {
        try await interruptible { [self] in
            guard let context = acceptedContexts.first(where: { $0.sopClass == .verification }) else {
                throw DICOMError(code: .noAcceptedContext, message: "\(target.address) does not offer verification")
            }
            var command = CommandSet(.echoRequest)
            let messageID = nextMessageID()
            command[.messageID] = messageID
            command.set(.affectedSOPClassUID, uid: SOPClass.verification.rawValue)
            try channel.send(command, context: context.id)
            return try response(to: messageID, .echoResponse).command.status
        }
    }

    /// C-STORE of a Part 10 file: its data set travels bit for bit.
    ///
    /// Throws `.noAcceptedContext` before anything is sent when the peer does not take the file's class in its transfer
    /// syntax; the association stays usable. Errors of the file that show before sending (`.io`, `.notPart10`,
    /// `.malformed`) leave it usable, too. After any other error it is over.
    package func store(
        _ instance: OutgoingInstance, priority: DIMSEPriority = .medium, pace: PacingHook? = nil
    ) async throws -> StoreResponse {
        try await interruptible { [self] in
            let file = try OpenInstanceFile(path: instance.path)
            let sopClass = SOPClass(unchecked: instance.sopClassUID ?? file.metaInformation.mediaStorageSOPClassUID)
            let syntax = file.metaInformation.transferSyntax
            guard let context = context(for: sopClass, syntax) else {
                throw DICOMError(
                    code: .noAcceptedContext, message: "\(target.address) does not take \(sopClass) in \(syntax.name)")
            }
            let messageID = nextMessageID()
            return try ending {
                try channel.sendInstance(
                    instance, file: file, context: context, messageID: messageID, priority: priority, pace: pace)
                let command = try response(to: messageID, .storeResponse).command
                return StoreResponse(status: command.status, errorComment: command.text(.errorComment))
            }
        }
    }

    /// Releases in order; a peer that doesn't answer is closed. Does nothing when the association is over.
    package func release() {
        guard isOpen else { return }
        isOpen = false
        do {
            try channel.upper.release(timeout: target.timeouts.release)
        } catch {
            // Everything sent was answered before: there is nothing left that a failed release could lose.
            channel.upper.abort()
        }
    }

    /// Ends the association from any thread, also while an operation is under way.
    package nonisolated func abort() {
        wake.signal()
    }

    // MARK: For the operations

    func nextMessageID() -> UInt16 {
        lastMessageID &+= 1
        return lastMessageID
    }

    /// The response to one message; its data set, if any, is read and thrown away.
    func response(to messageID: UInt16, _ field: CommandField) throws -> DIMSEChannel.Message {
        guard let message = try channel.receiveCommand(timeout: target.timeouts.response) else {
            throw channel.violation("release instead of a response")
        }
        guard message.command.field == field, message.command[.messageIDBeingRespondedTo] == messageID else {
            throw channel.violation("a response to something else")
        }
        try channel.receiveDataSet(of: message) { _ in }
        return message
    }

    /// After an error in `body` the peer and we no longer agree on where we are: A-ABORT.
    func ending<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            isOpen = false
            channel.upper.abort()
            throw error
        }
    }

    /// Runs `body` here, blocking; cancelling the task wakes whatever it waits for.
    func interruptible<Result: Sendable>(_ body: () throws -> Result) async throws -> Result {
        try Task.checkCancellation()
        guard isOpen else {
            throw DICOMError(code: .connectionClosed, message: "the association to \(target.address) is over")
        }
        return try await withTaskCancellationHandler {
            // Through `self`: a closure that does not capture the actor runs on the shared pool, and a few sends that wait
            // for an answer there stop every task of the program.
            try here(body)
        } onCancel: {
            wake.signal()
        }
    }

    private func here<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DICOMError where error.code == .cancelled && Task.isCancelled {
            throw CancellationError()
        }
    }
}

/// Requests an association and ends it on every way out: released when `body` returns, aborted when it throws or its
/// task is cancelled.
package func withAssociation<Result: Sendable>(
    to target: AssociationTarget, logger: Logger,
    _ body: @Sendable (Association) async throws -> Result
) async throws -> Result {
    let association = try await Association.request(target, logger: logger)
    do {
        let result = try await body(association)
        await association.release()
        return result
    } catch {
        association.abort()
        throw error
    }
}
