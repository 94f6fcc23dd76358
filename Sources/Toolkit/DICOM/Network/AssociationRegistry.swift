// The connections of a listener.

import Foundation

/// Counts connections and associations, and ends them.
///
/// `@unchecked Sendable`: every access to the state holds `condition`.
final class AssociationRegistry: @unchecked Sendable {
    private struct Entry {
        var address: String
        var wake: WakeDescriptor
        var isEstablished = false
        var isBusy = true
        var lastActivity = ContinuousClock.now
    }

    private let condition = NSCondition()
    private var entries: [UInt64: Entry] = [:]
    private let maximumAssociations: Int
    private let maximumPerAddress: Int

    /// Connections that are no associations yet: they must not take the places of those that are.
    private static let waitingRoom = 32

    init(maximumAssociations: Int, maximumPerAddress: Int) {
        self.maximumAssociations = maximumAssociations
        self.maximumPerAddress = maximumPerAddress
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }

    /// `false` when there are too many connections to talk to one more.
    func admit(_ id: UInt64, address: String, wake: WakeDescriptor) -> Bool {
        locked {
            guard entries.count < maximumAssociations + Self.waitingRoom,
                entries.values.count(where: { $0.address == address }) < maximumPerAddress
            else { return false }
            entries[id] = Entry(address: address, wake: wake)
            return true
        }
    }

    /// `false` when there are too many associations.
    func establish(_ id: UInt64) -> Bool {
        locked {
            guard entries.values.count(where: \.isEstablished) < maximumAssociations else { return false }
            entries[id]?.isEstablished = true
            return true
        }
    }

    func mark(_ id: UInt64, busy: Bool) {
        locked {
            entries[id]?.isBusy = busy
            entries[id]?.lastActivity = .now
        }
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
            let resting = ContinuousClock.now - .seconds(1)
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
