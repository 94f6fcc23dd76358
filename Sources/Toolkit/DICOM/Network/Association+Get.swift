// C-GET as SCU (PS3.4 C.4.3).

import Vocabulary

/// How a C-GET ended; the counts are the peer's.
package struct GetOutcome: Hashable, Sendable {
    package var status: DIMSEStatus
    package var errorComment: String?
    package var completed: Int
    package var failed: Int
    package var warning: Int

    package init(status: DIMSEStatus, errorComment: String? = nil, completed: Int, failed: Int, warning: Int) {
        self.status = status
        self.errorComment = errorComment
        self.completed = completed
        self.failed = failed
        self.warning = warning
    }
}

extension Association {
    /// Fetches instances over this association: propose the storage classes with the role `.scp`. `receive` is called on
    /// the association's thread for each of them.
    package func get(
        _ identifier: QueryIdentifier, sopClass: SOPClass = .studyRootGet, priority: DIMSEPriority = .medium,
        receive: @escaping @Sendable (StoreCommand) throws -> any StoreSink
    ) async throws -> GetOutcome {
        try await interruptible { [self] in
            guard let context = acceptedContexts.first(where: { $0.sopClass == sopClass }) else {
                throw DICOMError(code: .noAcceptedContext, message: "\(target.address) does not offer C-GET")
            }
            var command = CommandSet(.getRequest)
            let messageID = nextMessageID()
            command[.messageID] = messageID
            command[.priority] = priority.rawValue
            command.set(.affectedSOPClassUID, uid: sopClass.rawValue)
            return try ending {
                try channel.send(
                    command, context: context.id, dataSet: identifier.encoded(as: context.transferSyntax))
                return try receiveInstances(of: messageID, receive)
            }
        }
    }

    private func receiveInstances(
        of messageID: UInt16, _ receive: (StoreCommand) throws -> any StoreSink
    ) throws -> GetOutcome {
        while true {
            guard let message = try channel.receiveCommand(timeout: target.timeouts.response) else {
                throw channel.violation("release in the middle of a C-GET")
            }
            switch message.command.field {
            case .storeRequest:
                try channel.receiveInstance(message, begin: receive)
            case .getResponse where message.command[.messageIDBeingRespondedTo] == messageID:
                try channel.receiveDataSet(of: message) { _ in }
                if message.command.status.isPending { continue }
                return GetOutcome(
                    status: message.command.status, errorComment: message.command.text(.errorComment),
                    completed: Int(message.command[.completedSubOperations] ?? 0),
                    failed: Int(message.command[.failedSubOperations] ?? 0),
                    warning: Int(message.command[.warningSubOperations] ?? 0))
            default:
                throw channel.violation("C-STORE-RQ or C-GET-RSP expected")
            }
        }
    }
}
