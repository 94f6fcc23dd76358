// Instances carried in ranges, both sides, over real TLS.

import Archive
import Database
import Foundation
import Observability
import Relay
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@testable import NodeLink

@Suite("Ranges, both sides", .timeLimit(.minutes(2)))
struct RangeTests {
    let fixture: LinkFixture

    init() throws { fixture = try LinkFixture() }

    @Test("brings an instance whole and bit for bit, and owes its receipt")
    func whole() async throws {
        let (fixture, parent) = (fixture, fixture.parent)
        let delivery = try fixture.loop()
        let steps = LockedBox<[RangeStep]>([])
        let outcome = try await fixture.serving { port in
            try await fixture.carry(delivery, to: port, progress: { step in steps.withLock { $0.append(step) } })
        }
        #expect(outcome == .accepted)
        #expect(try parent.storedDigest(delivery.sopInstance) == delivery.digest)
        #expect(try parent.receiptsOwed(to: .edge) == 1)
        #expect(steps.withLock { $0.last } == .carried(bytes: delivery.size))
        let left = try parent.leftovers()
        #expect(left.files.isEmpty && left.rows == 0)
    }

    @Test(
        "gets through a line that breaks every so many bytes, at little more than the instance's own size",
        arguments: [400_000, 700_000, 1_100_000])
    func flapping(bytesBetweenCuts: Int) async throws {
        let (fixture, parent) = (fixture, fixture.parent)
        let delivery = try fixture.loop()
        let line = CuttingLine(bytesBetweenCuts: bytesBetweenCuts)
        let (carried, breaks) = try await fixture.serving { port in
            let through = try line.forward(to: port)
            let carried = LockedBox<Int64>(0)
            for attempt in 0..<60 {
                do {
                    var row = delivery
                    row.bytesCarried = carried.withLock { $0 }
                    let outcome = try await fixture.carry(
                        row, to: through,
                        progress: { step in
                            guard case .carried(let bytes) = step else {
                                Issue.record("started over: \(step)")
                                return
                            }
                            carried.withLock { before in
                                #expect(bytes >= before)
                                before = bytes
                            }
                        })
                    #expect(outcome == .accepted)
                    return (carried.withLock { $0 }, attempt)
                } catch is NodeLinkError {
                    continue
                }
            }
            return (0, 60)
        }
        #expect(carried == delivery.size)
        #expect(breaks >= Int(delivery.size) / bytesBetweenCuts)
        // A range that was on the wire is lost at each break, and a handshake's bytes.
        #expect(Double(line.carried) < Double(delivery.size) + Double(breaks + 1) * 300_000, "\(line.carried)")
        #expect(try parent.storedDigest(delivery.sopInstance) == delivery.digest)
        #expect(try parent.instances() == 1)
    }

    @Test("goes on where it was when the parent starts anew, whatever a kill left behind the last range")
    func parentRestarted() async throws {
        let (fixture, parent) = (fixture, fixture.parent)
        let delivery = try fixture.loop()
        let data = try await fixture.dataSet(delivery)
        let half = Int64(600_000)
        let id = try await fixture.serving { port in
            try await fixture.calling(port) { client in
                let answer = try await client.open(fixture.offer(delivery))
                let id = try #require(answer.id)
                #expect(answer.received == 0)
                #expect(try await put(data, 0..<half, id, client) == .stored(received: half))
                return id
            }
        }
        // Half a range that was written and never finished.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: parent.archive + "/resumable/" + id))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(repeating: 0xEE, count: 100_000))
        try handle.close()
        // The archive's own start clears what cannot be resumed, and this stays.
        let kept = try await fixture.serving { port in
            try await fixture.calling(port) { try await $0.open(fixture.offer(delivery)) }
        }
        #expect(kept == UploadAnswer(state: .open, id: id, received: half))
        var row = delivery
        row.bytesCarried = half
        let (again, steps) = (row, LockedBox<[RangeStep]>([]))
        let outcome = try await fixture.serving { port in
            try await fixture.carry(again, to: port, progress: { step in steps.withLock { $0.append(step) } })
        }
        #expect(outcome == .accepted)
        #expect(steps.withLock { !$0.contains(where: \.isRestart) })
        #expect(try parent.storedDigest(delivery.sopInstance) == delivery.digest)
    }

    @Test("an answer that was lost at the very end is asked for again and given")
    func lastAnswerLost() async throws {
        let (fixture, parent) = (fixture, fixture.parent)
        let delivery = try fixture.loop()
        let data = try await fixture.dataSet(delivery)
        try await fixture.serving { port in
            try await fixture.calling(port) { client in
                let id = try #require(try await client.open(fixture.offer(delivery)).id)
                #expect(try await put(data, 0..<delivery.size, id, client) == .stored(received: delivery.size))
                // Before the completion: all is here, and only the end is missing.
                let open = try await client.open(fixture.offer(delivery))
                #expect(open == UploadAnswer(state: .open, id: id, received: delivery.size))
                #expect(try await client.complete(id, size: delivery.size)?.state == .accepted)
                #expect(try await client.complete(id, size: delivery.size) == nil)
            }
            // The child that never heard it asks from the beginning.
            #expect(try await fixture.carry(delivery, to: port) == .accepted)
        }
        #expect(try parent.instances() == 1)
        #expect(try parent.receiptsOwed(to: .edge) == 1)
    }

