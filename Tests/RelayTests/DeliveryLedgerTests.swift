import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Relay

@Suite("Delivery ledger")
struct DeliveryLedgerTests {
    let database: Database
    let directory: TemporaryDirectory
    let ledger = DeliveryLedger()
    let now = Timestamp(milliseconds: 1_795_000_000_000)

    init() throws { (database, directory) = try temporaryDatabase(RelaySchema.migrations) }

    private func enqueue(_ deliveries: [NewDelivery], held: Bool = false, after: Duration = .zero) throws -> Int {
        try database.writeBlocking { [ledger, now] in
            try ledger.enqueue(deliveries, held: held, at: now + after, in: $0)
        }
    }

    private func claim(_ limit: Int = 10, owner: String = "a", after: Duration = .zero) throws -> [Delivery] {
        try database.writeBlocking { [ledger, now] in
            try ledger.claim(
                puning, limit: limit, owner: owner, leaseUntil: now + after + .seconds(60), at: now + after, in: $0)
        }
    }

    private func state(_ number: Int, study: Int = 1) throws -> DeliveryState? {
        try database.readBlocking {
            try ledger.delivery(of: SOPInstanceUID(unchecked: "1.2.\(study).\(number)"), to: puning, in: $0)?.state
        }
    }

    @Test("owes an instance to a destination once")
    func once() throws {
        #expect(try enqueue([newDelivery(1), newDelivery(1), newDelivery(1, to: jieyang)]) == 2)
        #expect(try enqueue([newDelivery(1)]) == 0)
    }

    @Test("claims the most urgent first, then the study that came first, then in order of arrival")
    func order() throws {
        _ = try enqueue([newDelivery(1, study: 1)])
        _ = try enqueue([newDelivery(1, study: 2), newDelivery(2, study: 2)], after: .seconds(1))
        _ = try enqueue([newDelivery(2, study: 1)], after: .seconds(2))
        _ = try enqueue([newDelivery(1, study: 3, priority: .stat)], after: .seconds(3))
        _ = try enqueue([newDelivery(1, study: 4, priority: .urgent)], after: .seconds(4))
        let order = try claim().map(\.sopInstance.rawValue)
        #expect(order == ["1.2.3.1", "1.2.4.1", "1.2.1.1", "1.2.1.2", "1.2.2.1", "1.2.2.2"])
    }

    @Test("a changed priority counts at the next claim")
    func priority() throws {
        _ = try enqueue([newDelivery(1, study: 1), newDelivery(1, study: 2)])
        _ = try database.writeBlocking { [ledger] in
            try ledger.setPriority(.stat, ofStudy: StudyInstanceUID(unchecked: "1.2.2"), in: $0)
        }
        #expect(try claim(1).first?.study.rawValue == "1.2.2")
    }

    @Test("keeps a held study back until it is released")
    func held() throws {
        _ = try enqueue([newDelivery(1), newDelivery(2)], held: true)
        #expect(try claim().isEmpty)
        let released = try database.writeBlocking { [ledger] in
            try ledger.release(study: StudyInstanceUID(unchecked: "1.2.1"), destination: puning, in: $0)
        }
        #expect(released == 2)
        #expect(try claim().count == 2)
    }

    @Test("never leases a row twice, until its lease runs out")
    func leases() throws {
        _ = try enqueue([newDelivery(1)])
        let first = try claim(owner: "a")[0]
        #expect(try claim(owner: "b").isEmpty)
        let early = try database.writeBlocking { [ledger, now] in
            try ledger.expireLeases(at: now + .seconds(59), in: $0)
        }
        #expect(early.isEmpty)
        let freed = try database.writeBlocking { [ledger, now] in
            try ledger.expireLeases(at: now + .seconds(61), in: $0)
        }
        #expect(freed == [puning])
        #expect(try claim(owner: "b", after: .seconds(61)).count == 1)
        let isMine = try database.writeBlocking { [ledger, now] in
            try ledger.markSent(first.id, owner: "a", at: now, in: $0)
        }
        #expect(!isMine, "the first owner lost it")
    }

    @Test("a restart frees only what this owner was sending")
    func recovery() throws {
        _ = try enqueue([newDelivery(1), newDelivery(2)])
        _ = try claim(1, owner: "a")
        _ = try claim(1, owner: "b")
        let freed = try database.writeBlocking { [ledger] in try ledger.recover(owner: "a", in: $0) }
        #expect(freed == 1)
        #expect(try claim().count == 1)
    }

    @Test("a receipt finishes a delivery only with the same digest, in whatever state it is")
    func receipts() throws {
        _ = try enqueue([newDelivery(1), newDelivery(2), newDelivery(3)])
        let claimed = try claim(2)
        var wrong = receiptItem(claimed[0])
        wrong.digest = digest(9, 9)
        let items = [wrong, receiptItem(claimed[1])]
        let finished = try database.writeBlocking { [ledger, now] in
            try ledger.markDone(byReceiptsOf: puning, items: items, at: now, in: $0)
        }
        #expect(finished == [claimed[1].sopInstance])
        // The answer to the C-STORE comes after the receipt.
        try database.writeBlocking { [ledger, now] in
            try ledger.markSent(claimed[1].id, owner: "a", at: now, in: $0)
            try ledger.markSent(claimed[0].id, owner: "a", at: now, in: $0)
        }
        #expect(try state(1) == .sent)
        #expect(try state(2) == .done)
        #expect(try state(3) == .waiting)
        let others = try database.writeBlocking { [ledger, now] in
            try ledger.markDone(byReceiptsOf: jieyang, items: [receiptItem(claimed[0])], at: now, in: $0)
        }
        #expect(others.isEmpty, "another node's receipt proves nothing about puning")
    }

