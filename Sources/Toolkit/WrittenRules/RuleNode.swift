// A piece of a YAML file that knows where it stands.

import Vocabulary
import Yams

/// One value of a file that people write. Whatever is wrong with it is said with its line and column.
package struct RuleNode {
    private let node: Node
    private let file: String

    private init(_ node: Node, file: String) {
        self.node = node
        self.file = file
    }

    /// The root of a file; `nil` for an empty one.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `RuleFault` where it is not YAML.
    package static func root(of text: String, file: String) throws -> RuleNode? {
        do {
            guard let root = try Yams.compose(yaml: text), root.null == nil else { return nil }
            return RuleNode(root, file: file)
        } catch let failure as YamlError {
            throw translated(failure, file: file)
        }
    }

    package var location: RulePlace {
        RulePlace(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    package func fault(_ code: RuleFault.Code = .wrongValue, _ sentence: String) -> RuleFault {
        RuleFault(code: code, at: location, sentence)
    }

    /// Nothing stands behind the key.
    package var isNull: Bool { node.null != nil }

    package var isList: Bool { node.sequence != nil }

    package var isMapping: Bool { node.mapping != nil }

    // MARK: Reading

    package func text(_ name: String) throws -> String {
        guard case .scalar(let scalar) = node, node.null == nil else {
            throw fault(.wrongValue, "'\(name)' needs a value, written on one line")
        }
        return scalar.string
    }

    /// - Parameter form: what is expected, for the message: "a time of day such as 08:30".
    package func value<Value>(_ name: String, _ form: String, _ read: (String) throws -> Value?) throws -> Value {
        let text = try text(name)
        guard let value = try read(text) else {
            throw fault(.wrongValue, "'\(text.prefix(60))' is no value for '\(name)'; use \(form)")
        }
        return value
    }

    package func items(_ name: String) throws -> [RuleNode] {
        guard case .sequence(let sequence) = node else {
            throw fault(.malformed, "'\(name)' must be a list, each entry beginning with '- '")
        }
        return sequence.map { RuleNode($0, file: file) }
    }

    /// The rules of a list, each under a name that no other has.
    package func distinct<Rule>(
        _ name: String, by ruleName: (Rule) -> String, _ read: (RuleNode) throws -> Rule
    ) throws -> [Rule] {
        var names: Set<String> = []
        return try items(name).map { node in
            let rule = try read(node)
            guard names.insert(ruleName(rule)).inserted else {
                throw node.fault(.duplicateName, "another rule is named '\(ruleName(rule))' already")
            }
            return rule
        }
    }

    /// The entries of a list, or the one value that stands in its place.
    package func oneOrMany(_ name: String) throws -> [RuleNode] {
        isList ? try items(name) : [self]
    }

    /// `key: value` lines with no other keys than `allowed`.
    ///
    /// - Parameter what: what this is, for the message: "a shift".
    package func fields(_ what: String, _ allowed: [String]) throws -> [String: RuleNode] {
        guard case .mapping(let mapping) = node else {
            throw fault(
                .malformed, "\(what) must be 'key: value' lines with these keys: \(allowed.joined(separator: ", "))")
        }
        var fields: [String: RuleNode] = [:]
        for (key, value) in mapping {
            let key = RuleNode(key, file: file)
            let name = try key.text("a key")
            guard allowed.contains(name) else {
                throw key.fault(
                    .unknownKey, "\(what) has no key '\(name)'; it knows \(allowed.joined(separator: ", "))")
            }
            guard !value.isNothing else { continue }
            fields[name] = RuleNode(value, file: file)
        }
        return fields
    }

    /// The value under `key`, which must be there.
    package func required(_ key: String, of fields: [String: RuleNode], _ what: String) throws -> RuleNode {
        guard let found = fields[key] else { throw fault(.missingKey, "\(what) needs a '\(key)'") }
        return found
    }

    private static func translated(_ failure: YamlError, file: String) -> RuleFault {
        switch failure {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            RuleFault(
                code: .malformed, at: RulePlace(file: file, line: mark.line, column: mark.column),
                "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            RuleFault(
                code: .malformed,
                at: RulePlace(file: file, line: context.mark.line, column: context.mark.column),
                "the same key twice: " + duplicates.map(\.description).joined(separator: ", "))
        default:
            RuleFault(
                code: .malformed, at: RulePlace(file: file, line: 1, column: 1), "not valid YAML",
                cause: failure)
        }
    }
}

extension Node {
    fileprivate var isNothing: Bool { null != nil }
}
