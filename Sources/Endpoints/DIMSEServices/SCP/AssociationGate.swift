// Who may have an association.

import DICOM
import Identity
import Observability
import Vocabulary

/// Why a peer is not let in: a sentence for the log, the trail and the operator. The peer hears "calling AE title not
/// recognized".
struct AssociationRefusal: Error, Hashable {
    let reason: String
}

/// On the plain port by AE title, which proves nothing; on the TLS port by certificate and the AE titles bound to it.
struct AssociationGate: Sendable {
    let callingAETitles: Set<AETitle>
    let peers: @Sendable () -> PeerDirectory

    func caller(_ request: AssociationRequest) -> Result<Caller, AssociationRefusal> {
        guard request.isTLS else {
            guard callingAETitles.isEmpty || callingAETitles.contains(request.callingAETitle) else {
                return .failure(
                    AssociationRefusal(
                        reason: "calling AE title '\(request.callingAETitle)' is not among dicom.callingAETitles"))
            }
            return .success(caller(.lan, request))
        }
        guard let certificate = request.peerCertificate else {
            return .failure(AssociationRefusal(reason: "no certificate was presented"))
        }
        let facts: CertificateFacts
        do {
            facts = try CertificateFacts(der: Array(certificate.der))
        } catch {
            return .failure(AssociationRefusal(reason: error.sentence))
        }
        return peers().authenticate(facts, callingAETitle: request.callingAETitle).mapError {
            AssociationRefusal(reason: $0.reason)
        }.flatMap { identity in
            switch identity {
            case .child(let child): .success(caller(.child(child), request))
            case .client(let client): .success(caller(.client(client), request))
            case .parent(let parent):
                // What came this way would pass for studies from below.
                .failure(
                    AssociationRefusal(reason: "'\(parent.name)' is a parent; a parent is dialled and never dials"))
            }
        }
    }

    private func caller(_ identity: Caller.Identity, _ request: AssociationRequest) -> Caller {
        Caller(identity: identity, aeTitle: request.callingAETitle, address: request.peerAddress)
    }
}
