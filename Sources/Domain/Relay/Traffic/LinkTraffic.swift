// What goes over the link to one destination.

import Observability
import Vocabulary

/// A destination's policy, the pacer that keeps to it, and the number of associations that the link pays for just now.
package final class LinkTraffic: Sendable {
    package let destination: NodeName
    package let policy: LinkPolicy
    package let pacer: LinkPacer
    private let time: PacerTime
    private let tuner: LockedBox<AssociationTuner>

    init(
        _ destination: NodeName, policy: LinkPolicy, time: PacerTime, wallClock: WallClock
    ) {
        self.destination = destination
        self.policy = policy
        self.time = time
        pacer = LinkPacer(policy, time: time, wallClock: wallClock)
        tuner = LockedBox(AssociationTuner(policy.associations))
    }

    /// How many associations may carry images at once.
    package var associations: Int { tuner.withLock { $0.count } }

    /// Adapts the number of associations. Called about once a second.
    ///
    /// - Parameter busy: associations that have something to send.
    /// - Returns: whether it changed.
    func tick(busy: Int) -> Bool {
        let (now, passed) = (time.now(), pacer.passed)
        return tuner.withLock { $0.tick(at: now, passed: passed, busy: busy) }
    }
}

/// The links of one node, for everybody who sends study bytes: the relay's associations, and whoever else carries them.
package final class RelayTraffic: Sendable {
    private let configuration: RelayConfiguration
    private let time: PacerTime
    private let wallClock: WallClock
    private let links = LockedBox<[NodeName: LinkTraffic]>([:])

    /// - Parameter configuration: whose policies count.
    package init(
        _ configuration: RelayConfiguration, time: PacerTime = .system, wallClock: WallClock = .system
    ) {
        self.configuration = configuration
        self.time = time
        self.wallClock = wallClock
    }

    package subscript(destination: NodeName) -> LinkTraffic {
        links.withLock { links in
            if let found = links[destination] { return found }
            let made = LinkTraffic(
                destination, policy: configuration.policy(destination), time: time, wallClock: wallClock)
            links[destination] = made
            return made
        }
    }
}
