import Foundation
import NodeLink
import Observability
import Outbox
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Node link, both sides", .timeLimit(.minutes(1)))
struct LinkClientTests {
    let fixture: LinkFixture

    init() throws { fixture = try LinkFixture() }

    @Test("brings an event down while the child's poll is waiting, and its acknowledgement up")
    func down() async throws {
        let (parent, child) = (fixture.parent, fixture.child)
        let fixture = fixture
        let clock = ContinuousClock()
        try await fixture.serving { port in
            try await fixture.linking(to: fixture.peer(port)) {
                // The poll after the first answer is one that waits.
                try await child.until { try await child.heard(.county) }
                let start = clock.now
                try await parent.write("first", to: .edge)
                try await child.until { try await child.arrived() == ["first"] }
                #expect(clock.now - start < .seconds(20))
                try await parent.until { try await parent.unacknowledged(by: .edge) == 0 }
                try await parent.write("second", to: .edge)
                try await child.until { try await child.arrived() == ["first", "second"] }
                #expect(clock.now - start < .seconds(25))
            }
        }
    }

    @Test("brings events up as they are written, more than one message holds")
    func up() async throws {
        let (parent, child) = (fixture.parent, fixture.child)
        let fixture = fixture
        let large = String(repeating: "x", count: 3 << 20)
        for number in 1...3 { try await child.write("large-\(number)", to: .county, payload: "\"\(large)\"") }
        try await fixture.serving { port in
            try await fixture.linking(to: fixture.peer(port)) {
                try await parent.until { try await parent.arrived().count == 3 }
                try await child.write("small", to: .county)
                try await parent.until { try await parent.arrived().count == 4 }
                try await child.until { try await child.unacknowledged(by: .county) == 0 }
            }
        }
    }

    @Test("outlives its parent, and says so once each time")
    func downAndUp() async throws {
        let (parent, child) = (fixture.parent, fixture.child)
        let fixture = fixture
        let log = RecordingLog()
        let port = try await fixture.serving { $0 }
        try await fixture.linking(to: fixture.peer(port), log: log) {
            try await child.write("while-away", to: .county)
            try await fixture.serving(port: port) { _ in
                try await parent.until { try await parent.arrived() == ["while-away"] }
                try await child.until { try await child.unacknowledged(by: .county) == 0 }
            }
            try await child.write("while-away-again", to: .county)
            try await fixture.serving(port: port) { _ in
                try await parent.until { try await parent.arrived().count == 2 }
                try await child.until { try await child.unacknowledged(by: .county) == 0 }
            }
        }
        let lines = log.lines.withLock { $0 }
        // A starved machine may lose the line more often than it was cut; each time is told once, in turn.
        let states = lines.map { $0.hasPrefix("info: the link to a parent is up") }
        #expect(states.count { $0 } >= 2, "\(lines)")
        #expect(!zip(states, states.dropFirst()).contains { $0 == $1 }, "\(lines)")
        #expect(lines.allSatisfy { $0.contains("the link to a parent") }, "\(lines)")
    }

    @Test("tells a node of another name nothing")
    func wrongNode() async throws {
        let (parent, child) = (fixture.parent, fixture.child)
        let fixture = fixture
        let log = RecordingLog()
        try await child.write("secret", to: .county)
        try await fixture.serving(as: .city) { port in
            try await fixture.linking(to: fixture.peer(port), log: log) {
                while log.lines.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(10)) }
            }
        }
        let lines = log.lines.withLock { $0 }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("the certificate names 'jieyang', not 'puning'") == true, "\(lines)")
        #expect(try await parent.arrived().isEmpty)
    }

    @Test("ends at once")
    func ends() async throws {
        let child = fixture.child
        let fixture = fixture
        let clock = ContinuousClock()
        try await fixture.serving { port in
            let stopped = LockedBox(clock.now)
            try await fixture.linking(to: fixture.peer(port)) {
                try await child.until { try await child.heard(.county) }
                stopped.withLock { $0 = clock.now }
            }
            #expect(clock.now - stopped.withLock { $0 } < .seconds(20))
        }
    }
}

extension LinkNode {
    func heard(_ peer: NodeName) async throws -> Bool {
        try await flow.database.read { try flow.peerStatuses(in: $0) }.contains { $0.peer == peer }
    }
}
