// Putting an event into a peer's outbox.

import Database
import Foundation
import Outbox
import Vocabulary

package struct Messenger: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// The event goes out when the transaction is on disk, and is kept until the peer has applied it.
    @discardableResult
    func send(
        _ event: some NodeEvent, to peer: NodeName, lane: Lane = .normal, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> Envelope {
        let type = Swift.type(of: event)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let envelope = try flow.outbox.append(
            to: peer, from: flow.node.name, type: type.type, version: type.version,
            payload: String(decoding: try encoder.encode(event), as: UTF8.self), lane: lane, at: flow.clock.now(),
            in: transaction)
        wakes.links.insert(peer)
        return envelope
    }
}
