import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Relay

@Suite("Compressed deliveries")
struct CompressionTests {
    private let ledger = DeliveryLedger()
    private let now = Timestamp(milliseconds: 1_000_000)
    private let form = SentForm(digest: Digest(of: Data("copy".utf8)), size: 400, transferSyntax: .jpegLSLossless)

    private func wanting(_ number: Int, priority: Priority = .routine) -> NewDelivery {
        var delivery = newDelivery(number, priority: priority)
        delivery.compression = .wanted
        return delivery
    }

    private func next(_ database: Database) async throws -> CompressionWish? {
        try await database.read { [ledger] in try ledger.nextToCompress(in: $0) }
    }

    private func claim(_ database: Database) async throws -> [Delivery] {
        try await database.write { [ledger, now] in
            try ledger.claim(puning, limit: 10, owner: "me", leaseUntil: now + .seconds(60), at: now, in: $0)
        }
    }

    @Test("wait for their copy, travel as it, and are done by a receipt that names what was acquired")
    func made() async throws {
        let (database, directory) = try temporaryDatabase(RelaySchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        try await database.write { [ledger, now] in _ = try ledger.enqueue([wanting(1)], held: false, at: now, in: $0) }
        #expect(try await claim(database) == [])
        let wish = try #require(try await next(database))
        let waiting = try await database.write { [ledger, form] in
            try ledger.compressed(wish, as: form, in: $0).map(\.destination)
        }
        #expect(waiting == [puning])
        let claimed = try #require(try await claim(database).first)
        #expect(claimed.sent == form)
        #expect(claimed.context.transferSyntax == .jpegLSLossless)
        #expect(claimed.digest == digest(1, 1))
        var item = receiptItem(claimed)
        item.digest = form.digest
        // That the copy is held proves nothing yet about what was acquired.
        #expect(try await done(item, database) == [])
        item.acquired = AcquiredForm(digest: digest(1, 1), size: 1000, transferSyntax: .explicitVRLittleEndian)
        #expect(try await done(item, database) == [claimed.sopInstance])
    }

    private func done(_ item: ReceiptItem, _ database: Database) async throws -> [SOPInstanceUID] {
        try await database.write { [ledger, now] in
            try ledger.markDone(byReceiptsOf: puning, items: [item], at: now, in: $0)
        }
    }

    @Test("go as acquired where the copy is no good")
    func fallback() async throws {
        let (database, directory) = try temporaryDatabase(RelaySchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        try await database.write { [ledger, now] in _ = try ledger.enqueue([wanting(1)], held: false, at: now, in: $0) }
        let wish = try #require(try await next(database))
        try await database.write { [ledger, form] in _ = try ledger.compressed(wish, as: form, in: $0) }
        let claimed = try #require(try await claim(database).first)
        try await database.write { [ledger] in
            _ = try ledger.sendAsAcquired(claimed.sopInstance, to: puning, reason: "damaged", in: $0)
        }
        let again = try #require(try await claim(database).first)
        #expect(again.sent == nil)
        #expect(again.compression == nil)
        #expect(again.lastError == "damaged")
    }

    @Test("are compressed in the order of urgency")
    func order() async throws {
        let (database, directory) = try temporaryDatabase(RelaySchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        try await database.write { [ledger, now] in
            _ = try ledger.enqueue([wanting(1), wanting(2, priority: .stat)], held: true, at: now, in: $0)
        }
        let wish = try await next(database)
        #expect(wish?.sopInstance.rawValue == "1.2.1.2")
    }
}

@Suite("Waiting for the compressor")
struct CompressionGaugeTests {
    private let start = Timestamp(milliseconds: 0)
    private let rows = (1...40).map { UncompressedRow(id: Int64($0), size: 500_000, priority: .routine) }

    private func gauge(line: Double) -> CompressionGauge {
        let gauge = CompressionGauge()
        gauge.isWorking = true
        gauge.carried(Int64(line), to: puning, in: .seconds(1))
        return gauge
    }

    @Test("pays on a thin line for the first of a burst, while the line takes one from further back")
    func thin() throws {
        let row = try #require(gauge(line: 300_000).soonerAsAcquired(rows, to: puning, at: start))
        #expect(row.id > 10)
        #expect(gauge(line: 300_000).soonerAsAcquired(Array(rows.prefix(5)), to: puning, at: start) == nil)
    }

    @Test("never holds up a fast line")
    func fast() {
        #expect(gauge(line: 100_000_000).soonerAsAcquired(rows, to: puning, at: start)?.id == 1)
    }

    @Test("ends when the compressor is stuck or gone")
    func stuck() {
        let gauge = gauge(line: 300_000)
        gauge.began(500_000, at: start)
        #expect(gauge.soonerAsAcquired([rows[0]], to: puning, at: start) == nil)
        #expect(gauge.soonerAsAcquired([rows[0]], to: puning, at: start + .seconds(60))?.id == 1)
        gauge.isWorking = false
        #expect(gauge.soonerAsAcquired([rows[0]], to: puning, at: start)?.id == 1)
    }
}
