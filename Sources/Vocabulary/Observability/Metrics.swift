// Counters and gauges that /metrics prints.

import Foundation

/// The process's metrics: bounded label sets, read by the Prometheus text writer. Thread-safe.
package final class MetricRegistry: Sendable {
    package struct Sample: Hashable, Sendable {
        package var name: String
        package var labels: [String: String]
    }

    package static let shared = MetricRegistry()

    private struct State {
        var counters: [Sample: Double] = [:]
        var gauges: [Sample: Double] = [:]
    }

    private let state = LockedBox(State())

    package init() {}

    package func add(_ amount: Double = 1, to name: String, labels: [String: String] = [:]) {
        state.withLock { $0.counters[Sample(name: name, labels: labels), default: 0] += amount }
    }

    package func set(_ value: Double, of name: String, labels: [String: String] = [:]) {
        state.withLock { $0.gauges[Sample(name: name, labels: labels)] = value }
    }

    /// Prometheus text exposition format 0.0.4.
    package func text() -> String {
        let (counters, gauges) = state.withLock { ($0.counters, $0.gauges) }
        return Self.lines(counters, type: "counter") + Self.lines(gauges, type: "gauge")
    }

    private static func lines(_ samples: [Sample: Double], type: String) -> String {
        let families = Dictionary(grouping: samples) { $0.key.name }.sorted { $0.key < $1.key }
        var text = ""
        for (name, family) in families {
            text += "# TYPE \(name) \(type)\n"
            for (sample, value) in family.sorted(by: { label($0.key) < label($1.key) }) {
                text += "\(name)\(label(sample)) \(number(value))\n"
            }
        }
        return text
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func label(_ sample: Sample) -> String {
        guard !sample.labels.isEmpty else { return "" }
        let pairs = sample.labels.sorted { $0.key < $1.key }.map { key, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(key)=\"\(escaped)\""
        }
        return "{" + pairs.joined(separator: ",") + "}"
    }
}
