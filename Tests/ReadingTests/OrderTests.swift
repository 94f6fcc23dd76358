import Foundation
import Reading
import TestSupport
import Testing
import Vocabulary

@Suite("Orders")
struct OrderTests {
    let fixture: ReadingFixture
    let study = StudyInstanceUID(unchecked: "1.2.3")

    init() throws { fixture = try ReadingFixture(paotai) }

    private func order(
        issuer: String = "paotai", patient: String? = "00123", accession: String? = "A1",
        study: StudyInstanceUID? = nil, priority: Priority = .urgent
    ) -> Order {
        Order(
            origin: paotai, issuer: issuer, patientID: patient, accessionNumber: accession, studyInstanceUID: study,
            clinicalQuestion: "咳嗽三周", priority: priority, requestedBy: Person(user: "zhao", displayName: "赵技师"),
            hasConsent: true, placedAt: fixture.now)
    }

    private func identification(
        issuer: String = "paotai", patient: String? = "00123", accession: String? = "A1",
        study: StudyInstanceUID? = nil, daysLater: Int64 = 0
    ) -> StudyIdentification {
        StudyIdentification(
            study: study ?? self.study, issuer: issuer, patientID: patient, accessionNumber: accession,
            receivedAt: fixture.now + .seconds(daysLater * 86_400))
    }

    private func place(_ orders: Order...) throws {
        try fixture.write { [fixture] transaction in
            for order in orders { try fixture.orders.place(order, in: transaction) }
        }
    }

    private func match(_ study: StudyIdentification) throws -> Order? {
        let now = fixture.now
        return try fixture.write { [fixture] in try fixture.orders.match(study, at: now, in: $0) }
    }

    private func match(_ order: Order, _ studies: StudyIdentification...) throws -> Order? {
        let now = fixture.now
        return try fixture.write { [fixture] in
            try fixture.orders.match(order.id, among: studies, at: now, in: $0)
        }
    }

    @Test("matches a study that comes later, by hospital, accession number and patient ID")
    func orderFirst() throws {
        let order = order()
        try place(order)
        let matched = try #require(try match(identification(patient: "00123 ", accession: " A1")))
        #expect(matched.id == order.id && matched.state == .matched && matched.matchedStudy == study)
        #expect(matched.matchedBy == .accessionNumber && matched.revision == 2)
        #expect(try match(identification()) == matched)
    }

    @Test("matches a study that was there before it")
    func studyFirst() throws {
        #expect(try match(identification()) == nil)
        let order = order(accession: nil, study: study)
        try place(order)
        let matched = try #require(try match(order, identification(accession: nil)))
        #expect(matched.matchedBy == .studyInstanceUID && matched.matchedStudy == study)
        #expect(try match(order, identification(accession: nil)) == matched)
    }

    @Test(
        "never matches by itself where a doubt is left",
        arguments: [
            ("the patient ID of another hospital", "puning", "00123", "A1"),
            ("only the patient ID", "paotai", "00123", nil),
            ("the accession number of another patient", "paotai", "00999", "A1"),
            ("an accession number without a patient ID", "paotai", nil, "A1"),
            ("an empty patient ID", "paotai", " ", "A1"),
            ("another accession number", "paotai", "00123", "A2"),
        ] as [(String, String, String?, String?)])
    func doubtful(reason: String, issuer: String, patient: String?, accession: String?) throws {
        let order = order()
        try place(order)
        let candidate = identification(issuer: issuer, patient: patient, accession: accession)
        #expect(try match(candidate) == nil, "\(reason)")
        #expect(try match(order, candidate) == nil, "\(reason)")
    }

    @Test("an order that names the study does not match one of another hospital or another patient")
    func namedStudy() throws {
        try place(order(study: study))
        #expect(try match(identification(issuer: "puning")) == nil)
        #expect(try match(identification(patient: "777")) == nil)
        #expect(try match(identification(accession: nil)) != nil)
    }

    @Test("two orders that claim a study equally are left to a person, and one that names it goes first")
    func ambiguous() throws {
        try place(order(), order())
        #expect(try match(identification()) == nil)
        #expect(try fixture.read { try fixture.orders.proposals(for: identification(), in: $0) }.count == 2)
        let named = order(study: study)
        try place(named)
        #expect(try match(identification())?.id == named.id)
    }

