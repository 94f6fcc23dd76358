// Only child nodes may speak here.

import HTTPService
import Identity
import Observability

extension JieliRequestContext {
    /// The child behind a verified node certificate.
    ///
    /// - Throws: 403 with the reason for anybody else.
    func requireChild() throws -> ChildPeer {
        switch peer {
        case .child(let child): return child
        case .parent(let parent):
            throw HTTPProblem(
                .forbidden, code: "not_a_child",
                Sentence(
                    "节点“\(parent.name)”是本节点的上级；连接由下级发起",
                    "'\(parent.name)' is a parent of this node; the child dials the parent"))
        case .client, nil:
            if let refusal = peerRefusal {
                throw HTTPProblem(
                    .forbidden, code: "peer_refused",
                    Sentence("证书不属于本节点的下级：\(refusal.reason)", refusal.reason))
            }
            throw HTTPProblem(
                .forbidden, code: "node_certificate_required",
                Sentence(
                    "此接口只接受下级节点凭节点证书建立的连接",
                    "this interface takes connections of child nodes with their node's certificate only"))
        }
    }
}
