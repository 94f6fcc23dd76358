// Reading rules from YAML, with the place of every mistake.

import Vocabulary
import Yams

extension RoutingRules {
    /// Reads the rules of a file.
    ///
    /// ```yaml
    /// rules:
    ///   - name: chest CT to the city
    ///     when:                       # all must hold; left out: every study
    ///       modality: [CT, PT]        # (0008,0060), any series
    ///       bodyPart: [CHEST]         # (0018,0015)
    ///       institution: [paotai]     # issuer of the patient IDs, or the node that acquired the study
    ///       priority: [stat, urgent]  # stat, urgent, routine
    ///       wantedDestination: [jieyang]
    ///     then:
    ///       forward: jieyang          # or  read: here
    /// ```
    ///
    /// A condition takes one value or a list of which one must fit. An empty file is an empty rule list.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `RoutingError` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        self.init(rules: try RuleReader(file: file).rules(in: text))
    }
}

/// Walks the YAML tree.
private struct RuleReader {
    let file: String

    func rules(in text: String) throws -> [RoutingRule] {
        guard let root = try tree(text), root.null == nil else { return [] }
        let entries = try fields(of: root, "the file", allowed: ["rules"])
        guard let list = entries["rules"], list.value.null == nil else { return [] }
        guard case .sequence(let sequence) = list.value else {
            throw error(.malformed, list.value, "'rules' must be a list of rules, each starting with '- name:'")
        }
        var names: Set<String> = []
        return try sequence.map { node in
            let rule = try rule(node)
            guard names.insert(rule.name).inserted else {
                throw error(.duplicateName, node, "another rule is named '\(rule.name)' already")
            }
            return rule
        }
    }

    private func tree(_ text: String) throws -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let failure as YamlError {
            throw translated(failure)
        }
    }

    private func rule(_ node: Node) throws -> RoutingRule {
        let entries = try fields(of: node, "a rule", allowed: ["name", "when", "then"])
        guard let name = entries["name"] else { throw error(.missingKey, node, "a rule needs a 'name'") }
        let text = try scalar(name.value, "name")
        guard !text.isEmpty else { throw error(.wrongValue, name.value, "a rule's name can't be empty") }
        guard text != RouteDecision.wantedDestinationName else {
            throw error(.wrongValue, name.value, "the name '\(text)' is taken by the built-in rule; choose another")
        }
        guard let then = entries["then"] else {
            throw error(.missingKey, node, "rule '\(text)' needs a 'then' with 'read: here' or 'forward: NODE'")
        }
        return RoutingRule(
            name: text, conditions: try entries["when"].map { try conditions($0.value) } ?? Conditions(),
            consequence: try consequence(then.value, of: text), location: location(node))
    }

    private func conditions(_ node: Node) throws -> Conditions {
        let entries = try fields(
            of: node, "'when'", allowed: ["modality", "bodyPart", "institution", "priority", "wantedDestination"])
        var conditions = Conditions()
        conditions.modality = try values(entries["modality"], "modality", codeString)
        conditions.bodyPart = try values(entries["bodyPart"], "bodyPart", codeString)
        conditions.institution = try values(entries["institution"], "institution") { text, node in
            guard !text.isEmpty else { throw error(.wrongValue, node, "an institution can't be empty") }
            return text
        }
        conditions.priority = try values(entries["priority"], "priority") { text, node in
            guard let priority = Priority(rawValue: text.lowercased()) else {
                throw error(.wrongValue, node, "'\(text)' is not a priority; use stat, urgent or routine")
            }
            return priority
        }
        conditions.wantedDestination = try values(entries["wantedDestination"], "wantedDestination", nodeName)
        return conditions
    }

    private func consequence(_ node: Node, of rule: String) throws -> RoutingRule.Consequence {
        let entries = try fields(of: node, "'then'", allowed: ["read", "forward"])
        switch (entries["read"], entries["forward"]) {
        case (let read?, nil):
            guard try scalar(read.value, "read") == "here" else {
                throw error(.wrongValue, read.value, "'read' takes only 'here'; use 'forward: NODE' for another node")
            }
            return .readHere
        case (nil, let forward?):
            return .forward(try nodeName(try scalar(forward.value, "forward"), forward.value))
        case (.some, .some), (nil, nil):
            throw error(
                .malformed, node, "rule '\(rule)' needs exactly one of 'read: here' and 'forward: NODE' under 'then'")
        }
    }

    // MARK: Values

    private func codeString(_ text: String, _ node: Node) throws -> String {
        let code = Conditions.codeString(text)
        let isCode = code.utf8.allSatisfy {
            (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20 || $0 == 0x5F
        }
        guard isCode, (1...16).contains(code.utf8.count) else {
            throw error(
                .wrongValue, node, "'\(text)' is not a DICOM code string (letters, digits, '_' and spaces, at most 16)")
        }
        return code
    }

    private func nodeName(_ text: String, _ node: Node) throws -> NodeName {
        guard let name = NodeName(rawValue: text) else {
            throw error(.wrongValue, node, "'\(text)' is not a node name (lower-case letters, digits and hyphens)")
        }
        return name
    }

    /// One scalar or a list of them.
    private func values<Value: Hashable>(
        _ field: Field?, _ name: String, _ read: (String, Node) throws -> Value
    ) throws -> Set<Value>? {
        guard let node = field?.value else { return nil }
        guard case .sequence(let sequence) = node else { return [try read(try scalar(node, name), node)] }
        guard !sequence.isEmpty else {
            throw error(
                .wrongValue, node, "the list of '\(name)' is empty, so the rule would never apply; leave it out")
        }
        return Set(try sequence.map { try read(try scalar($0, name), $0) })
    }

    private func scalar(_ node: Node, _ name: String) throws -> String {
        guard case .scalar(let scalar) = node, node.null == nil else {
            throw error(.wrongValue, node, "'\(name)' needs a value, written on one line")
        }
        return scalar.string
    }

    // MARK: Structure

    private struct Field {
        var key: Node
        var value: Node
    }

    private func fields(of node: Node, _ what: String, allowed: [String]) throws -> [String: Field] {
        guard case .mapping(let mapping) = node else {
            throw error(.malformed, node, "\(what) must be 'key: value' lines with these keys: \(list(allowed))")
        }
        var fields: [String: Field] = [:]
        for (key, value) in mapping {
            let name = try scalar(key, "a key")
            guard allowed.contains(name) else {
                throw error(.unknownKey, key, "\(what) has no key '\(name)'; it knows \(list(allowed))")
            }
            fields[name] = Field(key: key, value: value)
        }
        return fields
    }

    private func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    private func location(_ node: Node) -> SourceLocation {
        SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private func error(_ code: RoutingError.Code, _ node: Node, _ sentence: String) -> RoutingError {
        RoutingError(code: code, message: "\(location(node)): \(sentence)")
    }

    private func translated(_ failure: YamlError) -> RoutingError {
        switch failure {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            RoutingError(code: .malformed, message: "\(file):\(mark.line):\(mark.column): not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            RoutingError(
                code: .malformed,
                message: "\(file):\(context.mark.line):\(context.mark.column): the same key twice: "
                    + duplicates.map(\.description).joined(separator: ", "))
        default:
            RoutingError(code: .malformed, message: "\(file):1:1: not valid YAML", cause: failure)
        }
    }
}
