// Reading templates from YAML, with the place of every mistake.

import Vocabulary
import Yams

extension TemplateLibrary {
    /// Reads the templates of a file.
    ///
    /// ```yaml
    /// templates:
    ///   - name: 胸部正位片 正常
    ///     modality: [DX, CR]         # left out: every modality
    ///     bodyPart: [CHEST, 胸]      # (0018,0015), or a word of the study's description
    ///     fields:
    ///       - {name: 心胸比, number: "1", least: 0.2, most: 0.9}
    ///       - {name: 侧别, choice: [左, 右, 双]}
    ///       - {name: 备注, text: true}
    ///     findings: 心胸比 {心胸比}。
    ///     impression: 心肺未见异常。
    /// phrases:
    ///   - keys: [";正常", ".nc"]
    ///     text: 未见明显异常。
    /// hide: [腹部立位片 正常]         # shipped templates that this node does not want
    /// ```
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `TemplateError` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String, source: ReportTemplate.Source) throws {
        self = try TemplateReader(file: file, source: source).library(in: text)
    }
}

private struct TemplateReader {
    let file: String
    let source: ReportTemplate.Source

    func library(in text: String) throws -> TemplateLibrary {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let failure as YamlError {
            throw translated(failure)
        }
        guard let root, root.null == nil else { return TemplateLibrary() }
        let entries = try fields(of: root, "the file", allowed: ["templates", "phrases", "hide"])
        var names: Set<String> = []
        let templates = try list(entries["templates"], "templates").map { node in
            let template = try template(node)
            guard names.insert(template.name).inserted else {
                throw error(.duplicateName, node, "another template is named '\(template.name)' already")
            }
            return template
        }
        var keys: Set<String> = []
        let phrases = try list(entries["phrases"], "phrases").map { node in
            let phrase = try phrase(node)
            for key in phrase.keys where !keys.insert(key).inserted {
                throw error(.duplicateName, node, "another phrase has the key '\(key)' already")
            }
            return phrase
        }
        let hidden = try list(entries["hide"], "hide").map { try scalar($0, "hide") }
        return TemplateLibrary(templates: templates, phrases: phrases, hidden: Set(hidden))
    }

    private func template(_ node: Node) throws -> ReportTemplate {
        let entries = try fields(
            of: node, "a template", allowed: ["name", "modality", "bodyPart", "fields", "findings", "impression"])
        guard let name = entries["name"] else { throw error(.missingKey, node, "a template needs a 'name'") }
        let title = try scalar(name, "name")
        guard (1...60).contains(title.count) else {
            throw error(.wrongValue, name, "a template's name has 1 to 60 characters")
        }
        guard let findings = entries["findings"], let impression = entries["impression"] else {
            throw error(.missingKey, node, "template '\(title)' needs 'findings' and 'impression'")
        }
        let declared = try list(entries["fields"], "fields").map { (try field($0), $0) }
        var seen: Set<String> = []
        for (field, place) in declared where !seen.insert(field.name).inserted {
            throw error(.duplicateName, place, "template '\(title)' has two fields '\(field.name)'")
        }
        let texts = [(try scalar(findings, "findings"), findings), (try scalar(impression, "impression"), impression)]
        var used: Set<String> = []
        for (text, place) in texts {
            for name in Self.placeholders(in: text) {
                guard seen.contains(name) else {
                    throw error(.unknownField, place, "the text names '{\(name)}', which is no field of '\(title)'")
                }
                used.insert(name)
            }
        }
        if let (field, place) = declared.first(where: { !used.contains($0.0.name) }) {
            throw error(.unusedField, place, "no text of '\(title)' says '{\(field.name)}'; use it or take it out")
        }
        return ReportTemplate(
            name: title, scope: try scope(entries), fields: declared.map(\.0), findings: texts[0].0.trimmed,
            impression: texts[1].0.trimmed, source: source)
    }

