// What would a year in this network be like?

import ArgumentParser
import Foundation
import Observability
import Simulation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Simulate a network: turnaround, limits kept, and how busy readers are.",
        discussion: """
            Runs the nodes' own rules, rosters and reading times over made-up arrivals. The same seed gives the same result. \
            Samples lie in deploy/networks. 用节点自身的规则、排班和阅片时间模拟全网：周转、时限、各级负荷。
            """)

    @Argument(help: "A network, such as deploy/networks/city-15.yaml.")
    var network: String
    @Option(name: .long, help: "Days of arrivals.")
    var days = 28
    @Option(name: .long, help: "Of the chance; the same seed gives the same year.")
    var seed: UInt64 = 1
    @Flag(name: .long, help: "Without the rules that follow the hour and the readers.")
    var noOverflow = false
    @Flag(name: .long, help: "Both: with these rules and without them.")
    var compare = false
    @Option(name: .long, help: "Write tables (CSV) and a page with charts (HTML) into this folder.")
    var output: String?

    func validate() throws {
        guard (1...3660).contains(days) else { throw ValidationError("--days must lie between 1 and 3660") }
        guard !(compare && noOverflow) else { throw ValidationError("--compare already runs without overflow too") }
    }

    func run() throws {
        let plan = try NetworkPlan(file: network)
        var runs: [(name: String, result: SimulationResult)] = []
        if !noOverflow { runs.append(("分流 with overflow", simulate(plan))) }
        if noOverflow || compare { runs.append(("不分流 without overflow", simulate(plan.withoutOverflow))) }
        print("\(plan.name): \(plan.nodes.count) nodes, \(days) days, seed \(seed)")
        for (name, result) in runs {
            print("\n# \(name)\n\n\(result.tierTable.text)\n\n\(result.turnaround.text)")
            if result.unread > 0 { print("未阅 not read at the end: \(result.unread)") }
            if result.kept > 0 { print("无人可阅 read by nobody: \(result.kept)") }
        }
        if runs.count > 1 { print("\n# 比较 comparison\n\n\(SimulationResult.comparison(runs).text)") }
        if let output { try write(runs, plan, to: output) }
    }

    private func simulate(_ plan: NetworkPlan) -> SimulationResult {
        let progress = TerminalProgress()
        let result = Simulator(plan, days: days, seed: seed).run { day in
            progress.update([ProgressBar("模拟 simulating", done: day, total: days)])
        }
        progress.finish()
        return result
    }

    private func write(
        _ runs: [(name: String, result: SimulationResult)], _ plan: NetworkPlan, to folder: String
    ) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (index, run) in runs.enumerated() {
                let suffix = noOverflow || index > 0 ? "-no-overflow" : ""
                for table in [run.result.tierTable, run.result.turnaround] {
                    try table.csv.write(
                        toFile: "\(folder)/\(table.name)\(suffix).csv", atomically: true, encoding: .utf8)
                }
            }
            try SimulationPage.html(runs, plan: plan.name).write(
                toFile: "\(folder)/simulation.html", atomically: true, encoding: .utf8)
        } catch {
            throw Failure.usage("\(folder) cannot be written: \(error.localizedDescription)")
        }
        print("\n\(folder)/simulation.html")
    }
}
