// The text of node.yaml, checked for keys nobody knows and values of the wrong kind, with their lines.

import Foundation
import Yams

struct ConfigurationFile {
    let path: String
    /// The scalars of the file with their lines.
    private var written: [String: (text: String, line: Int)] = [:]

    /// - Throws: `ConfigurationError` naming `file:line`.
    init(path: String) throws {
        self.path = path
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ConfigurationError(
                code: .unreadable, message: "the configuration \(path) cannot be read; check its name and its owner")
        }
        let root: Yams.Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationError(code: .unreadable, message: "\(path) is not YAML", cause: error)
        }
        guard let mapping = root?.mapping else {
            throw ConfigurationError(code: .unreadable, message: "\(path) must hold keys and values")
        }
        try check(mapping, prefix: "")
    }

    /// Where a value comes from: `file:line`, or the environment, which goes before the file.
    func place(of key: String, saying text: String) -> String {
        guard let entry = written[key], entry.text == text else {
            return "the environment, which goes before \(path)"
        }
        return "\(path):\(entry.line)"
    }

    private mutating func check(_ mapping: Yams.Node.Mapping, prefix: String) throws {
        for (key, value) in mapping {
            let name = prefix + (key.string ?? "?")
            let place = "\(path):\(key.mark?.line ?? 0)"
            if let known = ConfigurationKeys.all.first(where: { $0.name == name }) {
                try check(value, is: known, place)
                written[name] = (value.int.map(String.init) ?? value.scalar?.string ?? "", key.mark?.line ?? 0)
            } else if let inner = value.mapping,
                ConfigurationKeys.all.contains(where: { $0.name.hasPrefix(name + ".") })
            {
                try check(inner, prefix: name + ".")
            } else {
                throw ConfigurationError(
                    code: .unknownKey, message: "\(place): unknown key '\(name)'\(suggestion(for: name))")
            }
        }
    }

    private func check(_ value: Yams.Node, is key: ConfigurationKeys.Key, _ place: String) throws {
        let wanted: String? =
            switch key.kind {
            case .text: value.scalar == nil ? "a text" : nil
            case .number: value.int == nil ? "a whole number" : nil
            case .truth: value.bool == nil ? "true or false" : nil
            case .list: value.sequence == nil ? "a list, such as [CT1, DR2]" : nil
            }
        if let wanted {
            throw ConfigurationError(
                code: .wrongValue, message: "\(place): '\(key.name)' must be \(wanted) (\(key.meaning))")
        }
    }

    private func suggestion(for name: String) -> String {
        let last = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        let near = ConfigurationKeys.all.map(\.name).filter {
            let other = $0.split(separator: ".").last.map { $0.lowercased() } ?? ""
            return other.hasPrefix(last.prefix(4)) || last.hasPrefix(other.prefix(4))
        }
        return near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
    }
}