    @Test("asks for a missing receipt, and sends again only when the destination says it has nothing")
    func missingReceipt() throws {
        _ = try enqueue([newDelivery(1)])
        let delivery = try claim()[0]
        _ = try database.writeBlocking { [ledger, now] in try ledger.markSent(delivery.id, owner: "a", at: now, in: $0)
        }
        let waiting = { (after: Duration) in
            try database.readBlocking { [ledger] in try ledger.awaitingReceipt(olderThan: now + after, in: $0).map(\.id)
            }
        }
        #expect(try waiting(.zero).isEmpty)
        #expect(try waiting(.seconds(30)) == [delivery.id])
        try database.writeBlocking { [ledger, now] in
            try ledger.markReceiptAsked([delivery.id], at: now + .seconds(30), in: $0)
        }
        #expect(try waiting(.seconds(30)).isEmpty)
        #expect(try waiting(.seconds(90)) == [delivery.id])
        #expect(try claim(after: .seconds(90)).isEmpty)
        let again = try database.writeBlocking { [ledger] in
            try ledger.sendAgain([delivery.sopInstance], to: puning, reason: "puning does not have it", in: $0)
        }
        #expect(again == 1)
        #expect(try claim(after: .seconds(90)).count == 1)
    }

    @Test("what a person cancels while it is sent stays cancelled, and a retry brings it back")
    func cancelling() throws {
        _ = try enqueue([newDelivery(1)])
        let id = try claim()[0].id
        try database.writeBlocking { [ledger, now] in
            try ledger.cancel([id], by: "operator", at: now, in: $0)
            try ledger.markSent(id, owner: "a", at: now, in: $0)
        }
        #expect(try state(1) == .cancelled)
        _ = try database.writeBlocking { [ledger] in try ledger.retry([id], by: "operator", in: $0) }
        #expect(try state(1) == .waiting)
    }

    @Test("parks a whole group, and a person can retry it")
    func group() throws {
        _ = try enqueue([newDelivery(1), newDelivery(2, sopClass: .mrImage), newDelivery(3)])
        let context = DeliveryContext(sopClass: .ctImage, transferSyntax: .explicitVRLittleEndian)
        let parked = try database.writeBlocking { [ledger] in
            try ledger.parkGroup(context, destination: puning, error: "not taken", in: $0)
        }
        #expect(parked == 2)
        #expect(try claim().map(\.sopInstance.rawValue) == ["1.2.1.2"])
        let retried = try database.writeBlocking { [ledger] in try ledger.retryAllParked(to: puning, by: "op", in: $0) }
        #expect(retried == 2)
    }

    @Test("says what is owed to whom, since when, and why it does not go")
    func summaries() throws {
        _ = try enqueue([newDelivery(1), newDelivery(2), newDelivery(3)])
        _ = try enqueue([newDelivery(1, to: jieyang)], held: true, after: .seconds(5))
        let ids = try claim(2).map(\.id)
        try database.writeBlocking { [ledger, now] in
            try ledger.markSent(ids[0], owner: "a", at: now, in: $0)
            try ledger.markFailed(
                ids[1], owner: "a", error: "refused", status: .cannotUnderstand, retriable: false, nextAttemptAt: nil,
                in: $0)
            try LinkLedger().recordFailure(
                jieyang, error: "no route", failures: 3, nextAttemptAt: now + .seconds(4), at: now, in: $0)
        }
        let summary = try database.readBlocking { try ledger.summary(in: $0) }
        #expect(summary.map(\.destination) == [jieyang, puning])
        #expect(summary[0].counts.held == 1 && summary[0].bytesWaiting == 1000)
        #expect(summary[0].lastError == "no route" && summary[0].failingSince == now)
        #expect(summary[1].counts.sent == 1 && summary[1].counts.parked == 1 && summary[1].counts.waiting == 1)
        #expect(summary[1].oldestCreatedAt == now && summary[1].lastError == "refused")

        let progress = try database.readBlocking {
            try ledger.progress(of: StudyInstanceUID(unchecked: "1.2.1"), in: $0)
        }
        #expect(progress.map(\.destination) == [jieyang, puning])
        #expect(progress[1].bytesSent == 1000 && progress[1].bytesTotal == 3000 && !progress[1].isComplete)

        let page = try database.readBlocking {
            try ledger.list(DeliveryFilter(destination: puning, states: [.parked]), in: $0)
        }
        #expect(page.total == 1 && page.deliveries[0].lastStatus == .cannotUnderstand)
    }

    @Test("claims from a long queue by its index")
    func plan() throws {
        let plan = try database.readBlocking { snapshot in
            try snapshot.rows(
                """
                EXPLAIN QUERY PLAN SELECT id FROM delivery
                WHERE destination = ? AND state = 'waiting' AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
                ORDER BY priority, study_queued_at, id LIMIT ?
                """, puning, now, 8
            ).map { try $0["detail", as: String.self] }.joined()
        }
        #expect(plan.contains("delivery_claim") && !plan.contains("TEMP B-TREE"))
    }
}
