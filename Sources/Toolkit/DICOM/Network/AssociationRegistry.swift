// The connections of a listener.

import Foundation
import Vocabulary

/// Counts connections and associations, shares the places among those who call, and ends them.
///
/// While places are free anybody may have one. When none is, a caller with fewer connections than the address that has
/// most takes a place from that address: first one that never became an association, then one that rests. An association
/// in the middle of a message keeps its place. Addresses that have had a message answered before go before those that
/// have not, so that two hundred strangers, each with one connection, do not shut the modalities out. Between callers with
/// as many connections, a long rest decides.
///
/// `@unchecked Sendable`: every access to the state holds `condition`.
final class AssociationRegistry: @unchecked Sendable {
    struct Limits: Sendable {
        var associations: Int
        var perAddress: Int
        var perAETitle: Int
        /// Connections that are no associations yet: they must not take the places of those that are.
        var waitingRoom = 32
        /// Those that must go keep their threads for a moment.
        var leaving = 64
        /// Addresses that are remembered as having had a message answered.
        var remembered = 256
        /// A device sends its request as soon as it is connected.
        var waiting: Duration = .seconds(5)
        /// Whoever has no place at all gets that of an association at rest for so long.
        var resting: Duration = .seconds(10)
    }

    /// Why there is no place.
    enum Refusal: String {
        case tooManyConnections = "too many connections"
        case tooManyFromAddress = "too many connections from this address"
        case tooManyAssociations = "too many associations"
        case tooManyOfAETitle = "too many associations of this calling AE title"
    }

    private struct Entry {
        var address: String
        var wake: WakeDescriptor
        var aeTitle: AETitle?
        var isEstablished = false
        var isBusy = true
        var hasAsked = false
        var isLeaving = false
        var since: ContinuousClock.Instant
        var lastActivity: ContinuousClock.Instant
    }

    private let condition = NSCondition()
    private var entries: [UInt64: Entry] = [:]
    /// Addresses that have had a message answered, and when last.
    private var proven: [String: ContinuousClock.Instant] = [:]
    private let limits: Limits
    private let now: @Sendable () -> ContinuousClock.Instant

    init(limits: Limits, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.limits = limits
        self.now = now
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }

    // MARK: Places

    /// `nil` when there is a place for one more connection.
    func admit(_ id: UInt64, address: String, wake: WakeDescriptor) -> Refusal? {
        locked {
            guard entries.count < limits.associations + limits.waitingRoom + limits.leaving else {
                return .tooManyConnections
            }
            let staying = entries.values.filter { !$0.isLeaving }
            guard staying.count(where: { $0.address == address }) < limits.perAddress else {
                return .tooManyFromAddress
            }
            if staying.count >= limits.associations + limits.waitingRoom {
                guard makeRoom(for: address, among: { _ in true }) else { return .tooManyConnections }
            }
            let now = now()
            entries[id] = Entry(address: address, wake: wake, since: now, lastActivity: now)
            return nil
        }
    }

    /// `nil` when there is a place for one more association.
    func establish(_ id: UInt64, aeTitle: AETitle) -> Refusal? {
        locked {
            guard let entry = entries[id], !entry.isLeaving else { return .tooManyAssociations }
            let established = entries.values.filter { $0.isEstablished && !$0.isLeaving }
            guard established.count(where: { $0.aeTitle == aeTitle }) < limits.perAETitle else {
                return .tooManyOfAETitle
            }
            if established.count >= limits.associations {
                guard makeRoom(for: entry.address, among: \.isEstablished) else { return .tooManyAssociations }
            }
            entries[id]?.aeTitle = aeTitle
            entries[id]?.isEstablished = true
            return nil
        }
    }

    /// A connection that is told to go gives its place back before it is gone.
    func dismiss(_ id: UInt64) { locked { entries[id]?.isLeaving = true } }

    private func makeRoom(for address: String, among isCandidate: (Entry) -> Bool) -> Bool {
        guard entries.values.count(where: \.isLeaving) < limits.leaving else { return false }
        let candidates = entries.filter { !$0.value.isLeaving && isCandidate($0.value) }
        let counts = candidates.values.reduce(into: [String: Int]()) { $0[$1.address, default: 0] += 1 }
        let mine = counts[address] ?? 0
        let late = now() - limits.waiting
        let idle = now() - limits.resting
        let isProven = proven[address] != nil
        let victims = candidates.filter { _, entry in
            if !entry.isEstablished, entry.since < late { return true }
            guard !entry.isEstablished || !entry.isBusy else { return false }
            if mine == 0, entry.isEstablished, entry.lastActivity < idle { return true }
            return (counts[entry.address] ?? 0) > mine + 1 || (isProven && proven[entry.address] == nil)
        }
        let victim = victims.min { one, other in
            if one.value.isEstablished != other.value.isEstablished { return !one.value.isEstablished }
            let (first, second) = (counts[one.value.address] ?? 0, counts[other.value.address] ?? 0)
            if first != second { return first > second }
            return (one.value.lastActivity, one.key) < (other.value.lastActivity, other.key)
        }
        guard let victim else { return false }
        entries[victim.key]?.isLeaving = true
        victim.value.wake.signal()
        return true
    }

    func mark(_ id: UInt64, busy: Bool) {
        locked {
            let now = now()
            if !busy, let entry = entries[id], entry.hasAsked { prove(entry.address, at: now) }
            if busy { entries[id]?.hasAsked = true }
            entries[id]?.isBusy = busy
            entries[id]?.lastActivity = now
        }
    }

    private func prove(_ address: String, at now: ContinuousClock.Instant) {
        if proven[address] == nil, proven.count >= limits.remembered,
            let oldest = proven.min(by: { $0.value < $1.value })
        {
            proven[oldest.key] = nil
        }
        proven[address] = now
    }

    func remove(_ id: UInt64) {
        locked {
            entries[id] = nil
            condition.broadcast()
        }
    }

    var associationCount: Int { locked { entries.values.count(where: \.isEstablished) } }

    // MARK: The end

    /// Ends at once what nobody is waiting for, gives the rest `grace`, then ends it too. Blocks.
    func drain(grace: Duration) {
        locked {
            let resting = now() - .seconds(1)
            for entry in entries.values where !entry.isEstablished || (!entry.isBusy && entry.lastActivity < resting) {
                entry.wake.signal()
            }
            wait(atMost: grace)
            for entry in entries.values { entry.wake.signal() }
            // A handler in the middle of its work finishes it; nothing interrupts a flush.
            wait(atMost: .seconds(10))
        }
    }

    private func wait(atMost duration: Duration) {
        let end = Date(timeIntervalSinceNow: Double(duration.milliseconds) / 1000)
        while !entries.isEmpty {
            guard condition.wait(until: end) else { return }
        }
    }
}
