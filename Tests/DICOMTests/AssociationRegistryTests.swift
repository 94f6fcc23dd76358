import Logging
import Observability
import Testing
import Vocabulary

@testable import DICOM

@Suite("Places for associations")
struct AssociationRegistryTests {
    private let one = AETitle(rawValue: "ONE")!
    private let start = ContinuousClock.now

    private func limits(_ associations: Int, waitingRoom: Int) -> AssociationRegistry.Limits {
        var limits = AssociationRegistry.Limits(associations: associations, perAddress: 100, perAETitle: 100)
        limits.waitingRoom = waitingRoom
        return limits
    }

    @Test("a newcomer takes the place of a connection of whoever has most")
    func shares() throws {
        let registry = AssociationRegistry(limits: limits(2, waitingRoom: 2), now: { [start] in start })
        let wakes = try (0..<6).map { _ in try WakeDescriptor() }
        for id in 0..<3 { #expect(registry.admit(UInt64(id), address: "greedy", wake: wakes[id]) == nil) }
        #expect(registry.admit(3, address: "modest", wake: wakes[3]) == nil)
        #expect(registry.admit(4, address: "new", wake: wakes[4]) == nil)
        #expect(wakes.map(\.isSignalled) == [true, false, false, false, false, false])
        // Two, one and one: nobody has two more than another.
        #expect(registry.admit(5, address: "greedy", wake: wakes[5]) == .tooManyConnections)
    }

    @Test("an association in the middle of a message keeps its place, one that rests does not")
    func busy() throws {
        let registry = AssociationRegistry(limits: limits(3, waitingRoom: 10), now: { [start] in start })
        let wakes = try (0..<5).map { _ in try WakeDescriptor() }
        for id in 0..<3 {
            #expect(registry.admit(UInt64(id), address: "greedy", wake: wakes[id]) == nil)
            #expect(registry.establish(UInt64(id), aeTitle: one) == nil)
            registry.mark(UInt64(id), busy: true)
        }
        #expect(registry.admit(3, address: "new", wake: wakes[3]) == nil)
        #expect(registry.establish(3, aeTitle: one) == .tooManyAssociations)
        registry.mark(1, busy: false)
        #expect(registry.establish(3, aeTitle: one) == nil)
        #expect(wakes.map(\.isSignalled) == [false, true, false, false, false])
    }

    @Test("connections from everywhere that never ask for anything make room after a while")
    func silent() throws {
        let time = LockedBox(start)
        let registry = AssociationRegistry(limits: limits(2, waitingRoom: 1), now: { time.withLock { $0 } })
        let wakes = try (0..<4).map { _ in try WakeDescriptor() }
        for id in 0..<3 { #expect(registry.admit(UInt64(id), address: "\(id)", wake: wakes[id]) == nil) }
        #expect(registry.admit(3, address: "new", wake: wakes[3]) == .tooManyConnections)
        time.withLock { $0 += .seconds(6) }
        #expect(registry.admit(3, address: "new", wake: wakes[3]) == nil)
        #expect(wakes.count(where: \.isSignalled) == 1)
    }

    @Test("an address that has had messages answered comes in before strangers who say nothing")
    func proven() throws {
        let registry = AssociationRegistry(limits: limits(2, waitingRoom: 1), now: { [start] in start })
        let wakes = try (0..<5).map { _ in try WakeDescriptor() }
        #expect(registry.admit(0, address: "modality", wake: wakes[0]) == nil)
        #expect(registry.establish(0, aeTitle: one) == nil)
        registry.mark(0, busy: true)
        registry.mark(0, busy: false)
        registry.remove(0)
        for id in 1..<4 { #expect(registry.admit(UInt64(id), address: "\(id)", wake: wakes[id]) == nil) }
        #expect(registry.admit(4, address: "stranger", wake: wakes[4]) == .tooManyConnections)
        #expect(registry.admit(4, address: "modality", wake: wakes[4]) == nil)
        #expect(wakes.count(where: \.isSignalled) == 1)
    }

    @Test("a flood of refusals is two lines: the first, and how many more there were")
    func lines() {
        let (logger, lines) = RecordingLog.make()
        let log = RefusalLog(logger: logger)
        for _ in 0..<1000 {
            log.note(.warning, "connection refused", key: "a", [.address: "10.0.0.7"], at: start)
        }
        #expect(lines.withLock { $0.count } == 1)
        log.summarise(at: start + .seconds(11))
        #expect(lines.withLock { $0.count } == 2)
        #expect(lines.withLock { $0.last }?.contains("999 more") == true)
        for index in 0..<1000 {
            log.note(.warning, "connection refused", key: "\(index)", [.address: "\(index)"], at: start + .seconds(12))
        }
        log.summarise(all: true)
        #expect(lines.withLock { $0.count } < 70)
    }
}
