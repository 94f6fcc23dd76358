// The result as tables, for a terminal, a spreadsheet and a document.

import Observability
import Vocabulary

/// One table: the first row is its heading.
package struct SimulationTable: Hashable, Sendable {
    package var name: String
    package var rows: [[String]]

    package var text: String { TerminalText.table(rows) }

    package var csv: String {
        rows.map { row in
            row.map { cell in
                cell.contains(where: { ",\"\n".contains($0) })
                    ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
            }.joined(separator: ",")
        }.joined(separator: "\n") + "\n"
    }

    package var markdown: String {
        guard let heading = rows.first else { return "" }
        let lines = [heading, heading.map { _ in "---" }] + rows.dropFirst()
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n") + "\n"
    }
}

extension SimulationResult {
    private static let fateHeading = [
        "studies", "ready→signed P50", "P90", "P99", "home P50", "home P90", "late", "late %",
    ]

    private func row(_ name: String, _ fate: Fate) -> [String] {
        [
            name, "\(fate.count)", Self.span(fate.reading.percentile(50)), Self.span(fate.reading.percentile(90)),
            Self.span(fate.reading.percentile(99)), Self.span(fate.home.percentile(50)),
            Self.span(fate.home.percentile(90)), "\(fate.late)", Self.perCent(fate.latePerCent),
        ]
    }

    /// Turnaround and limits by priority and by work type.
    package var turnaround: SimulationTable {
        var rows = [["检查 studies"] + Self.fateHeading]
        rows.append(row("全部 all", all))
        for priority in Priority.allCases {
            let fate = fate(of: priority)
            if fate.count > 0 { rows.append(row(priority.rawValue, fate)) }
        }
        for type in occurringWorkTypes { rows.append(row("· \(type)", fate(of: type))) }
        return SimulationTable(name: "turnaround", rows: rows)
    }

    /// Who read how much, and how busy they were.
    package var tierTable: SimulationTable {
        var rows = [
            [
                "层级 tier", "nodes", "readers", "read", "passed on", "asked back", "duty h/day", "busy %",
                "ready→signed P50", "P90", "late %",
            ]
        ]
        for tier in tiers.indices where loads[tier].readers > 0 || fate(readAt: tier).count > 0 {
            let (load, fate) = (loads[tier], fate(readAt: tier))
            rows.append([
                tiers[tier], "\(load.nodes)", "\(load.readers)", "\(fate.count)", "\(passedOn[tier])",
                "\(askedBack[tier])", Self.rounded(load.dutyHours / Double(max(1, days))),
                Self.perCent(100 * load.utilisation), Self.span(fate.reading.percentile(50)),
                Self.span(fate.reading.percentile(90)), Self.perCent(fate.latePerCent),
            ])
        }
        return SimulationTable(name: "tiers", rows: rows)
    }

    /// One line beside another run's, to compare.
    package static func comparison(_ runs: [(name: String, result: SimulationResult)]) -> SimulationTable {
        let first = runs.first?.result
        var rows = [["", "studies"] + ["P50", "P90", "P99", "late %", "stat late %"]]
        rows[0] += (first?.tiers ?? []).map { "\($0) busy %" }
        for (name, result) in runs {
            let (all, stat) = (result.all, result.fate(of: .stat))
            rows.append(
                [
                    name, "\(all.count)", span(all.reading.percentile(50)), span(all.reading.percentile(90)),
                    span(all.reading.percentile(99)), perCent(all.latePerCent), perCent(stat.latePerCent),
                ] + result.loads.map { $0.readers > 0 ? perCent(100 * $0.utilisation) : "–" })
        }
        return SimulationTable(name: "comparison", rows: rows)
    }

    /// What no reader had taken when the simulation ended.
    package var unread: Int { acquired - read }

    static func span(_ minutes: Int) -> String {
        if minutes < 120 { return "\(minutes) min" }
        return minutes < 2880 ? "\(rounded(Double(minutes) / 60)) h" : "\(rounded(Double(minutes) / 1440)) d"
    }

    static func perCent(_ value: Double) -> String { rounded(value) }

    static func rounded(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
