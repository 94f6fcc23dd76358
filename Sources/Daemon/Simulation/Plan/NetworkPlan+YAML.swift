// Reading a network from YAML, with the place of every mistake.

import Foundation
import Roster
import Routing
import Vocabulary
import Workload
import WrittenRules

extension NetworkPlan {
    /// Reads a network such as those in deploy/networks. Rule files are named relative to it; in the rules of a group of
    /// nodes `parent` stands for each one's parent, and `sister` for the next node of its group under the same parent.
    ///
    /// - Throws: `SimulationError`, `RoutingError`, `WorkloadError`: a sentence with `file:line:column`.
    package init(file: String) throws {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw SimulationError(code: .unreadable, message: "\(file) cannot be read; check its name", cause: error)
        }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        try self.init(yaml: text, file: (file as NSString).lastPathComponent) { name in
            let path = folder.appending(path: name).path
            do {
                return try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw SimulationError(code: .unreadable, message: "\(path) cannot be read", cause: error)
            }
        }
    }

    /// - Parameter read: the text of a file that the network names.
    package init(yaml text: String, file: String, reading read: @escaping (String) throws -> String) throws {
        do {
            guard let root = try RuleNode.root(of: text, file: file) else {
                throw SimulationError(code: .badFile, message: "\(file):1:1: the network is empty; it needs 'nodes'")
            }
            try self.init(NetworkReader(root: root, read: read))
        } catch let fault as RuleFault {
            throw SimulationError(
                code: fault.code == .unknownName ? .unknownName : .badFile, message: fault.message, cause: fault.cause)
        }
        try validate()
    }

    private init(_ reader: NetworkReader) throws {
        let root = reader.root
        let fields = try root.fields(
            "the network", ["name", "start", "tiers", "clocks", "readingTime", "mixes", "hours", "nodes"])
        let mixes = try fields["mixes"].map { try reader.named($0, reader.mix) } ?? [:]
        let hours = try fields["hours"].map { try reader.named($0, reader.hours) } ?? [:]
        let tiers = try root.required("tiers", of: fields, "the network").items("tiers").map { try $0.text("tiers") }
        let clocks = try fields["clocks"].map { node in
            let name = try node.text("clocks")
            return try WorkloadRules(yaml: try reader.read(name), file: name)
        }
        self.init(
            name: try root.required("name", of: fields, "the network").text("name"),
            start: try fields["start"]?.value("start", "a date such as 2026-03-02") { CivilDate($0) }
                ?? CivilDate(day: 20_514),
            tiers: tiers,
            nodes: try reader.nodes(
                try root.required("nodes", of: fields, "the network"), tiers: tiers, mixes: mixes, hours: hours),
            workload: try clocks ?? WorkloadRules.shipped(),
            spread: try fields["readingTime"].map(reader.spread) ?? .lognormal(0.5))
    }
}

/// Walks the tree.
struct NetworkReader {
    let root: RuleNode
    let read: (String) throws -> String

    func number(_ node: RuleNode, _ name: String, _ range: ClosedRange<Double>) throws -> Double {
        try node.value(name, "a number from \(range.lowerBound) to \(range.upperBound)") { text in
            Double(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func count(_ node: RuleNode, _ name: String, _ range: ClosedRange<Int>) throws -> Int {
        try node.value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func named<Value>(_ node: RuleNode, _ read: (RuleNode) throws -> Value) throws -> [String: Value] {
        var found: [String: Value] = [:]
        for entry in try node.items("a list of named entries") {
            let fields = try entry.fields("an entry", ["name", "parts", "weights"])
            let name = try entry.required("name", of: fields, "an entry").text("name")
            guard let body = fields["parts"] ?? fields["weights"] else {
                throw entry.fault(.missingKey, "'\(name)' needs 'parts' (a mix) or 'weights' (hours)")
            }
            found[name] = try read(body)
        }
        return found
    }

    func mix(_ node: RuleNode) throws -> StudyMix {
        let parts = try node.items("parts").map { part in
            let fields = try part.fields(
                "a part of a mix", ["share", "modality", "bodyPart", "patientClass", "priority", "complex"])
            let kind = StudyKind(
                modality: try part.required("modality", of: fields, "a part").text("modality"),
                bodyPart: try fields["bodyPart"]?.text("bodyPart"),
                patientClass: try fields["patientClass"]?.value(
                    "patientClass", "emergency, inpatient, outpatient or checkup", PatientClass.init(rawValue:))
                    ?? .outpatient,
                priority: try fields["priority"]?.value(
                    "priority", "stat, urgent or routine", Priority.init(rawValue:)) ?? .routine,
                isComplex: try fields["complex"]?.text("complex") == "true")
            return (
                kind: kind, share: try number(try part.required("share", of: fields, "a part"), "share", 0.001...1e6)
            )
        }
        guard !parts.isEmpty else { throw node.fault(.wrongValue, "a mix needs at least one part") }
        return StudyMix(parts)
    }

    func hours(_ node: RuleNode) throws -> [Double] {
        let weights = try node.items("weights").map { try number($0, "weights", 0...1e6) }
        guard weights.count == 24, weights.contains(where: { $0 > 0 }) else {
            throw node.fault(.wrongValue, "'weights' needs 24 numbers, one for each hour, not all of them 0")
        }
        return weights
    }

    func spread(_ node: RuleNode) throws -> ReadingTimeSpread {
        let fields = try node.fields("'readingTime'", ["distribution", "sigma"])
        let sigma = try fields["sigma"].map { try number($0, "sigma", 0.01...2) } ?? 0.5
        return try node.required("distribution", of: fields, "'readingTime'").value(
            "distribution", "fixed, exponential or lognormal"
        ) { text in
            switch text {
            case "fixed": .fixed
            case "exponential": .exponential
            case "lognormal": .lognormal(sigma)
            default: nil
            }
        }
    }
}
