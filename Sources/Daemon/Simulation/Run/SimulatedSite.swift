// What an institution acquires.

import Foundation
import Vocabulary

struct SimulatedSite {
    let node: Int
    private let arrivals: Arrivals
    /// The network's numbers of the mix's kinds, and the mix's shares, added up.
    private let kinds: [Int]
    private let shares: [Double]
    private let hourSum: Double
    var random: SeededRandom

    init(node: Int, arrivals: Arrivals, numbers: [StudyKind: Int], seed: UInt64) {
        self.node = node
        self.arrivals = arrivals
        kinds = arrivals.mix.kinds.compactMap { numbers[$0] }
        var sum = 0.0
        shares = arrivals.mix.shares.map { share in
            sum += share
            return sum
        }
        hourSum = arrivals.hours.reduce(0, +)
        random = SeededRandom(seed: seed, stream: UInt64(node))
    }

    mutating func drawKind() -> Int {
        let point = random.unit() * (shares.last ?? 1)
        let index = shares.firstIndex { point < $0 } ?? kinds.count - 1
        return kinds[index]
    }

    /// A Poisson stream whose rate is constant within an hour: exponential waits, begun anew at each full hour.
    mutating func nextArrival(after time: Int64, before end: Int64) -> Int64? {
        var time = time
        while time < end {
            let hourEnd = (time / 3_600_000 + 1) * 3_600_000
            let (day, minute) = Weekday.civil(Timestamp(milliseconds: time))
            let isWeekend = day == .saturday || day == .sunday
            let rate =
                arrivals.perDay * (isWeekend ? arrivals.weekend : 1) * arrivals.hours[minute / 60] / hourSum / 3_600_000
            if rate > 0 {
                let next = time + max(1, Int64(random.exponential(mean: 1 / rate)))
                if next < hourEnd { return next < end ? next : nil }
            }
            time = hourEnd
        }
        return nil
    }
}
