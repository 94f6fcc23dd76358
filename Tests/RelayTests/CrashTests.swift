// Killing the process at any point of a delivery's life.

import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Relay

@Suite("Relay crashes")
struct CrashTests {
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    /// What happens beside the ledger: the far side's archive, and what this side holds in memory.
    struct World {
        var owed: Set<SOPInstanceUID> = []
        var arrivals: [SOPInstanceUID: Set<Digest>] = [:]
        var leased: [Int64: Delivery] = [:]
    }

    @Test("loses and doubles nothing, whatever is interrupted", arguments: 0..<12)
    func interleavings(seed: UInt64) throws {
        var random = Generator(state: seed)
        let directory = try TemporaryDirectory()
        var life = 0
        var database = try Database(path: directory.appending("0.sqlite"), migrations: RelaySchema.migrations)
        let ledger = DeliveryLedger()
        var now = Timestamp(milliseconds: 1_795_000_000_000)
        var world = World()

        for _ in 0..<150 {
            now = now + .milliseconds(Int64.random(in: 0..<3000, using: &random))
            let moment = now
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2:
                let new = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                    newDelivery(
                        Int.random(in: 0..<60, using: &random), study: Int.random(in: 1...3, using: &random),
                        priority: Priority.allCases.randomElement(using: &random)!)
                }
                try database.writeBlocking { _ = try ledger.enqueue(new, held: false, at: moment, in: $0) }
                world.owed.formUnion(new.map(\.sopInstance))
            case 3...5:
                let claimed = try database.writeBlocking {
                    try ledger.claim(
                        puning, limit: 3, owner: "paotai", leaseUntil: moment + .seconds(60), at: moment, in: $0)
                }
                for delivery in claimed {
                    #expect(world.leased.updateValue(delivery, forKey: delivery.id) == nil, "leased twice")
                }
            case 6, 7:
                let leased = world.leased.values.sorted { $0.id < $1.id }
                guard let delivery = leased.randomElement(using: &random) else { continue }
                try send(
                    delivery, of: &world, ledger, database, now: moment, outcome: Int.random(in: 0..<5, using: &random))
            case 8:
                let arrived = world.arrivals.keys.sorted().shuffled(using: &random).prefix(4)
                try prove(Array(arrived), of: world, ledger, database, now: moment)
            default:
                // Killed: what is on disk now is all that is left.
                life += 1
                let image = directory.appending("\(life).sqlite")
                for suffix in ["", "-wal"] {
                    try FileManager.default.copyItem(
                        atPath: directory.appending("\(life - 1).sqlite") + suffix, toPath: image + suffix)
                }
                try database.close()
                database = try Database(path: image, migrations: RelaySchema.migrations)
                world.leased = [:]
                try database.writeBlocking { _ = try ledger.recover(owner: "paotai", in: $0) }
            }
        }
        try finish(&world, ledger, database, now: now)
        let rows = try database.readBlocking {
            try ledger.list(DeliveryFilter(states: DeliveryState.allCases), limit: 1000, in: $0).deliveries
        }
        #expect(Set(rows.map(\.sopInstance)) == world.owed)
        #expect(rows.count == world.owed.count)
        #expect(rows.allSatisfy { $0.state == .done })
        #expect(world.arrivals.values.allSatisfy { $0.count == 1 })
        try database.close()
    }

    /// 0, 1: arrives and is marked; 2: arrives, the answer is lost with the process's memory; 3: refused for now; 4:
    /// broken.
    private func send(
        _ delivery: Delivery, of world: inout World, _ ledger: DeliveryLedger, _ database: Database, now: Timestamp,
        outcome: Int
    ) throws {
        if outcome <= 2 { world.arrivals[delivery.sopInstance, default: []].insert(delivery.digest) }
        guard outcome != 2 else { return }
        world.leased[delivery.id] = nil
        _ = try database.writeBlocking { transaction in
            if outcome < 2 {
                try ledger.markSent(delivery.id, owner: "paotai", at: now, in: transaction)
            } else {
                try ledger.markFailed(
                    delivery.id, owner: "paotai", error: "later", status: .outOfResources, retriable: true,
                    nextAttemptAt: now + .seconds(outcome), in: transaction)
            }
        }
    }

    private func prove(
        _ instances: [SOPInstanceUID], of world: World, _ ledger: DeliveryLedger, _ database: Database, now: Timestamp
    ) throws {
        let items = instances.flatMap { instance in
            (world.arrivals[instance] ?? []).map { digest in
                ReceiptItem(
                    sopInstanceUID: instance, studyInstanceUID: StudyInstanceUID(unchecked: "1.2.1"), digest: digest,
                    size: 1000, transferSyntax: .explicitVRLittleEndian, storedAt: now)
            }
        }
        try database.writeBlocking { _ = try ledger.markDone(byReceiptsOf: puning, items: items, at: now, in: $0) }
    }

    /// The link works and nobody is killed any more: everything must come to its end without a hand.
    private func finish(
        _ world: inout World, _ ledger: DeliveryLedger, _ database: Database, now: Timestamp
    ) throws {
        let later = now + .seconds(120)
        _ = try database.writeBlocking { try ledger.expireLeases(at: later, in: $0) }
        world.leased = [:]
        while true {
            let claimed = try database.writeBlocking {
                try ledger.claim(puning, limit: 7, owner: "paotai", leaseUntil: later + .seconds(60), at: later, in: $0)
            }
            if claimed.isEmpty { break }
            for delivery in claimed { try send(delivery, of: &world, ledger, database, now: later, outcome: 0) }
        }
        try prove(Array(world.arrivals.keys), of: world, ledger, database, now: later)
    }
}
