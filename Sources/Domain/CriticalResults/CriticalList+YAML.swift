// Reading the list from YAML, with the place of every mistake.

import Vocabulary
import WrittenRules

extension CriticalList {
    /// Reads `findings`, `escalation` and `contacts`; `deploy/config/critical.yaml` shows each key.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `RuleFault` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        guard let root = try RuleNode.root(of: text, file: file) else {
            throw RuleFault(
                code: .missingKey, at: RulePlace(file: file, line: 1, column: 1), "the list is empty; write 'findings:'"
            )
        }
        let keys = try root.fields("the file", ["findings", "escalation", "contacts"])
        func items(_ key: String) throws -> [RuleNode] { try keys[key]?.items(key) ?? [] }
        let findings = try items("findings").map(Self.finding)
        guard !findings.isEmpty else {
            throw root.fault(.missingKey, "'findings' lists nothing; a reader could mark nothing as critical")
        }
        var codes: Set<String> = []
        for (finding, node) in zip(findings, try items("findings")) where !codes.insert(finding.code).inserted {
            throw node.fault(.duplicateName, "the code '\(finding.code)' stands here twice")
        }
        var steps: [Step] = []
        for node in try items("escalation") {
            let step = try Self.step(node)
            if let last = steps.last, step.after <= last.after {
                throw node.fault(.contradiction, "each step of the escalation must come later than the one before")
            }
            steps.append(step)
        }
        self.init(findings: findings, steps: steps, contacts: try items("contacts").map(Self.contact))
    }

    private static func finding(_ node: RuleNode) throws -> Finding {
        let keys = try node.fields("a finding", ["code", "name", "english", "modality", "note"])
        let modalities = try keys["modality"]?.oneOrMany("modality").map { item in
            try item.value("modality", "codes such as CT, MR or DX") { text -> String? in
                let code = text.uppercased()
                return (2...16).contains(code.utf8.count) && code.utf8.allSatisfy(Self.isCapitalOrDigit) ? code : nil
            }
        }
        _ = try keys["note"]?.value("note", "'required', or leave it out") { $0 == "required" ? $0 : nil }
        return Finding(
            code: try node.required("code", of: keys, "a finding").value(
                "code", "lower-case letters, digits and hyphens, at most 64"
            ) { text in
                (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isSmallOrDigit) ? text : nil
            },
            name: try short(node.required("name", of: keys, "a finding"), "name"),
            english: try keys["english"].map { try short($0, "english") }, modalities: Set(modalities ?? []),
            needsNote: keys["note"] != nil)
    }

    private static func step(_ node: RuleNode) throws -> Step {
        let keys = try node.fields("a step", ["after", "action"])
        return Step(
            after: try node.required("after", of: keys, "a step").value("after", "whole minutes from 1 to 1440") {
                text in
                Int(text).flatMap { (1...1440).contains($0) ? .seconds($0 * 60) : nil }
            },
            action: try node.required("action", of: keys, "a step").value("action", "page or call", Step.Action.init))
    }

    private static func contact(_ node: RuleNode) throws -> Contact {
        let keys = try node.fields("a contact", ["name", "phone", "node"])
        return Contact(
            name: try short(node.required("name", of: keys, "a contact"), "name"),
            phone: try node.required("phone", of: keys, "a contact").value("phone", "a telephone number") { text in
                let isNumber =
                    text.contains(where: \.isNumber) && text.count <= 40
                    && text.allSatisfy { $0.isNumber || "+-() #*".contains($0) }
                return isNumber ? text : nil
            },
            node: try keys["node"]?.value("node", "a node's name: lower-case letters, digits and hyphens") {
                NodeName(rawValue: $0)
            })
    }

    private static func short(_ node: RuleNode, _ name: String) throws -> String {
        try node.value(name, "a text of 1 to 100 characters") { (1...100).contains($0.count) ? $0 : nil }
    }

    private static func isCapitalOrDigit(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func isSmallOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
}
