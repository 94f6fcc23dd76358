// How the relay behaves.

import Vocabulary

package struct RelayConfiguration: Sendable {
    /// The nodes this one delivers to: its parents.
    package var destinations: [NodeName]
    /// How the link to each destination is used. Associations paused for more urgent ones are not counted: there may be three
    /// times as many open as a policy allows.
    package var policies: [NodeName: LinkPolicy] = [:]
    /// Of destinations that have none in `policies`.
    package var usualPolicy = LinkPolicy()
    /// Shared with the compressor.
    package var gauge = CompressionGauge()
    /// Names this daemon's leases; the same after a restart, another for each daemon on one database.
    package var owner: String
    /// Deliveries that a worker leases at once, when the queue is long.
    package var batch: Int = 8
    /// How long a lease lasts unrenewed. Running workers renew theirs every third of it.
    package var lease: Duration = .seconds(60)
    /// How long an association stays open with nothing to send.
    package var idle: Duration = .seconds(5)
    package var backOff = BackOff()
    /// An instance interrupted so often goes in ranges; 0: never.
    package var rangesAfterInterruptions = 2
    /// How often a queue is looked at when nobody signals.
    package var lookEvery: Duration = .seconds(30)
    /// How often the ledger is asked whether another process, such as the command line, changed it.
    package var watchEvery: Duration = .milliseconds(500)
    /// How long a graceful shutdown lets an instance finish that is on the wire.
    package var shutdownGrace: Duration = .seconds(10)

    /// Of the 128 contexts that one association can propose, the transport may need two for each of these.
    package static let mostContexts = 60

    package init(destinations: [NodeName], owner: String) {
        self.destinations = destinations
        self.owner = owner
    }

    func policy(_ destination: NodeName) -> LinkPolicy { policies[destination] ?? usualPolicy }
}
