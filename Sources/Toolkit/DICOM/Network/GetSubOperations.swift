// The C-STORE sub-operations of a C-GET, on the association that asked (PS3.4 C.4.3, PS3.7 9.1.3).

import Foundation
import Vocabulary

/// Sends instances to the peer that asked for them. Belongs to the association's thread: don't keep it.
package final class GetSubOperations {
    /// The peer sent a C-CANCEL: stop sending. Throw it on.
    package struct Cancelled: Error {
        package init() {}
    }

    /// Makes a copy of the instance in another transfer syntax and returns its path; the caller removes it later.
    package typealias DecodedCopy = (TransferSyntax) throws -> String

    /// Where instances can go: the contexts in which the peer is the SCP of a storage class.
    package let contexts: [AcceptedContext]
    package private(set) var completed = 0
    package private(set) var failed = 0
    package private(set) var warned = 0
    private var remaining = 0
    private(set) var failedInstances: [String] = []
    private(set) var wasCancelled = false
    /// The association broke; nothing more can be sent.
    private(set) var brokenBy: DICOMError?

    private let channel: DIMSEChannel
    private let request: DIMSEChannel.Message
    private let responseTimeout: Duration
    private var nextMessageID: UInt16 = 1

    init(channel: DIMSEChannel, request: DIMSEChannel.Message, responseTimeout: Duration) {
        self.channel = channel
        self.request = request
        self.responseTimeout = responseTimeout
        contexts = channel.contexts.values.filter { $0.sopClass.isStorage && $0.role.includesSCP }
            .sorted { $0.id < $1.id }
    }

    /// How many instances will be sent; counted down in the pending responses.
    package func announce(_ count: Int) { remaining = count }

    /// Sends one instance and reports progress to the peer. What is wrong with the instance is counted as failed;
    /// `Cancelled` and the end of the association are thrown.
    package func send(_ instance: OutgoingInstance, pace: PacingHook? = nil, decodedCopy: DecodedCopy? = nil) throws {
        if let brokenBy { throw brokenBy }
        do {
            try receiveCancel()
            let status = try transfer(instance, pace: pace, decodedCopy: decodedCopy)
            remaining = max(0, remaining - 1)
            if status.isSuccess {
                completed += 1
            } else if status.isWarning {
                warned += 1
            } else {
                fail(instance)
            }
            var response = response(status: .pending)
            response[.remainingSubOperations] = UInt16(clamping: remaining)
            try channel.send(response, context: request.context.id)
        } catch let error as Cancelled {
            throw error
        } catch {
            let broken =
                error as? DICOMError ?? DICOMError(code: .other, message: "sending was given up", cause: error)
            brokenBy = broken
            throw broken
        }
        if wasCancelled { throw Cancelled() }
    }

    /// An instance that cannot be sent at all, such as one whose file is gone.
    package func recordFailure(of instance: OutgoingInstance) {
        remaining = max(0, remaining - 1)
        fail(instance)
    }

    private func fail(_ instance: OutgoingInstance) {
        failed += 1
        if let uid = instance.sopInstanceUID { failedInstances.append(uid) }
    }

    /// The response of all of them, with the counts so far.
    func response(status: DIMSEStatus) -> CommandSet {
        var response = CommandSet(respondingTo: request.command, status: status)
        response[.completedSubOperations] = UInt16(clamping: completed)
        response[.failedSubOperations] = UInt16(clamping: failed)
        response[.warningSubOperations] = UInt16(clamping: warned)
        return response
    }

    /// PS3.4 C.4.3.1.4
    var finalStatus: DIMSEStatus {
        if wasCancelled { return .cancelled }
        if failed == 0 && warned == 0 { return .success }
        return completed + warned > 0 ? .warningSubOperations : .unableToPerformSubOperations
    }

    // MARK: One sub-operation

    private func transfer(
        _ instance: OutgoingInstance, pace: PacingHook?, decodedCopy: DecodedCopy?
    ) throws -> DIMSEStatus {
        let file: OpenInstanceFile
        let context: AcceptedContext
        do {
            let stored = try OpenInstanceFile(path: instance.path)
            (file, context) = try suited(stored, to: instance, decodedCopy: decodedCopy)
        } catch {
            // The association is untouched so far: only this instance fails.
            return .unableToPerformSubOperations
        }
        let messageID = nextMessageID
        nextMessageID &+= 1
        try channel.sendInstance(
            instance, file: file, context: context, messageID: messageID, priority: .medium, pace: pace)
        return try receiveStoreResponse(to: messageID)
    }

    /// The file as stored where the peer takes its syntax, otherwise a decoded copy.
    private func suited(
        _ stored: OpenInstanceFile, to instance: OutgoingInstance, decodedCopy: DecodedCopy?
    ) throws -> (OpenInstanceFile, AcceptedContext) {
        let sopClass = instance.sopClassUID ?? stored.metaInformation.mediaStorageSOPClassUID
        let suitable = contexts.filter { $0.sopClass.rawValue == sopClass }
        if let context = suitable.first(where: { $0.transferSyntax == stored.metaInformation.transferSyntax }) {
            return (stored, context)
        }
        for syntax in TransferSyntax.native {
            guard let decodedCopy, let context = suitable.first(where: { $0.transferSyntax == syntax }) else {
                continue
            }
            return (try OpenInstanceFile(path: try decodedCopy(syntax)), context)
        }
        throw DICOMError(code: .noAcceptedContext, message: "the peer takes no syntax this instance can be sent in")
    }

    private func receiveStoreResponse(to messageID: UInt16) throws -> DIMSEStatus {
        while true {
            guard let message = try channel.receiveCommand(timeout: responseTimeout) else {
                throw channel.violation("release in the middle of a C-GET")
            }
            switch message.command.field {
            case .storeResponse where message.command[.messageIDBeingRespondedTo] == messageID:
                try channel.receiveDataSet(of: message) { _ in }
                return message.command.status
            case .cancelRequest:
                wasCancelled = true
            default:
                throw channel.violation("C-STORE-RSP expected")
            }
        }
    }

    private func receiveCancel() throws {
        while channel.upper.dataWaiting {
            guard let message = try channel.receiveCommand(timeout: channel.progressTimeout),
                message.command.field == .cancelRequest
            else { throw channel.violation("C-CANCEL-RQ expected") }
            wasCancelled = true
        }
        if wasCancelled { throw Cancelled() }
    }
}
