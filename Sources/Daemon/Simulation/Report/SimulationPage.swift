// The result as a page with charts, in one file that opens anywhere.

import Vocabulary

/// HTML with SVG inside; no script, nothing loaded.
package enum SimulationPage {
    package static func html(_ runs: [(name: String, result: SimulationResult)], plan name: String) -> String {
        let colours = ["#0a6ebd", "#c2571a"]
        var body = "<h1>\(escaped(name))</h1>"
        if runs.count > 1 { body += table(SimulationResult.comparison(runs)) }
        let last = runs.map(\.result)
        body += "<h2>时限 Limits kept</h2>"
        body += bars(
            Priority.allCases.map { priority in
                (priority.rawValue, last.map { $0.fate(of: priority).latePerCent })
            }, unit: "% late", colours: colours)
        body += "<h2>周转 From ready to signed, 90th percentile</h2>"
        body += bars(
            last.first?.occurringWorkTypes.map { type in
                (type.rawValue, last.map { Double($0.fate(of: type).reading.percentile(90)) })
            } ?? [], unit: "min", colours: colours)
        body += "<h2>负荷 How busy readers are</h2>"
        body += bars(
            (last.first?.tiers.indices ?? 0..<0).filter { tier in last.contains { $0.loads[tier].readers > 0 } }.map {
                tier in (last[0].tiers[tier], last.map { 100 * $0.loads[tier].utilisation })
            }, unit: "%", colours: colours)
        for (name, result) in runs {
            body += "<h2>\(escaped(name))</h2>" + table(result.tierTable) + table(result.turnaround)
        }
        let legend = zip(runs, colours).map {
            "<span style=\"color:\($1)\">■</span> \(escaped($0.name))"
        }.joined(separator: " ")
        return """
            <!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>\(escaped(name))</title>
            <style>body{font:15px/1.5 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:70rem;\
            padding:0 1rem;color:#1c2733}table{border-collapse:collapse;margin:1rem 0}td,th{padding:.3rem .7rem;\
            border-bottom:1px solid #d5dde5;text-align:right}td:first-child,th:first-child{text-align:left}\
            h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}svg text{font-size:13px;fill:#1c2733}</style>
            <body>\(body.replacing("</h1>", with: "</h1><p>\(legend)</p>"))</body></html>
            """
    }

    private static func table(_ table: SimulationTable) -> String {
        let rows = table.rows.enumerated().map { index, row in
            let cell = index == 0 ? "th" : "td"
            return "<tr>" + row.map { "<\(cell)>\(escaped($0))</\(cell)>" }.joined() + "</tr>"
        }
        return "<table>\(rows.joined())</table>"
    }

    /// Horizontal bars, those of the runs under one another.
    private static func bars(_ groups: [(name: String, values: [Double])], unit: String, colours: [String]) -> String {
        let largest = max(groups.flatMap(\.values).max() ?? 0, 0.001)
        let (labels, width, bar) = (170.0, 620.0, 16.0)
        var drawn = ""
        var y = 4.0
        for group in groups {
            drawn += "<text x=\"0\" y=\"\(y + 13)\">\(escaped(group.name))</text>"
            for (index, value) in group.values.enumerated() {
                let length = max(1, value / largest * width)
                drawn +=
                    "<rect x=\"\(labels)\" y=\"\(y)\" width=\"\(SimulationResult.rounded(length))\" height=\"\(bar)\" "
                    + "fill=\"\(colours[index % colours.count])\"/>"
                    + "<text x=\"\(SimulationResult.rounded(labels + length + 6))\" y=\"\(y + 13)\">"
                    + "\(SimulationResult.rounded(value)) \(unit)</text>"
                y += bar + 3
            }
            y += 8
        }
        return "<svg viewBox=\"0 0 900 \(y)\" width=\"900\" height=\"\(y)\" role=\"img\">\(drawn)</svg>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
