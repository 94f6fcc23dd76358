import Testing
import Vocabulary

@testable import Relay

/// A line that yields what `yield` says for so many associations, and a tuner on it.
private struct Line {
    var tuner: AssociationTuner
    var now = Duration.zero
    var passed = 0.0
    var changes: [Int] = []
    /// Deviations from the mean yield, by turns.
    var noise: [Double] = [0]

    init(_ bounds: ClosedRange<Int> = 1...8) { tuner = AssociationTuner(bounds) }

    mutating func run(_ seconds: Int, busy: Int? = nil, _ yield: (Int) -> Double) {
        for tick in 0..<(seconds * 2) {
            now += .milliseconds(500)
            passed += yield(tuner.count) * (1 + noise[tick % noise.count]) / 2
            if tuner.tick(at: now, passed: Int64(passed), busy: busy ?? tuner.count) { changes.append(tuner.count) }
        }
    }
}

@Suite("The number of associations")
struct AssociationTunerTests {
    /// Each association gets 260 kB/s, as cubic does at 1 % loss, until the line is full.
    static func lossy(_ count: Int) -> Double { min(2_390_000, 260_000 * Double(count)) }
    /// Two fill it.
    static func clean(_ count: Int) -> Double { min(2_390_000, 1_300_000 * Double(count)) }

    @Test("is the most on a lossy line from the first second, and stays so")
    func lossyLine() {
        var line = Line()
        line.run(10, Self.lossy)
        #expect(line.tuner.count == 8)
        line.run(600, Self.lossy)
        #expect(line.tuner.count >= 7)
    }

    @Test("shrinks on a clean line to what fills it")
    func cleanLine() {
        var line = Line()
        line.run(3600, Self.clean)
        #expect((2...3).contains(line.tuner.count))
    }

    @Test("never leaves its bounds")
    func bounds() {
        var line = Line(2...3)
        #expect(line.tuner.count == 3)
        line.run(600) { _ in 1000 }
        #expect(line.tuner.count == 2)
        line.run(600) { Double($0) * 1000 }
        #expect((2...3).contains(line.tuner.count))
        var fixed = Line(5...5)
        fixed.run(600, Self.lossy)
        #expect(fixed.changes.isEmpty && fixed.tuner.count == 5)
    }

    @Test("does not flap: steps that don't pay become rarer")
    func noFlapping() {
        var line = Line()
        line.noise = [0.03, -0.02, 0.0, 0.02, -0.03]
        line.run(3600, Self.clean)
        #expect(line.changes.count < 40, "\(line.changes)")
        let before = line.changes.count
        line.run(3600, Self.clean)
        #expect(line.changes.count - before <= 20, "\(line.changes)")
    }

    @Test("grows when the line gets worse")
    func worse() {
        var line = Line()
        line.run(1800, Self.clean)
        #expect(line.tuner.count <= 3)
        line.run(60, Self.lossy)
        #expect(line.tuner.count >= 6)
    }

    @Test("is not judged by a queue that is nearly empty")
    func idle() {
        var line = Line()
        line.run(600, busy: 1) { _ in 10_000 }
        #expect(line.changes.isEmpty && line.tuner.count == 8)
    }

    @Test("a limit that is reached needs no more associations")
    func limited() {
        var line = Line()
        line.run(1800) { _ in 250_000 }
        #expect(line.tuner.count <= 3)
    }
}
