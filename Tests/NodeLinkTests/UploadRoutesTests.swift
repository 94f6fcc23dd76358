// What the parent refuses of ranges, and what it clears.

import Archive
import DICOM
import Database
import Foundation
import NIOPosix
import Observability
import Relay
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@testable import NodeLink

@Suite("Ranges, the parent's side", .timeLimit(.minutes(1)))
struct UploadRoutesTests {
    let fixture: LinkFixture

    init() throws { fixture = try LinkFixture() }

    @Test("only the child that opened an upload may go on with it, and nobody else may open one")
    func otherChild() async throws {
        let fixture = fixture
        let delivery = try fixture.loop()
        let data = try await fixture.dataSet(delivery)
        try await fixture.serving { port in
            let id = try await fixture.calling(port) { try await $0.open(fixture.offer(delivery)).id }
            let opened = try #require(id)
            try await fixture.calling(port, as: .sibling) { sibling in
                let answer = try await sibling.put(data, 0..<1000, opened)
                #expect(answer == .unknown)
                #expect(try await sibling.complete(opened, size: delivery.size) == nil)
                // Its own of the same instance is another.
                #expect(try await sibling.open(fixture.offer(delivery)).id != opened)
            }
            for name in [NodeName.stranger, .city] {
                await #expect(throws: NodeLinkError.self) {
                    try await fixture.calling(port, as: name) { try await $0.open(fixture.offer(delivery)) }
                }
                await #expect(throws: NodeLinkError.self) {
                    try await fixture.calling(port, as: name) { try await $0.put(data, 0..<1000, opened) }
                }
            }
        }
    }

    @Test("a range counts only where the last one ended, with its own checksum, and within the size")
    func wrongRanges() async throws {
        let fixture = fixture
        let delivery = try fixture.loop()
        let data = try await fixture.dataSet(delivery)
        try await fixture.serving { port in
            try await fixture.calling(port) { client in
                let id = try #require(try await client.open(fixture.offer(delivery)).id)
                #expect(try await client.put(data, 0..<1000, id) == .stored(received: 1000))
                #expect(try await client.put(data, 2000..<3000, id) == .standsAt(received: 1000))
                #expect(try await client.put(data, 0..<1000, id) == .standsAt(received: 1000))
                let other = Digest(of: [1])
                #expect(try await client.put(data, 1000..<2000, id, checksum: other) == .damaged)
                #expect(try await client.put(data, 1000..<2000, id) == .stored(received: 2000))
                #expect(try await client.complete(id, size: 0)?.state == .open)
                // The range is as long as one may be, and ends beyond the instance.
                let beyond = data + Data(count: 100)
                let end = try await client.put(beyond, 2000..<(delivery.size + 50), id)
                #expect(end == .standsAt(received: 2000))
            }
        }
        #expect(try fixture.parent.instances() == 0)
    }

    @Test("refuses before any byte is sent what C-STORE would refuse, in the same words")
    func refusals() async throws {
        let fixture = fixture
        let delivery = try fixture.loop()
        var offer = fixture.offer(delivery)
        offer.sopClass = .studyRootGet
        let noStorage = offer
        var small = UploadLimits(reserve: SpaceReserve(minimumBytes: 0))
        small.largestInstance = 1000
        try await fixture.serving(limits: small) { port in
            let outcome = try await fixture.carry(delivery, to: port)
            #expect(outcome == .refused(.cannotUnderstand, comment: "the object exceeds the size limit"))
            let answer = try await fixture.calling(port) { try await $0.open(noStorage) }
            #expect(answer.refusal?.status == .sopClassNotSupported)
        }
        let full = UploadLimits(reserve: SpaceReserve(minimumBytes: .max / 2))
        try await fixture.serving(limits: full) { port in
            let outcome = try await fixture.carry(delivery, to: port)
            #expect(outcome == .refused(.outOfResources, comment: "storage is full", retriable: true))
        }
        let left = try fixture.parent.leftovers()
        #expect(left.files.isEmpty && left.rows == 0)
    }

    @Test("what conflicts is refused at the end like by C-STORE, and lies aside")
    func conflict() async throws {
        let fixture = fixture
        let delivery = try fixture.loop()
        let file = try await OutgoingFile.locate(delivery, in: fixture.child.flow).get()
        // Another object under the same UID was there first.
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
        bytes[bytes.count - 10] ^= 1
        let other = fixture.directory.appending("other.dcm")
        try bytes.write(to: URL(fileURLWithPath: other))
        try fixture.parent.take(other, from: .edge)
        let outcome = try await fixture.serving { try await fixture.carry(delivery, to: $0) }
        guard case .refused(.conflictingInstance, _, retriable: false) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let aside = try FileManager.default.contentsOfDirectory(atPath: fixture.parent.archive + "/conflicts")
        #expect(aside.count == 1)
        #expect(try fixture.parent.leftovers().rows == 0)
    }

    @Test("a child may begin only so many; what was left long ago gives way")
    func limits() async throws {
        let fixture = fixture
        let deliveries = try (0..<3).map { try fixture.loop("limit \($0)") }
        var limits = UploadLimits(reserve: SpaceReserve(minimumBytes: 0))
        limits.uploadsPerChild = 2
        try await fixture.serving(limits: limits) { port in
            try await fixture.calling(port) { client in
                for delivery in deliveries.prefix(2) {
                    let answer = try await client.open(fixture.offer(delivery))
                    #expect(answer.state == .open)
                }
                await #expect(throws: NodeLinkError.self) { try await client.open(fixture.offer(deliveries[2])) }
                fixture.parent.clock.advance(by: .seconds(3601))
                #expect(try await client.open(fixture.offer(deliveries[2])).state == .open)
            }
        }
        let left = try fixture.parent.leftovers()
        #expect(left.files.count == 2 && left.rows == 2)
    }

    @Test("clears what was abandoned for a week and files nobody knows, and nothing else")
    func sweep() throws {
        let parent = fixture.parent
        let zone = try ResumableZone(archive: parent.archive)
        let uploads = UploadIntake(
            parent.flow, zone: zone, limits: UploadLimits(reserve: SpaceReserve(minimumBytes: 0)))
        let title = try #require(AETitle(rawValue: "PAOTAI"))
        func open(_ seed: String) throws {
            _ = try uploads.open(fixture.offer(try fixture.loop(seed)), from: .edge, aeTitle: title)
        }
        try open("old")
        parent.clock.advance(by: .seconds(4 * 24 * 3600))
        try open("young")
        _ = try zone.create("stray", head: Data([1]))
        #expect(try uploads.sweep() == 1)
        #expect(try parent.leftovers().files.count == 2)
        parent.clock.advance(by: .seconds(4 * 24 * 3600))
        #expect(try uploads.sweep() == 1)
        let left = try parent.leftovers()
        #expect(left.files.count == 1 && left.rows == 1)
    }

    @Test("what a dead line still holds of an older range lands nowhere")
    func superseded() throws {
        let parent = fixture.parent
        let delivery = try fixture.loop()
        let uploads = UploadIntake(
            parent.flow, zone: try ResumableZone(archive: parent.archive),
            limits: UploadLimits(reserve: SpaceReserve(minimumBytes: 0)))
        let title = try #require(AETitle(rawValue: "PAOTAI"))
        guard case .open(let id, 0) = try uploads.open(fixture.offer(delivery), from: .edge, aeTitle: title) else {
            Issue.record("not opened")
            return
        }
        let old = try uploads.range(id, from: .edge, at: 0, length: 4)
        try write([1, 2], to: old)
        let new = try uploads.range(id, from: .edge, at: 0, length: 2)
        #expect(throws: UploadError.superseded) { try write([3, 4], to: old) }
        try write([5, 6], to: new)
        #expect(throws: UploadError.damagedRange(received: 0)) { try write([7], to: new) }
        #expect(try new.finish(checksum: Digest(of: [5, 6])) == 2)
        #expect(throws: UploadError.damagedRange(received: 0)) { try old.finish(checksum: Digest(of: [1, 2])) }
        // Asking anew takes the turn as well.
        let late = try uploads.range(id, from: .edge, at: 2, length: 1)
        _ = try uploads.open(fixture.offer(delivery), from: .edge, aeTitle: title)
        #expect(throws: UploadError.superseded) { try write([8], to: late) }
    }

    private func write(_ bytes: [UInt8], to range: IncomingRange) throws {
        try bytes.withUnsafeBytes { try range.write($0) }
    }
}

extension RangeClient {
    /// Sends one range of `data` by hand.
    func put(
        _ data: Data, _ part: Range<Int64>, _ id: String, checksum: Vocabulary.Digest? = nil
    ) async throws -> RangeAnswer {
        let bytes = [UInt8](data.dropFirst(Int(part.lowerBound)).prefix(part.count))
        let body = RangeBody(
            source: ByteSource(bytes), range: 0..<bytes.count, thread: .singleton, pace: { _ in },
            silence: SilenceWatch())
        return try await send(body, of: id, at: part.lowerBound, checksum: checksum ?? Digest(of: bytes))
    }
}
