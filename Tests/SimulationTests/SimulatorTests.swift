import Foundation
import Roster
import Routing
import Simulation
import Testing
import Vocabulary
import Workload

private let county = NodeName(rawValue: "puning")!
private let city = NodeName(rawValue: "jieyang")!

@Suite("Simulator")
struct SimulatorTests {
    /// Ten minutes each, and a limit of an hour for what is urgent.
    private static let clocks = """
        workTypes:
          - {name: urgent, chinese: 急, english: urgent, when: {priority: [stat, urgent]}, limit: 60 min}
          - {name: other, chinese: 其他, english: other, limit: 600 min}
        readingMinutes:
          - {modality: CT, minutes: 10}
        """

    private func roster(_ readers: Int, from: Int = 0, to: Int = 1440, name: String = "r") -> Roster {
        let people = (0..<readers).map { "\(name)\($0 + 10)" }
        return Roster(
            readers: people.map { RosterReader(name: $0) },
            shifts: [Shift(name: "班", from: from, to: to, readers: people)])
    }

    private func plan(_ nodes: [PlannedNode], _ spread: ReadingTimeSpread = .fixed) throws -> NetworkPlan {
        NetworkPlan(
            name: "试验", start: try #require(CivilDate("2026-03-02")), tiers: ["county", "city"], nodes: nodes,
            workload: try WorkloadRules(yaml: Self.clocks, file: "clocks.yaml"), spread: spread)
    }

    private func arrivals(_ perDay: Double, priority: Priority = .routine) -> Arrivals {
        Arrivals(perDay: perDay, mix: StudyMix([(StudyKind(modality: "CT", priority: priority), 1)]))
    }

    /// Erlang's C: the probability that an arrival waits for one of `c` servers under a load of `a`.
    private func erlangC(_ c: Int, _ a: Double) -> Double {
        var term = 1.0
        var sum = 0.0
        for k in 0..<c {
            sum += term
            term *= a / Double(k + 1)
        }
        let last = term * Double(c) / (Double(c) - a)
        return last / (sum + last)
    }

