// How long a network's year takes, and what it says: `measure-simulation deploy/networks/tiers-853.yaml 365`.

import Foundation
import Simulation

@main
enum Program {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let days = Int(arguments[2]) else {
            print("usage: measure-simulation NETWORK.yaml DAYS")
            exit(2)
        }
        let plan = try NetworkPlan(file: arguments[1])
        var runs: [(name: String, result: SimulationResult)] = []
        for (name, plan) in [("with overflow", plan), ("without", plan.withoutOverflow)] {
            let start = ContinuousClock.now
            let result = Simulator(plan, days: days, seed: 1).run()
            print(
                "\(plan.name), \(name): \(result.read) studies in \(ContinuousClock.now - start), \(result.unread) unread"
            )
            runs.append((name, result))
        }
        print("\n\(SimulationResult.comparison(runs).markdown)")
        for run in runs { print("\(run.name)\n\n\(run.result.tierTable.markdown)\n\(run.result.turnaround.markdown)") }
    }
}