    @Test("proposes what shares a number within the hospital and three days, and nothing else")
    func proposals() throws {
        let samePatient = order(accession: "other")
        try place(samePatient, order(patient: "9", accession: "x"), order(issuer: "puning"))
        func proposed(daysLater: Int64) throws -> [OrderID] {
            let study = identification(daysLater: daysLater)
            return try fixture.read { try fixture.orders.proposals(for: study, in: $0) }.map(\.order.id)
        }
        #expect(try proposed(daysLater: 0) == [samePatient.id])
        #expect(try proposed(daysLater: 3) == [samePatient.id])
        #expect(try proposed(daysLater: 4) == [])
        let reverse = try fixture.read {
            try fixture.orders.proposals(
                for: samePatient.id, among: [identification(), identification(issuer: "puning")], in: $0)
        }
        #expect(reverse.map(\.likenesses) == [[.patientID]])
    }

    @Test("a person attaches and detaches, and what was detached does not match by itself again")
    func byPerson() throws {
        let (first, second) = (order(), order(accession: "A2"))
        try place(first, second)
        let now = fixture.now
        let attached = try fixture.write { [fixture, study] in
            try fixture.orders.attach(second.id, to: study, by: reviewer, at: now, in: $0)
        }
        #expect(attached.matchedBy == .person("wang"))
        expectRefusal(.alreadyMatched) {
            try fixture.write { [fixture, study] in
                _ = try fixture.orders.attach(first.id, to: study, by: reviewer, at: now, in: $0)
            }
        }
        let detached = try fixture.write { [fixture] in
            try fixture.orders.detach(second.id, by: reviewer, at: now, in: $0)
        }
        #expect(detached.study == study && detached.order.state == .placed)
        #expect(try match(identification())?.id == first.id)
        try fixture.write { [fixture] in _ = try fixture.orders.detach(first.id, by: reviewer, at: now, in: $0) }
        #expect(try match(identification()) == nil)
        #expect(try match(first, identification()) == nil)
        try fixture.write { [fixture] in
            _ = try fixture.orders.cancel(first.id, in: $0)
            _ = try fixture.orders.cancel(second.id, in: $0)
        }
        expectRefusal(.orderCancelled) {
            try fixture.write { [fixture, study] in
                _ = try fixture.orders.attach(first.id, to: study, by: reviewer, at: now, in: $0)
            }
        }
    }

    @Test("a copy from an event is taken once, and an older one never replaces a newer")
    func copies() throws {
        let above = try ReadingFixture(jieyang)
        let order = order()
        try place(order)
        let matched = try #require(try match(identification()))
        func take(_ order: Order) throws -> Bool {
            try above.write { try above.orders.upsert(order, in: $0).isNews }
        }
        #expect(try take(matched))
        #expect(try !take(order))
        #expect(try !take(matched))
        #expect(try above.read { try above.orders.order(order.id, in: $0) } == matched)
        #expect(try above.read { try above.orders.order(of: study, in: $0) } == matched)
        // The node where it was placed knows best what it says.
        let isNews = try fixture.write { [fixture] in try fixture.orders.upsert(order, in: $0).isNews }
        #expect(!isNews)
    }

    @Test("a copy that another node matched by itself yields to what the order's origin says")
    func yields() throws {
        let above = try ReadingFixture(jieyang)
        let (mine, theirs) = (order(), order(accession: "A2"))
        let now = fixture.now
        let (candidate, study) = (identification(), study)
        let local = try above.write { transaction in
            try above.orders.upsert(mine, in: transaction)
            return try above.orders.match(candidate, at: now, in: transaction)
        }
        #expect(local?.id == mine.id && local?.revision == 1)
        try place(mine, theirs)
        let decided = try fixture.write { [fixture] in
            try fixture.orders.attach(theirs.id, to: study, by: reviewer, at: now, in: $0)
        }
        try above.write { _ = try above.orders.upsert(decided, in: $0) }
        let (kept, displaced) = try above.read {
            (try above.orders.order(of: study, in: $0), try above.orders.order(mine.id, in: $0))
        }
        #expect(kept == decided)
        #expect(displaced?.state == .placed && displaced?.matchedStudy == nil)
    }

    @Test("survives JSON and the database as it is")
    func roundTrip() throws {
        let order = order(study: study)
        try place(order)
        let matched = try #require(try match(identification()))
        let decoded = try JSONDecoder().decode(Order.self, from: JSONEncoder().encode(matched))
        #expect(decoded == matched)
        #expect(try fixture.read { try fixture.orders.order(order.id, in: $0) } == matched)
    }
}
