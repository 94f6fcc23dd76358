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
    ///       workType: [routine-dr]    # as the time limits name it
    ///       time: "18:00-08:00"       # on the wall
    ///       weekdays: [sat, sun]
    ///       uncovered: true           # nobody on duty here may read it
    ///       backlog: {above: 90, below: 60}  # predicted reading minutes for each reader on duty
    ///     then:
    ///       forward: [huilai, jieyang] # the first that can help; or one node, or  read: here
    ///       recallAfter: 30           # minutes in which somebody there must begin, or else it is asked back
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
            consequence: try consequence(then.value, of: text), recallAfter: try recallAfter(then.value),
            location: location(node))
    }

    private func conditions(_ node: Node) throws -> Conditions {
        let entries = try fields(
            of: node, "'when'",
            allowed: [
                "modality", "bodyPart", "institution", "priority", "wantedDestination", "workType", "time", "weekdays",
                "uncovered", "backlog",
            ])
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
        conditions.workType = try values(entries["workType"], "workType") { text, node in
            guard let type = WorkType(rawValue: text) else {
                throw error(.wrongValue, node, "'\(text)' is not a work type (lower-case letters, digits, hyphens)")
            }
            return type
        }
        conditions.weekdays = try values(entries["weekdays"], "weekdays") { text, node in
            guard let day = Weekday(rawValue: text.lowercased()) else {
                throw error(.wrongValue, node, "'\(text)' is not a day; use mon, tue, wed, thu, fri, sat or sun")
            }
            return day
        }
        conditions.time = try entries["time"].map { field in
            let text = try scalar(field.value, "time")
            guard let window = DailyWindow(text) else {
                throw error(.wrongValue, field.value, "'\(text)' is not a part of the day; write it as \"18:00-08:00\"")
            }
            return window
        }
        conditions.isUncovered = try entries["uncovered"].map { field in
            guard let truth = field.value.bool else {
                throw error(.wrongValue, field.value, "'uncovered' takes true or false")
            }
            return truth
        }
        conditions.backlog = try entries["backlog"].map { try thresholds($0.value) }
        return conditions
    }

    private func thresholds(_ node: Node) throws -> BacklogThresholds {
        let entries = try fields(of: node, "'backlog'", allowed: ["above", "below"])
        func minutes(_ key: String) throws -> Double {
            guard let field = entries[key] else {
                throw error(
                    .missingKey, node, "'backlog' needs both 'above' and 'below', so that the node doesn't flap")
            }
            guard let value = field.value.float, value.isFinite, value > 0, value < StudyFacts.endless else {
                throw error(.wrongValue, field.value, "'\(key)' must be minutes for each reader, more than 0")
            }
            return value
        }
        let thresholds = BacklogThresholds(above: try minutes("above"), below: try minutes("below"))
        guard thresholds.below < thresholds.above else {
            throw error(
                .wrongValue, node,
                "'below' (\(Conditions.number(thresholds.below))) must be less than 'above' "
                    + "(\(Conditions.number(thresholds.above))): the rule begins above the one and ends below the other"
            )
        }
        return thresholds
    }

    private func recallAfter(_ then: Node) throws -> Int? {
        guard let field = try fields(of: then, "'then'", allowed: Self.consequences)["recallAfter"] else { return nil }
        guard let minutes = field.value.int, (1...10_080).contains(minutes) else {
            throw error(.wrongValue, field.value, "'recallAfter' must be whole minutes, from 1 to 10080 (a week)")
        }
        return minutes
    }

    private static let consequences = ["read", "forward", "recallAfter"]

    private func consequence(_ node: Node, of rule: String) throws -> RoutingRule.Consequence {
        let entries = try fields(of: node, "'then'", allowed: Self.consequences)
        switch (entries["read"], entries["forward"]) {
        case (let read?, nil):
            guard try scalar(read.value, "read") == "here" else {
                throw error(.wrongValue, read.value, "'read' takes only 'here'; use 'forward: NODE' for another node")
            }
            return .readHere
        case (nil, let forward?):
            return .forward(try destinations(forward.value))
        case (.some, .some), (nil, nil):
            throw error(
                .malformed, node, "rule '\(rule)' needs exactly one of 'read: here' and 'forward: NODE' under 'then'")
        }
    }

    /// One node, or several in the order in which they are asked.
    private func destinations(_ node: Node) throws -> [NodeName] {
        guard case .sequence(let sequence) = node else { return [try nodeName(try scalar(node, "forward"), node)] }
        var names: [NodeName] = []
        for entry in sequence {
            let name = try nodeName(try scalar(entry, "forward"), entry)
            guard !names.contains(name) else { throw error(.wrongValue, entry, "'\(name)' stands twice in the list") }
            names.append(name)
        }
        guard !names.isEmpty else { throw error(.wrongValue, node, "'forward' names no node") }
        return names
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

    private func location(_ node: Node) -> RulePlace {
        RulePlace(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
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