    @Test("the same instance arriving by C-STORE meanwhile ends the upload as known")
    func arrivedMeanwhile() async throws {
        let (fixture, parent) = (fixture, fixture.parent)
        let delivery = try fixture.loop()
        let data = try await fixture.dataSet(delivery)
        let file = try await OutgoingFile.locate(delivery, in: fixture.child.flow).get()
        try await fixture.serving { port in
            try await fixture.calling(port) { client in
                let id = try #require(try await client.open(fixture.offer(delivery)).id)
                #expect(try await put(data, 0..<delivery.size, id, client) == .stored(received: delivery.size))
                try parent.take(file.path, from: .edge)
                #expect(try await client.complete(id, size: delivery.size)?.state == .known)
            }
        }
        #expect(try parent.instances() == 1)
        let left = try parent.leftovers()
        #expect(left.files.isEmpty && left.rows == 0)
    }

    @Test("bytes that changed on the parent's disk are found at the end, and all is sent once more")
    func damagedAtTheParent() async throws {
        let (fixture, parent) = (fixture, fixture.parent)
        let delivery = try fixture.loop()
        let data = try await fixture.dataSet(delivery)
        let steps = LockedBox<[RangeStep]>([])
        let outcome = try await fixture.serving { port in
            let id = try await fixture.calling(port) { client in
                let id = try #require(try await client.open(fixture.offer(delivery)).id)
                #expect(try await put(data, 0..<1_000_000, id, client) == .stored(received: 1_000_000))
                return id
            }
            try flip(parent.archive + "/resumable/" + id, at: 500_000)
            return try await fixture.carry(delivery, to: port, progress: { step in steps.withLock { $0.append(step) } })
        }
        #expect(outcome == .accepted)
        #expect(steps.withLock { $0.count(where: \.isRestart) } == 1)
        #expect(try parent.storedDigest(delivery.sopInstance) == delivery.digest)
    }

    @Test("an instance damaged at the child is said to be, not sent for ever")
    func damagedAtTheChild() async throws {
        let fixture = fixture
        let delivery = try fixture.loop()
        let file = try await OutgoingFile.locate(delivery, in: fixture.child.flow).get()
        try flip(file.path, at: Int(file.dataSetOffset) + 1_000_000)
        let outcome = try await fixture.serving { try await fixture.carry(delivery, to: $0) }
        #expect(outcome == .unsendable("the instance's file is damaged; run 'jieli verify'"))
        #expect(try fixture.parent.instances() == 0)
    }

    @Test("asks the pace before each piece, and ends with what the pace throws")
    func paced() async throws {
        struct Stop: Error {}
        let fixture = fixture
        let delivery = try fixture.loop()
        let asked = LockedBox<[Int]>([])
        try await fixture.serving { port in
            await #expect(throws: Stop.self) {
                try await fixture.carry(delivery, to: port) { bytes in
                    try asked.withLock { asked in
                        asked.append(bytes)
                        if asked.reduce(0, +) > 1_000_000 { throw Stop() }
                    }
                }
            }
            asked.withLock { $0 = [] }
            let outcome = try await fixture.carry(
                delivery, to: port, pace: { bytes in asked.withLock { $0.append(bytes) } })
            #expect(outcome == .accepted)
        }
        // The first session's whole ranges were not sent again.
        let bytes = asked.withLock { $0 }
        #expect(bytes.first == 0)
        #expect(bytes.max() == RangeBody.piece)
        #expect((1...(Int(delivery.size) - 500_000)).contains(bytes.reduce(0, +)))
    }

    @Test("a parent without this interface is found out, and the relay is told")
    func oldParent() async throws {
        let fixture = fixture
        let delivery = try fixture.loop()
        try await fixture.serving(takesRanges: false) { port in
            let transport = try fixture.transport(to: port)
            #expect(transport.isAvailable(for: .county))
            await #expect(throws: NodeLinkError.self) {
                try await transport.withSession(to: .county, contexts: []) { try await $0.send(delivery) }
            }
            #expect(!transport.isAvailable(for: .county))
            fixture.child.clock.advance(by: .seconds(3601))
            #expect(transport.isAvailable(for: .county))
        }
    }

    @Test("ranges grow with what the line carried since it broke")
    func sizes() {
        var size = RangeSize(largest: 4 << 20)
        #expect(size.next == 256 << 10)
        size.add(8 << 20)
        #expect(size.next == 512 << 10)
        size.add(300 << 20)
        #expect(size.next == 4 << 20)
        #expect(RangeSize(largest: 1000).next == 1000)
    }

    // MARK: Steps

    private func put(
        _ data: Data, _ part: Range<Int64>, _ id: String, _ client: RangeClient
    ) async throws -> RangeClient.RangeAnswer {
        try await client.put(data, part, id)
    }

    private func flip(_ path: String, at offset: Int) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: UInt64(offset))
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: [byte ^ 0x40])
        try handle.close()
    }
}

extension RangeStep {
    fileprivate var isRestart: Bool {
        if case .startedOver = self { true } else { false }
    }
}
