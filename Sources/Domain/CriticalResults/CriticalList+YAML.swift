// Reading the list from YAML, with the place of every mistake.

import Vocabulary
import Yams

extension CriticalList {
    /// Reads `findings`, `escalation` and `contacts`; `deploy/config/critical.yaml` shows each key.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `CriticalResultError.wrongList` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        let place = Place(file: file)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let failure as YamlError {
            throw place.translated(failure)
        }
        guard let root, root.null == nil else {
            throw CriticalResultError(code: .wrongList, message: "\(file):1:1: the list is empty; write 'findings:'")
        }
        let keys = try place.fields(root, "the file", ["findings", "escalation", "contacts"])
        self.init(
            findings: try place.items(keys["findings"], "findings").map(place.finding),
            steps: try place.items(keys["escalation"], "escalation").map(place.step),
            contacts: try place.items(keys["contacts"], "contacts").map(place.contact))
        guard !findings.isEmpty else {
            throw place.fault(root, "'findings' lists nothing; a reader could mark nothing as critical")
        }
        var codes: Set<String> = []
        for (finding, node) in zip(findings, try place.items(keys["findings"], "findings"))
        where !codes.insert(finding.code).inserted {
            throw place.fault(node, "the code '\(finding.code)' stands here twice")
        }
        for (number, node) in try place.items(keys["escalation"], "escalation").enumerated()
        where number > 0 && steps[number].after <= steps[number - 1].after {
            throw place.fault(node, "each step of the escalation must come later than the one before")
        }
    }
}

/// Walks the YAML tree.
private struct Place {
    let file: String

    func finding(_ node: Node) throws -> CriticalList.Finding {
        let keys = try fields(node, "a finding", ["code", "name", "english", "modality", "note"])
        let code = try text(keys, "code", of: node, atMost: 64)
        guard code.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }) else {
            throw fault(keys["code"] ?? node, "the code '\(code)' may have lower-case letters, digits and hyphens only")
        }
        var modalities: Set<String> = []
        if let list = keys["modality"] {
            for item in list.sequence.map(Array.init) ?? [list] {
                guard let name = item.string?.uppercased(), (2...16).contains(name.utf8.count),
                    name.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) })
                else { throw fault(item, "a modality is a code such as CT, MR or DX") }
                modalities.insert(name)
            }
        }
        if let note = keys["note"], note.string != "required" {
            throw fault(note, "'note' takes only 'required'; leave it out otherwise")
        }
        return CriticalList.Finding(
            code: code, name: try text(keys, "name", of: node, atMost: 100),
            english: keys["english"] == nil ? nil : try text(keys, "english", of: node, atMost: 100),
            modalities: modalities, needsNote: keys["note"] != nil)
    }

    func step(_ node: Node) throws -> CriticalList.Step {
        let keys = try fields(node, "a step", ["after", "action"])
        guard let given = keys["after"], let minutes = given.int, (1...1440).contains(minutes) else {
            throw fault(keys["after"] ?? node, "'after' must be a whole number of minutes from 1 to 1440")
        }
        guard let action = CriticalList.Step.Action(rawValue: try text(keys, "action", of: node, atMost: 20)) else {
            throw fault(keys["action"] ?? node, "'action' must be page or call")
        }
        return CriticalList.Step(after: .seconds(minutes * 60), action: action)
    }

    func contact(_ node: Node) throws -> CriticalList.Contact {
        let keys = try fields(node, "a contact", ["name", "phone", "node"])
        let phone = try text(keys, "phone", of: node, atMost: 40)
        guard phone.contains(where: \.isNumber), phone.allSatisfy({ $0.isNumber || "+-() #*".contains($0) }) else {
            throw fault(keys["phone"] ?? node, "'\(phone)' is not a telephone number")
        }
        var contact = CriticalList.Contact(name: try text(keys, "name", of: node, atMost: 60), phone: phone)
        if let given = keys["node"] {
            guard let name = given.string.flatMap(NodeName.init(rawValue:)) else {
                throw fault(given, "'node' must be a node's name (lower-case letters, digits and hyphens)")
            }
            contact.node = name
        }
        return contact
    }

    // MARK: Structure

    func fields(_ node: Node, _ what: String, _ allowed: [String]) throws -> [String: Node] {
        guard let mapping = node.mapping else {
            throw fault(node, "\(what) must have these keys: \(allowed.joined(separator: ", "))")
        }
        var fields: [String: Node] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            guard allowed.contains(name) else {
                throw fault(key, "\(what) has no key '\(name)'; it knows \(allowed.joined(separator: ", "))")
            }
            if value.null == nil { fields[name] = value }
        }
        return fields
    }

    func items(_ node: Node?, _ name: String) throws -> [Node] {
        guard let node else { return [] }
        guard let sequence = node.sequence else { throw fault(node, "'\(name)' must be a list") }
        return Array(sequence)
    }

    private func text(_ keys: [String: Node], _ key: String, of node: Node, atMost limit: Int) throws -> String {
        guard let value = keys[key] else { throw fault(node, "'\(key)' is missing") }
        guard case .scalar(let scalar) = value, !scalar.string.isEmpty, scalar.string.count <= limit else {
            throw fault(value, "'\(key)' must be a text of 1 to \(limit) characters")
        }
        return scalar.string
    }

    func fault(_ node: Node, _ sentence: String) -> CriticalResultError {
        let (line, column) = (node.mark?.line ?? 1, node.mark?.column ?? 1)
        return CriticalResultError(code: .wrongList, message: "\(file):\(line):\(column): \(sentence)")
    }

    func translated(_ failure: YamlError) -> CriticalResultError {
        switch failure {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            CriticalResultError(
                code: .wrongList, message: "\(file):\(mark.line):\(mark.column): not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            CriticalResultError(
                code: .wrongList,
                message: "\(file):\(context.mark.line):\(context.mark.column): the same key twice: "
                    + duplicates.map(\.description).joined(separator: ", "))
        default: CriticalResultError(code: .wrongList, message: "\(file):1:1: not valid YAML")
        }
    }
}
