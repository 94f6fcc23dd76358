// Collected while a transaction runs, rung when it is on disk.

import Vocabulary

/// Which bells a transaction's changes call for.
package struct Wakes: Sendable {
    package var relay: [NodeName: Priority] = [:]
    package var links: Set<NodeName> = []
    package var settlement = false
    package var receipts = false
    package var homecoming = false
    package var release = false
    package var storage = false
    /// Rows already leased or on the wire have become more or less urgent.
    package var priorities = false
    package var compression = false
    package var acquiredForms = false
    /// Studies are to be read again.
    package var texts = false
    package var assignment = false
    package var priors = false
    package var grantedPriors = false
    package var changes: Set<FlowChange> = []

    package init(study: StudyInstanceUID? = nil) {
        if let study { changes.insert(FlowChange(.study, study)) }
    }

    package mutating func relay(_ destination: NodeName, _ priority: Priority) {
        relay[destination] = min(relay[destination] ?? priority, priority)
    }

    package func ring(_ signals: FlowSignals) {
        for (destination, priority) in relay { signals.relay.poke(destination, priority: priority) }
        for peer in links { signals.wakeLink(peer) }
        if settlement { signals.settlement.ring() }
        if receipts { signals.receipts.ring() }
        if homecoming { signals.homecoming.ring() }
        if release { signals.release.ring() }
        if storage { signals.storage.ring() }
        if priorities { signals.relay.reconsider() }
        if compression { signals.compression.ring() }
        if acquiredForms { signals.acquiredForms.ring() }
        if texts { signals.texts.ring() }
        if assignment { signals.assignment.ring() }
        if priors { signals.priors.ring() }
        if grantedPriors { signals.grantedPriors.ring() }
        for change in changes { signals.publish(change) }
    }
}
