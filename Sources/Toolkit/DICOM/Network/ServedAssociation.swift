// The acceptor's side of one association, from A-ASSOCIATE-RQ to its end.

import Foundation
import Vocabulary

/// Lives on its association's thread; everything it does blocks.
final class ServedAssociation {
    private let request: AssociationRequest
    private let upper: UpperLayer
    private let handler: any AssociationHandler
    private let configuration: ListenerConfiguration
    /// Told before and after each message.
    private let activity: (_ isBusy: Bool) -> Void
    /// Seconds.
    private static let echoPause = 0.02
    private var echoes = 0

    init(
        _ request: AssociationRequest, upper: UpperLayer, handler: any AssociationHandler,
        configuration: ListenerConfiguration, activity: @escaping (_ isBusy: Bool) -> Void
    ) {
        self.request = request
        self.upper = upper
        self.handler = handler
        self.configuration = configuration
        self.activity = activity
    }

    /// Serves until the association ends. Returns how.
    func serve(idle: Duration?, progress: Duration?) -> AssociationOutcome {
        let outcome: AssociationOutcome
        defer { DCMTKRuntime.finishObject(from: request.peerAddress) }
        do {
            upper.pduTimeout = configuration.pduTimeout
            let channel = DIMSEChannel(
                upper: upper, contexts: try negotiate(), progressTimeout: progress,
                patience: .init(command: configuration.commandTimeout, minimumRate: configuration.minimumRate))
            activity(false)
            while let message = try channel.receiveCommand(timeout: idle) {
                activity(true)
                try answer(message, on: channel)
                DCMTKRuntime.finishObject(from: request.peerAddress)
                activity(false)
            }
            try upper.acknowledgeRelease(timeout: configuration.handshakeTimeout)
            outcome = .released
        } catch let error as DICOMError {
            upper.abort()
            switch error.code {
            case .aborted: outcome = .aborted
            case .connectionClosed: outcome = .lost
            case .timedOut: outcome = .timedOut
            case .cancelled: outcome = .cancelled
            default: outcome = .failed(error)
            }
        } catch {
            upper.abort()
            outcome = .failed(DICOMError(code: .other, message: "the association failed", cause: error))
        }
        return outcome
    }

    private func negotiate() throws -> [AcceptedContext] {
        var accepted: [AcceptedContext] = []
        for context in upper.contexts {
            let offered = OfferedContext(
                sopClass: context.sopClass, transferSyntaxes: context.transferSyntaxes, role: context.proposedRole)
            switch handler.decide(offered, in: request) {
            case .accept(let syntax):
                // A requestor may be the SCP of storage classes only: that is what C-GET needs.
                let role = context.sopClass.isStorage ? context.proposedRole : .default
                try upper.accept(contextID: context.id, transferSyntax: syntax, role: role)
                accepted.append(
                    AcceptedContext(id: context.id, sopClass: context.sopClass, transferSyntax: syntax, role: role))
            case .abstractSyntaxNotSupported:
                try upper.refuse(contextID: context.id, reason: 3)
            case .transferSyntaxesNotSupported:
                try upper.refuse(contextID: context.id, reason: 4)
            }
        }
        try upper.acknowledge(timeout: configuration.handshakeTimeout)
        return accepted
    }

    private func answer(_ message: DIMSEChannel.Message, on channel: DIMSEChannel) throws {
        switch message.command.field {
        case .echoRequest where message.context.sopClass == .verification:
            try channel.receiveDataSet(of: message) { _ in }
            try channel.send(CommandSet(respondingTo: message.command, status: .success), context: message.context.id)
            restAfterEcho()
        case .storeRequest where message.context.sopClass.isStorage:
            try channel.receiveInstance(message) { try handler.beginStore($0, from: request) }
        case .getRequest:
            try answerGet(message, on: channel)
        case .cancelRequest:
            // Nothing is going on any more; there is no response to a C-CANCEL (PS3.7 9.3.2.3).
            break
        default:
            try channel.receiveDataSet(of: message) { _ in }
            let field = message.command[.commandField] ?? 0
            guard field & 0x8000 == 0 else { throw channel.violation("a response to nothing") }
            var response = CommandSet(respondingTo: message.command, status: .unrecognizedOperation)
            response.set(.errorComment, text: "not offered here", limit: 64)
            try channel.send(response, context: message.context.id)
        }
    }

    /// An echo costs the peer nothing: one that sends thousands must not take the processor from those who send images.
    private func restAfterEcho() {
        echoes += 1
        if echoes > configuration.freeEchoes { Thread.sleep(forTimeInterval: Self.echoPause) }
    }

    private func answerGet(_ message: DIMSEChannel.Message, on channel: DIMSEChannel) throws {
        let bytes = try channel.collectDataSet(of: message)
        let operations = GetSubOperations(
            channel: channel, request: message, responseTimeout: configuration.responseTimeout)
        var refusal: StoreResponse?
        do {
            guard let bytes else { throw DIMSERefusal(status: .cannotUnderstand, errorComment: "identifier too large") }
            let identifier = try QueryIdentifier(decoding: bytes, as: message.context.transferSyntax)
            try handler.get(identifier, sopClass: message.context.sopClass, from: request, sender: operations)
        } catch is GetSubOperations.Cancelled {
            refusal = nil
        } catch {
            if let broken = operations.brokenBy { throw broken }
            refusal = StoreResponse(answering: error)
        }
        if let broken = operations.brokenBy { throw broken }
        var response = operations.response(status: refusal?.status ?? operations.finalStatus)
        if let comment = refusal?.errorComment { response.set(.errorComment, text: comment, limit: 64) }
        let failed = operations.failedInstances
        try channel.send(
            response, context: message.context.id,
            dataSet: failed.isEmpty
                ? nil : QueryIdentifier.failedInstances(failed, as: message.context.transferSyntax))
    }
}
