// What the owner of a listener decides: whom to admit, which contexts to take, what to do with instances.

import Foundation
import Vocabulary

/// A requested association, before and after it is accepted.
package struct AssociationRequest: Hashable, Sendable, Identifiable {
    /// Unique within the process.
    package let id: UInt64
    package var callingAETitle: AETitle
    package var calledAETitle: AETitle
    /// A literal IP address.
    package var peerAddress: String
    package var peerPort: Int
    package var peerCertificate: PeerCertificate?
    package var isTLS: Bool
    package var implementationClassUID: String
    package var implementationVersionName: String

    package init(
        id: UInt64, callingAETitle: AETitle, calledAETitle: AETitle, peerAddress: String, peerPort: Int,
        peerCertificate: PeerCertificate?, isTLS: Bool, implementationClassUID: String,
        implementationVersionName: String
    ) {
        self.id = id
        self.callingAETitle = callingAETitle
        self.calledAETitle = calledAETitle
        self.peerAddress = peerAddress
        self.peerPort = peerPort
        self.peerCertificate = peerCertificate
        self.isTLS = isTLS
        self.implementationClassUID = implementationClassUID
        self.implementationVersionName = implementationVersionName
    }
}

/// PS3.8 table 9-21.
package enum AssociationRejection: String, Hashable, Sendable {
    case callingAETitleNotRecognized
    case calledAETitleNotRecognized
    case noReasonGiven
    case temporaryCongestion
    case localLimitExceeded

    var parameters: (result: UInt8, source: UInt8, reason: UInt8) {
        switch self {
        case .noReasonGiven: (1, 1, 1)
        case .callingAETitleNotRecognized: (1, 1, 3)
        case .calledAETitleNotRecognized: (1, 1, 7)
        case .temporaryCongestion: (2, 3, 1)
        case .localLimitExceeded: (2, 3, 2)
        }
    }
}

package enum AssociationAdmission: Sendable {
    /// `progress`: how long the peer may take for the next PDU in the middle of a message, `idle`: between messages. `nil`
    /// waits for ever: for peers we know, whose STAT studies pause the others.
    case accept(idle: Duration? = .seconds(600), progress: Duration? = .seconds(120))
    case reject(AssociationRejection)
}

package enum AssociationOutcome: Hashable, Sendable {
    case released
    case aborted
    /// The peer closed the connection without a word.
    case lost
    case timedOut
    case cancelled
    case failed(DICOMError)
}

/// All methods are called on the association's own thread and may block.
package protocol AssociationHandler: Sendable {
    func admit(_ request: AssociationRequest) -> AssociationAdmission
    func decide(_ context: OfferedContext, in association: AssociationRequest) -> ContextDecision
    /// Throwing refuses the object with a status (`DIMSERefusal` chooses which).
    func beginStore(_ command: StoreCommand, from association: AssociationRequest) throws -> any StoreSink
    /// C-GET: announces the number of instances, then sends one after the other. Throwing a `DIMSERefusal` before the
    /// first one answers its status.
    func get(
        _ identifier: QueryIdentifier, sopClass: SOPClass, from association: AssociationRequest,
        sender: GetSubOperations) throws
    /// Once for every admitted association.
    func closed(_ association: AssociationRequest, outcome: AssociationOutcome)
}

extension AssociationHandler {
    package func get(
        _ identifier: QueryIdentifier, sopClass: SOPClass, from association: AssociationRequest,
        sender: GetSubOperations
    ) throws {
        throw DIMSERefusal(status: .unrecognizedOperation, errorComment: "C-GET is not offered here")
    }

    package func closed(_ association: AssociationRequest, outcome: AssociationOutcome) {}
}
