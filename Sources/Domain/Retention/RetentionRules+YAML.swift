// Reading the rules of retention from YAML, with the place of every mistake.

import Vocabulary
import WrittenRules

extension RetentionRules {
    /// Reads a file such as `shippedYAML`. Rules that are left out, `otherwise` and `graceDays` keep what is shipped.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `RetentionError` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        do {
            let fields =
                try RuleNode.root(of: text, file: file)?.fields("the file", ["rules", "otherwise", "graceDays"]) ?? [:]
            let usual = text == Self.shippedYAML ? nil : try Self.shipped()
            self.init(
                rules: try fields["rules"].map(Self.rules) ?? usual?.rules ?? [],
                otherwise: try fields["otherwise"].map { try Self.rule($0, isLast: true) } ?? usual?.otherwise
                    ?? RetentionRule(name: "otherwise", keepYears: 30),
                graceDays: try fields["graceDays"].map { try Self.number($0, "graceDays", 1...3650) } ?? usual?
                    .graceDays
                    ?? 30)
        } catch let fault as RuleFault {
            throw RetentionError(fault)
        }
    }

    /// What is shipped, read by the same reader as everybody's.
    package static func shipped() throws -> RetentionRules {
        try RetentionRules(yaml: shippedYAML, file: "retention.yaml (shipped)")
    }

    private static func rules(_ node: RuleNode) throws -> [RetentionRule] {
        try node.distinct("rules", by: \.name) { try rule($0, isLast: false) }
    }

    private static func rule(_ node: RuleNode, isLast: Bool) throws -> RetentionRule {
        let what = isLast ? "'otherwise'" : "a rule"
        let fields = try node.fields(
            what, isLast ? ["source", "keepYears"] : ["name", "source", "when", "keepYears", "untilAge"])
        let name = isLast ? "otherwise" : try node.required("name", of: fields, what).text("name")
        var rule = RetentionRule(
            name: name, source: try fields["source"]?.text("source"),
            keepYears: try number(node.required("keepYears", of: fields, what), "keepYears", 1...200),
            untilAge: try fields["untilAge"].map { try number($0, "untilAge", 1...150) }, location: node.location)
        guard let conditions = try fields["when"]?.fields("'when'", ["modality", "site", "patientClass", "age"]) else {
            return rule
        }
        rule.modality = try conditions["modality"].map { node in
            try set(node, "modality", "a modality such as CT") { text in
                text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) } && !text.isEmpty
                    ? text : nil
            }
        }
        rule.site = try conditions["site"].map { node in
            try set(node, "site", "the issuer of a hospital's patient IDs, or a node") { $0.isEmpty ? nil : $0 }
        }
        rule.patientClass = try conditions["patientClass"].map { node in
            try set(node, "patientClass", "emergency, inpatient, outpatient or checkup") { PatientClass(rawValue: $0) }
        }
        rule.age = try conditions["age"].map { node in
            try node.value("age", "minor or adult") { RetentionRule.AgeClass(rawValue: $0) }
        }
        return rule
    }

    private static func set<Value: Hashable>(
        _ node: RuleNode, _ name: String, _ form: String, _ read: (String) -> Value?
    ) throws -> Set<Value> {
        let values = try node.oneOrMany(name).map { try $0.value(name, form, read) }
        guard !values.isEmpty else {
            throw node.fault(.wrongValue, "the list of '\(name)' is empty, so the rule would never apply; leave it out")
        }
        return Set(values)
    }

    private static func number(_ node: RuleNode, _ name: String, _ range: ClosedRange<Int>) throws -> Int {
        try node.value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}
