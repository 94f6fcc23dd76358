import StudyFlow
import Testing

@Suite("Bell")
struct BellTests {
    @Test("rung before anybody listens, it is heard")
    func earlyRing() async {
        let bell = Bell()
        bell.ring()
        await bell.wait(atMost: .seconds(600), clock: ContinuousClock())
    }

    @Test("wakes its listener, again and again, also after waits that ran out")
    func manyWaits() async {
        let bell = Bell()
        for _ in 0..<50 {
            await bell.wait(atMost: .milliseconds(1), clock: ContinuousClock())
            async let ringing: Void = bell.ring()
            await bell.wait(atMost: .seconds(600), clock: ContinuousClock())
            await ringing
        }
    }

    @Test("a wait that nobody rings for lasts as long as it may")
    func quiet() async {
        let bell = Bell()
        await bell.wait(atMost: .milliseconds(1), clock: ContinuousClock())
        let clock = ContinuousClock()
        let start = clock.now
        await bell.wait(atMost: .milliseconds(50), clock: clock)
        #expect(clock.now - start >= .milliseconds(50))
    }

    @Test("cancelling its listener ends the wait")
    func cancellation() async {
        let bell = Bell()
        let waiting = Task { await bell.wait(atMost: .seconds(600), clock: ContinuousClock()) }
        waiting.cancel()
        await waiting.value
    }
}
