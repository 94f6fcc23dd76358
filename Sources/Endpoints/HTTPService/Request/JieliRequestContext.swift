// What every handler knows about a request besides the request itself.

import Hummingbird
import Identity
import Logging
import NIOCore
import NIOSSL
import Observability
import Vocabulary

/// Who a person or a program was found to be, and how.
package struct AuthenticatedUser: Hashable, Sendable {
    package enum Credential: Hashable, Sendable {
        case session(Session)
        case token(APIToken)
    }

    package var user: User
    package var credential: Credential

    /// The session behind a cookie; `nil` for a token.
    package var session: Session? {
        if case .session(let session) = credential { session } else { nil }
    }
}

/// Filled in by the middlewares of `JieliRouter`; handlers read it and ask `requireUser`, `requireRole`, `requirePeer`.
package struct JieliRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: any Channel
    /// The client's IP address without the port; empty where there is no socket (router tests).
    package let remoteAddress: String
    package var language: Language = .chinese
    package var user: AuthenticatedUser?
    /// The known node or client whose certificate TLS has verified; looked up only when no user was found.
    package var peer: PeerIdentity?
    /// Why a certificate that TLS verified belongs to no peer of ours.
    package var peerRefusal: PeerRefusal?
    package var isLoopback: Bool {
        remoteAddress == "::1" || remoteAddress.hasPrefix("127.") || remoteAddress.hasPrefix("::ffff:127.")
    }
    /// For log lines and error answers.
    package var requestID: String { id }
    /// How much of a body `request.decode` collects; the body itself is bounded by `BodyLimit`.
    package var maxUploadSize: Int { 4 * 1024 * 1024 }

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? ""
    }

    /// The certificate that the client presented and TLS verified against our authority.
    package func peerCertificate() async throws -> CertificateFacts? {
        guard !remoteAddress.isEmpty else { return nil }
        let certificate: NIOSSLCertificate?
        do {
            certificate = try await channel.nioSSL_peerCertificate().get()
        } catch is ChannelPipelineError {
            return nil
        }
        return try certificate.map { try CertificateFacts(der: $0.toDERBytes()) }
    }
}

// MARK: Requirements

extension JieliRequestContext {
    /// - Throws: 401 when nobody is logged in.
    @discardableResult
    package func requireUser() throws -> User {
        guard let user else { throw HTTPProblem.unauthenticated }
        return user.user
    }

    /// - Throws: 401 when nobody is logged in, 403 when the user has none of `roles` (see `UserRole.includes`).
    @discardableResult
    package func requireRole(_ roles: UserRole...) throws -> User { try requireRole(anyOf: roles) }

    @discardableResult
    package func requireRole(anyOf roles: [UserRole]) throws -> User {
        let user = try requireUser()
        guard roles.contains(where: { user.role.includes($0) }) else { throw HTTPProblem.forbidden }
        return user
    }

    /// The peer behind a verified client certificate.
    ///
    /// - Throws: 401 without a certificate, 403 with the reason when it belongs to no peer of this node.
    @discardableResult
    package func requirePeer() throws -> PeerIdentity {
        if let peer { return peer }
        if let peerRefusal {
            throw HTTPProblem(
                .forbidden, code: "peer_refused",
                Sentence("证书不属于本节点的上下级：\(peerRefusal.reason)", peerRefusal.reason))
        }
        throw HTTPProblem(
            .unauthorized, code: "certificate_required",
            Sentence("此接口只接受带节点证书的连接", "this interface takes connections with a node's certificate only"))
    }

    /// The node behind a verified client certificate; a DICOM client is none.
    @discardableResult
    package func requirePeerNode() throws -> NodeName {
        guard let node = try requirePeer().node else {
            throw HTTPProblem(
                .forbidden, code: "node_required",
                Sentence("此接口只供上下级节点使用", "this interface is for parent and child nodes only"))
        }
        return node
    }
}
