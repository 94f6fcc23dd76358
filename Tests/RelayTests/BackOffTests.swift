import Testing
import Vocabulary

@testable import Relay

@Suite("Back-off")
struct BackOffTests {
    @Test(
        "doubles from one second to a minute and stays there",
        arguments: zip(
            [1, 2, 3, 4, 5, 6, 7, 8, 100, Int.max], [1, 2, 4, 8, 16, 32, 60, 60, 60, 60].map(Duration.seconds)))
    func doubling(failures: Int, longest: Duration) {
        let backOff = BackOff()
        #expect(backOff.delay(afterFailures: failures, random: 1) == longest)
        #expect(backOff.delay(afterFailures: failures, random: 0) == longest / 2)
    }

    @Test("spreads over the second half of each wait")
    func jitter() {
        let delays = (0..<100).map { BackOff().delay(afterFailures: 20, random: Double($0) / 100) }
        #expect(Set(delays).count == 100)
        #expect(delays.allSatisfy { (.seconds(30)...(.seconds(60))).contains($0) })
    }
}

@Suite("Link state machine")
struct LinkStateMachineTests {
    @Test("lets everybody call while the link works")
    func open() {
        var machine = LinkStateMachine()
        #expect(machine.enter() == .go(round: 0))
        #expect(machine.enter() == .go(round: 0))
        #expect(machine.answered(round: 0) == false)
    }

    @Test("counts one failure for all workers that lost the link together")
    func oneRound() {
        var machine = LinkStateMachine()
        #expect(machine.failed(round: 0) == 1)
        #expect(machine.failed(round: 0) == nil)
        #expect(machine.failures == 1)
    }

    @Test("has one worker probe while the others wait")
    func probing() {
        var machine = LinkStateMachine()
        _ = machine.failed(round: 0)
        #expect(machine.enter() == .probe(round: 1))
        #expect(machine.enter() == .wait)
        #expect(machine.failed(round: 1) == 2)
        #expect(machine.enter() == .probe(round: 2))
        machine.opened(round: 2)
        #expect(machine.enter() == .go(round: 2))
        #expect(machine.failures == 2, "an association alone does not make the link good")
        #expect(machine.answered(round: 2) == true)
        #expect(machine.failures == 0)
    }

    @Test("passes the probe on when its worker finds nothing to send")
    func left() {
        var machine = LinkStateMachine()
        _ = machine.failed(round: 0)
        _ = machine.enter()
        machine.left(round: 1)
        #expect(machine.enter() == .probe(round: 1))
    }

    @Test("does not believe news of an earlier round")
    func lateNews() {
        var machine = LinkStateMachine()
        _ = machine.failed(round: 0)
        machine.opened(round: 0)
        #expect(machine.answered(round: 0) == false)
        #expect(machine.state == .resting)
    }
}
