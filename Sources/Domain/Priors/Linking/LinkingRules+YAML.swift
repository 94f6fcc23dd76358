// Reading the linking rules, with the place of every mistake.

import WrittenRules

extension LinkingRules {
    /// ```yaml
    /// rules:
    ///   - name: 身份证号
    ///     match: [idCardNumber]
    ///   - name: 医共体统一编号
    ///     match: [patientID]
    ///     issuers: [paotai, puning]     # these share one numbering
    ///   - name: 姓名、出生日期、性别
    ///     match: [name, birthDate, sex]
    ///     certainty: probable           # a reader must look first
    /// ```
    ///
    /// - Throws: `RuleFault` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        self.init()
        let fields = try RuleNode.root(of: text, file: file)?.fields("the file", ["rules"]) ?? [:]
        rules = try fields["rules"]?.distinct("rules", by: \.name, Self.rule) ?? []
    }

    private static func rule(_ node: RuleNode) throws -> LinkingRule {
        let fields = try node.fields("a rule", ["name", "match", "issuers", "certainty"])
        let matchNode = try node.required("match", of: fields, "a rule")
        let known = LinkingRule.Field.allCases.map(\.rawValue).joined(separator: ", ")
        let match = Set(
            try matchNode.oneOrMany("match").map { try $0.value("match", known, LinkingRule.Field.init(rawValue:)) })
        let issuers = Set(try (fields["issuers"]?.oneOrMany("issuers") ?? []).map { try $0.text("issuers") })
        if let issuersNode = fields["issuers"], issuers.count < 2 {
            throw issuersNode.fault(.wrongValue, "'issuers' must name at least two hospitals")
        }
        if match.contains(.patientID), issuers.isEmpty {
            throw matchNode.fault(
                .contradiction,
                "two hospitals' same number is two people; name the hospitals that share one numbering under 'issuers'")
        }
        let identifies =
            match.contains(.cardNumber) || match.contains(.patientID) || match.isSuperset(of: [.name, .birthDate])
        guard identifies else {
            throw matchNode.fault(
                .contradiction,
                "this joins strangers; match idCardNumber, or name and birthDate, or patientID between 'issuers'")
        }
        let isSure = match.contains(.cardNumber) || match.contains(.patientID)
        let certainty = try fields["certainty"]?.value(
            "certainty", "certain or probable", LinkCertainty.init(rawValue:))
        if certainty == .certain, !isSure, let place = fields["certainty"] {
            throw place.fault(
                .contradiction, "a name and a birth date fit many people; only 'probable' is possible without a number")
        }
        return LinkingRule(
            name: try node.required("name", of: fields, "a rule").value("name", "1 to 60 characters") {
                (1...60).contains($0.count) ? $0 : nil
            }, match: match, issuers: issuers, certainty: certainty ?? (isSure ? .certain : .probable))
    }
}

extension LinkingRules {
    /// One line for each rule, for `check-config`.
    package var lines: [String] {
        ["same issuer and Patient ID (certain, always)"]
            + rules.map { rule in
                let order = LinkingRule.Field.allCases.filter(rule.match.contains).map(\.rawValue)
                let among = rule.issuers.isEmpty ? "" : " among \(rule.issuers.sorted().joined(separator: ", "))"
                return "\(rule.name): \(order.joined(separator: " + "))\(among) (\(rule.certainty.rawValue))"
            }
    }
}
