// C-STORE: the command, and where its data set goes.

import Vocabulary

/// (0000,0700), PS3.7 9.1.1.1.6
package enum DIMSEPriority: UInt16, Hashable, Sendable {
    case medium = 0
    case high = 1
    case low = 2
}

/// A C-STORE-RQ (PS3.7 9.1.1). UIDs stand as in the command, without padding: unjudged, and possibly empty.
package struct StoreCommand: Hashable, Sendable {
    package var messageID: UInt16
    package var affectedSOPClassUID: String
    package var affectedSOPInstanceUID: String
    package var priority: DIMSEPriority
    package var moveOriginatorAETitle: String?
    /// Of the presentation context.
    package var abstractSyntax: SOPClass
    package var transferSyntax: TransferSyntax

    package init(
        messageID: UInt16, affectedSOPClassUID: String, affectedSOPInstanceUID: String, priority: DIMSEPriority,
        moveOriginatorAETitle: String?, abstractSyntax: SOPClass, transferSyntax: TransferSyntax
    ) {
        self.messageID = messageID
        self.affectedSOPClassUID = affectedSOPClassUID
        self.affectedSOPInstanceUID = affectedSOPInstanceUID
        self.priority = priority
        self.moveOriginatorAETitle = moveOriginatorAETitle
        self.abstractSyntax = abstractSyntax
        self.transferSyntax = transferSyntax
    }

    init(_ command: CommandSet, context: AcceptedContext) {
        self.init(
            messageID: command[.messageID] ?? 0, affectedSOPClassUID: command.text(.affectedSOPClassUID) ?? "",
            affectedSOPInstanceUID: command.text(.affectedSOPInstanceUID) ?? "",
            priority: command[.priority].flatMap(DIMSEPriority.init) ?? .medium,
            moveOriginatorAETitle: command.text(.moveOriginatorAETitle), abstractSyntax: context.sopClass,
            transferSyntax: context.transferSyntax)
    }
}

/// The answer to a C-STORE.
package struct StoreResponse: Hashable, Sendable {
    package var status: DIMSEStatus
    /// (0000,0902): at most 64 ASCII characters travel; `?` stands for the others.
    package var errorComment: String?

    package init(status: DIMSEStatus, errorComment: String? = nil) {
        self.status = status
        self.errorComment = errorComment
    }
}

/// Takes the bytes of one data set, on the association's thread.
package protocol StoreSink: AnyObject {
    /// The next bytes, valid during the call. Throwing refuses the object: the rest is read and thrown away, the error is
    /// answered (`DIMSERefusal`, else what `DIMSEStatus(answering:)` says) and `abandon()` follows.
    func write(_ bytes: UnsafeRawBufferPointer) throws
    /// All bytes are here. What it returns is answered: success only when the object is safe.
    func finish() -> StoreResponse
    /// The association broke, or `write` threw: no answer depends on the sink any more.
    func abandon()
}

/// Thrown to answer a status of one's choice.
package struct DIMSERefusal: Error, Hashable, Sendable, CustomStringConvertible {
    package var status: DIMSEStatus
    package var errorComment: String

    package init(status: DIMSEStatus, errorComment: String) {
        self.status = status
        self.errorComment = errorComment
    }

    package var description: String { "\(status): \(errorComment)" }
}

extension StoreResponse {
    package init(answering error: any Error) {
        if let refusal = error as? DIMSERefusal {
            self.init(status: refusal.status, errorComment: refusal.errorComment)
            return
        }
        switch (error as? DICOMError)?.code {
        case .storageFull: self.init(status: .outOfResources, errorComment: "storage is full")
        case .tooLarge: self.init(status: .cannotUnderstand, errorComment: "the object exceeds the size limit")
        case .malformed, .notPart10: self.init(status: .cannotUnderstand, errorComment: "the data set is malformed")
        default: self.init(status: .processingFailure, errorComment: "processing failed")
        }
    }
}
