import Audit
import Database
import TestSupport
import Testing
import Vocabulary

@Suite("Audit trail")
struct AuditTrailTests {
    let trail = AuditTrail()
    let time = Timestamp(milliseconds: 1_795_000_000_000)
    let study = StudyInstanceUID(unchecked: "1.2.3")

    @Test("returns what was recorded, newest first")
    func recorded() throws {
        let (database, directory) = try temporaryDatabase(AuditSchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        let events = [
            AuditEvent(.login, by: .user("zhang"), at: time, address: "10.0.0.7"),
            AuditEvent(
                .instanceReceived, by: .modality(AETitle(rawValue: "CT1")!), at: time + .seconds(1), study: study,
                instance: SOPInstanceUID(unchecked: "1.2.3.4")),
            AuditEvent(
                .taskClaimed, by: .user("zhang"), at: time + .seconds(2), outcome: .refused, study: study,
                object: "task",
                detail: "claimed by li"),
        ]
        try database.writeBlocking { transaction in for event in events { try trail.record(event, in: transaction) } }
        try database.readBlocking { snapshot in
            #expect(try trail.events(.init(), in: snapshot).map(\.event) == events.reversed())
            #expect(try trail.events(.init(study: study), in: snapshot).count == 2)
            var query = AuditTrail.Query()
            query.actor = "zhang"
            #expect(try trail.events(query, in: snapshot).map(\.event.action) == [.taskClaimed, .login])
            query.outcome = .refused
            #expect(try trail.events(query, in: snapshot).map(\.event) == [events[2]])
            query = .init()
            query.from = time + .seconds(1)
            query.until = time + .seconds(2)
            #expect(try trail.events(query, in: snapshot).map(\.event) == [events[1]])
            query = .init()
            query.actions = [.login, .taskClaimed]
            query.limit = 1
            let first = try trail.events(query, in: snapshot)
            #expect(first.map(\.event) == [events[2]])
            query.before = first[0].sequence
            #expect(try trail.events(query, in: snapshot).map(\.event) == [events[0]])
        }
    }

    @Test(
        "refuses to change or remove a line",
        arguments: ["UPDATE audit_event SET detail = ''", "DELETE FROM audit_event"])
    func appendOnly(statement: String) throws {
        let (database, directory) = try temporaryDatabase(AuditSchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        try database.writeBlocking { try trail.record(AuditEvent(.login, by: .user("zhang"), at: time), in: $0) }
        #expect(throws: DatabaseError.self) { try database.writeBlocking { try $0.execute(statement) } }
        #expect(try database.readBlocking { try trail.count(in: $0) } == 1)
    }

    @Test("goes with its transaction: what failed left no line")
    func rolledBack() throws {
        struct Failure: Error {}
        let (database, directory) = try temporaryDatabase(AuditSchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        #expect(throws: Failure.self) {
            try database.writeBlocking { transaction in
                try trail.record(AuditEvent(.login, by: .user("zhang"), at: time), in: transaction)
                throw Failure()
            }
        }
        #expect(try database.readBlocking { try trail.count(in: $0) } == 0)
    }

    @Test("cuts a detail that is too long")
    func longDetail() throws {
        let (database, directory) = try temporaryDatabase(AuditSchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        let event = AuditEvent(.accessDenied, by: .system("test"), at: time, detail: String(repeating: "长", count: 900))
        try database.writeBlocking { try trail.record(event, in: $0) }
        let kept = try database.readBlocking { try trail.events(.init(), in: $0) }
        #expect(kept.first?.event.detail.count == AuditEvent.detailLimit)
    }
}