    @Test("the mean time in an M/M/c queue is what queueing theory says", arguments: [(1, 0.7), (3, 0.8), (8, 0.9)])
    func queueingTheory(servers: Int, load: Double) throws {
        let perDay = Double(servers) * load * 144
        let plan = try plan(
            [PlannedNode(name: county, tier: "county", arrivals: arrivals(perDay), roster: roster(servers))],
            .exponential)
        let result = Simulator(plan, days: 400, seed: 7).run()
        let expected = 10 + erlangC(servers, Double(servers) * load) * 10 / (Double(servers) * (1 - load))
        #expect(result.unread == 0 && abs(Double(result.acquired) - perDay * 400) < 4 * (perDay * 400).squareRoot())
        #expect(
            abs(result.all.reading.mean - expected) < 0.07 * expected,
            "\(result.all.reading.mean) minutes instead of \(expected)")
        #expect(abs(result.loads[0].utilisation - load) < 0.02)
    }

    @Test("studies that take the same time wait as in an M/D/1 queue")
    func fixedTimes() throws {
        let plan = try plan([PlannedNode(name: county, tier: "county", arrivals: arrivals(100.8), roster: roster(1))])
        let result = Simulator(plan, days: 400, seed: 3).run()
        // Pollaczek and Khinchine: ρ / (2 (1 − ρ)) services before one's own.
        let expected = 10 + 10 * 0.7 / (2 * 0.3)
        #expect(abs(result.all.reading.mean - expected) < 0.05 * expected, "\(result.all.reading.mean)")
    }

    @Test("what comes at night waits for the morning's shift, and is late or not by its limit")
    func shifts() throws {
        var hours = [Double](repeating: 0, count: 24)
        hours[2] = 1
        var night = arrivals(2, priority: .urgent)
        night.hours = hours
        let plan = try plan(
            [PlannedNode(name: county, tier: "county", arrivals: night, roster: roster(4, from: 480, to: 1020))])
        let result = Simulator(plan, days: 100, seed: 5).run()
        // From between two and three to eight o'clock and the ten minutes.
        #expect(result.all.reading.percentile(1) >= 300 && result.all.reading.percentile(99) <= 400)
        #expect(result.all.late == result.all.count && result.fate(of: .urgent).count == result.read)
        #expect(abs(result.loads[0].dutyHours - 100 * 9 * 4) < 40)
    }

    private func pair(rules: String, countyReaders: Roster, cityReaders: Int, perDay: Double) throws -> NetworkPlan {
        let plan = try plan([
            PlannedNode(name: city, tier: "city", roster: roster(cityReaders, name: "c")),
            PlannedNode(
                name: county, tier: "county", parent: city, arrivals: arrivals(perDay), roster: countyReaders,
                rules: try RoutingRules(yaml: rules, file: "rules.yaml"), link: PlannedLink(minutes: 2)),
        ])
        try plan.validate()
        return plan
    }

    private static let overflow = """
        rules:
          - name: nobody
            when: {uncovered: true}
            then: {forward: jieyang}
          - name: too much
            when: {backlog: {above: 40, below: 20}}
            then: {forward: jieyang}
        """

    @Test("a county that gets more than it can read passes on the excess, and only that")
    func excess() throws {
        // 200 studies of ten minutes for one reader's 144 a day.
        let plan = try pair(rules: Self.overflow, countyReaders: roster(1), cityReaders: 1, perDay: 200)
        let with = Simulator(plan, days: 60, seed: 1).run()
        let without = Simulator(plan.withoutOverflow, days: 60, seed: 1).run()
        #expect(with.acquired == without.acquired && with.unread == 0)
        #expect(with.all.reading.percentile(99) < 90)
        #expect(without.all.reading.percentile(50) > 1440 && without.passedOn == [0, 0])
        // The county's reader is hardly ever idle, and the city reads what is left.
        #expect(with.loads[0].utilisation > 0.85)
        let atCity = Double(with.fate(readAt: 1).count) / Double(with.read)
        #expect((0.26...0.40).contains(atCity), "\(atCity)")
    }

    @Test("when the shift is over everything goes up, and nothing is late")
    func uncovered() throws {
        let plan = try pair(
            rules: Self.overflow, countyReaders: roster(2, from: 480, to: 1080), cityReaders: 2, perDay: 96)
        let with = Simulator(plan, days: 60, seed: 2).run()
        let without = Simulator(plan.withoutOverflow, days: 60, seed: 2).run()
        // Fourteen of twenty-four hours.
        let atCity = Double(with.fate(readAt: 1).count) / Double(with.read)
        #expect((0.54...0.64).contains(atCity), "\(atCity)")
        #expect(with.all.late == 0 && without.all.reading.percentile(90) > 600)
    }

    @Test("while the line is down nothing is passed on, and nothing is lost")
    func outages() throws {
        var plan = try pair(rules: Self.overflow, countyReaders: roster(1), cityReaders: 1, perDay: 200)
        plan.nodes[1].link = PlannedLink(minutes: 2, outagesPerMonth: 30, outageMinutes: 240)
        let result = Simulator(plan, days: 60, seed: 1).run()
        let sound = Simulator(
            try pair(rules: Self.overflow, countyReaders: roster(1), cityReaders: 1, perDay: 200), days: 60, seed: 1
        ).run()
        #expect(result.unread == 0 && result.acquired == sound.acquired)
        #expect(result.all.reading.percentile(99) > sound.all.reading.percentile(99))
    }

    @Test("what nobody above begins in time comes back")
    func recall() throws {
        let rules = """
            rules:
              - name: too much
                when: {backlog: {above: 40, below: 20}}
                then: {forward: jieyang, recallAfter: 30}
            """
        var plan = try pair(rules: rules, countyReaders: roster(1), cityReaders: 1, perDay: 150)
        plan.nodes[0].roster = roster(1, from: 0, to: 60, name: "c")
        let result = Simulator(plan, days: 10, seed: 1).run()
        #expect(result.passedOn[0] > 0 && result.askedBack[0] > 0 && result.askedBack[0] <= result.passedOn[0])
        #expect(result.unread == 0)
    }

    @Test("the same seed gives the same year, another one another")
    func seeds() throws {
        let plan = try pair(rules: Self.overflow, countyReaders: roster(1), cityReaders: 1, perDay: 120)
        let first = Simulator(plan, days: 30, seed: 1).run()
        let second = Simulator(plan, days: 30, seed: 1).run()
        #expect(first.turnaround == second.turnaround && first.tierTable == second.tierTable)
        #expect(Simulator(plan, days: 30, seed: 2).run().turnaround != first.turnaround)
    }
}
