// Presentation contexts: proposed, negotiated, accepted.

import Vocabulary

/// What the requestor is in a context (PS3.7 D.3.3.4). Without a proposal it is the SCU; for C-GET it must be the SCP of
/// the storage classes it wants to receive.
package enum ContextRole: Int32, Hashable, Sendable {
    case `default` = 0
    case scu = 1
    case scp = 2
    case both = 3

    package var includesSCP: Bool { self == .scp || self == .both }
}

package struct ProposedContext: Hashable, Sendable {
    package var sopClass: SOPClass
    package var transferSyntaxes: [TransferSyntax]
    package var role: ContextRole

    package init(sopClass: SOPClass, transferSyntaxes: [TransferSyntax], role: ContextRole = .default) {
        self.sopClass = sopClass
        self.transferSyntaxes = transferSyntaxes
        self.role = role
    }

    /// PS3.8: context IDs are the odd numbers below 256.
    package static let maximumCount = 128

    package static let verification = ProposedContext(sopClass: .verification, transferSyntaxes: TransferSyntax.native)
}

/// A context both sides agreed on.
package struct AcceptedContext: Hashable, Sendable {
    package var id: UInt8
    package var sopClass: SOPClass
    package var transferSyntax: TransferSyntax
    package var role: ContextRole

    package init(id: UInt8, sopClass: SOPClass, transferSyntax: TransferSyntax, role: ContextRole) {
        self.id = id
        self.sopClass = sopClass
        self.transferSyntax = transferSyntax
        self.role = role
    }
}

/// A context as the upper layer knows it.
struct NegotiatedContext {
    var id: UInt8
    var sopClass: SOPClass
    var transferSyntaxes: [TransferSyntax]
    /// Empty when not accepted.
    var accepted: String
    var proposedRole: ContextRole
    var acceptedRole: ContextRole

    /// `nil` when the peer refused it.
    var asAccepted: AcceptedContext? {
        let syntax = UIDSyntax.trimmed(accepted)
        guard !syntax.isEmpty else { return nil }
        return AcceptedContext(
            id: id, sopClass: sopClass, transferSyntax: TransferSyntax(unchecked: syntax), role: acceptedRole)
    }
}

/// What a handler makes of an offered context.
package enum ContextDecision: Hashable, Sendable {
    case accept(TransferSyntax)
    case abstractSyntaxNotSupported
    case transferSyntaxesNotSupported
}

package struct OfferedContext: Hashable, Sendable {
    package var sopClass: SOPClass
    package var transferSyntaxes: [TransferSyntax]
    package var role: ContextRole

    package init(sopClass: SOPClass, transferSyntaxes: [TransferSyntax], role: ContextRole = .default) {
        self.sopClass = sopClass
        self.transferSyntaxes = transferSyntaxes
        self.role = role
    }

    /// The first of `preferred` that was offered.
    package func decision(preferring preferred: [TransferSyntax]) -> ContextDecision {
        preferred.first(where: transferSyntaxes.contains).map(ContextDecision.accept) ?? .transferSyntaxesNotSupported
    }
}