    private func field(_ node: Node) throws -> TemplateField {
        let entries = try fields(
            of: node, "a field", allowed: ["name", "number", "least", "most", "choice", "text"])
        guard let name = entries["name"] else { throw error(.missingKey, node, "a field needs a 'name'") }
        let title = try scalar(name, "name")
        guard !title.isEmpty, title.count <= 32, !title.contains(where: { "{}".contains($0) }) else {
            throw error(.wrongValue, name, "a field's name has 1 to 32 characters and no braces")
        }
        switch (entries["number"], entries["choice"], entries["text"]) {
        case (let unit?, nil, nil):
            let (least, most) = (try bound(entries["least"], "least"), try bound(entries["most"], "most"))
            if let least, let most, least >= most {
                throw error(.wrongValue, node, "'least' of '\(title)' must be less than 'most'")
            }
            let text = try scalar(unit, "number")
            return TemplateField(
                name: title, kind: .number(unit: text == "1" ? nil : text, least: least, most: most))
        case (nil, let choice?, nil):
            let values = try list(choice, "choice").map { try scalar($0, "choice") }
            guard values.count >= 2, Set(values).count == values.count else {
                throw error(.wrongValue, choice, "'choice' of '\(title)' needs at least two different values")
            }
            return TemplateField(name: title, kind: .choice(values))
        case (nil, nil, .some): return TemplateField(name: title, kind: .text)
        default:
            throw error(
                .malformed, node, "field '\(title)' needs exactly one of 'number: UNIT', 'choice: [...]', 'text: true'")
        }
    }

    private func phrase(_ node: Node) throws -> Phrase {
        let entries = try fields(of: node, "a phrase", allowed: ["keys", "text", "modality", "bodyPart"])
        guard let keys = entries["keys"], let text = entries["text"] else {
            throw error(.missingKey, node, "a phrase needs 'keys' and 'text'")
        }
        let names = try list(keys, "keys").map { key in
            let name = try scalar(key, "keys")
            guard (2...20).contains(name.count), ";.；。".contains(name.prefix(1)),
                !name.contains(where: \.isWhitespace)
            else {
                throw error(
                    .wrongValue, key, "'\(name)': a key starts with ';' or '.', has 2 to 20 characters and no space")
            }
            return name
        }
        guard !names.isEmpty else { throw error(.wrongValue, keys, "a phrase needs at least one key") }
        return Phrase(
            keys: names, text: try scalar(text, "text").trimmed, scope: try scope(entries), source: source)
    }

    private func scope(_ entries: [String: Node]) throws -> TemplateScope {
        TemplateScope(
            modalities: try list(entries["modality"], "modality").map { try scalar($0, "modality").uppercased() },
            bodyParts: try list(entries["bodyPart"], "bodyPart").map { try scalar($0, "bodyPart") })
    }

    static func placeholders(in text: String) -> [String] {
        text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0]) }
        }
    }

    // MARK: Structure

    private func bound(_ node: Node?, _ name: String) throws -> Double? {
        guard let node else { return nil }
        guard let number = Double(try scalar(node, name)), number.isFinite else {
            throw error(.wrongValue, node, "'\(name)' must be a number")
        }
        return number
    }

    /// A list, or one value that stands for a list of one.
    private func list(_ node: Node?, _ name: String) throws -> [Node] {
        guard let node, node.null == nil else { return [] }
        if case .sequence(let sequence) = node { return Array(sequence) }
        guard case .scalar = node, !["templates", "phrases", "fields"].contains(name) else {
            throw error(.malformed, node, "'\(name)' must be a list, each entry starting with '-'")
        }
        return [node]
    }

    private func scalar(_ node: Node, _ name: String) throws -> String {
        guard case .scalar(let scalar) = node, node.null == nil else {
            throw error(.wrongValue, node, "'\(name)' needs a text")
        }
        return scalar.string
    }

    private func fields(of node: Node, _ what: String, allowed: [String]) throws -> [String: Node] {
        guard case .mapping(let mapping) = node else {
            throw error(.malformed, node, "\(what) must be 'key: value' lines with these keys: \(words(allowed))")
        }
        var fields: [String: Node] = [:]
        for (key, value) in mapping {
            let name = try scalar(key, "a key")
            guard allowed.contains(name) else {
                throw error(.unknownKey, key, "\(what) has no key '\(name)'; it knows \(words(allowed))")
            }
            fields[name] = value
        }
        return fields
    }

    private func words(_ keys: [String]) -> String { keys.joined(separator: ", ") }

    private func error(_ code: TemplateError.Code, _ node: Node, _ sentence: String) -> TemplateError {
        let mark = node.mark
        return TemplateError(code: code, message: "\(file):\(mark?.line ?? 1):\(mark?.column ?? 1): \(sentence)")
    }

    private func translated(_ failure: YamlError) -> TemplateError {
        switch failure {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            TemplateError(code: .malformed, message: "\(file):\(mark.line):\(mark.column): not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            TemplateError(
                code: .malformed,
                message: "\(file):\(context.mark.line):\(context.mark.column): the same key twice: "
                    + duplicates.map(\.description).joined(separator: ", "))
        default: TemplateError(code: .malformed, message: "\(file):1:1: not valid YAML")
        }
    }
}

extension String {
    /// Without the line breaks that YAML's blocks end with.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }
}
