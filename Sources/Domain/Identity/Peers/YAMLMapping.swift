// Reading YAML so that every fault has a line and a column.

import Vocabulary
import Yams

/// One mapping of the file. Keys are taken one by one; what is left at the end is unknown, and an error.
struct YAMLMapping {
    let file: String
    let node: Node
    private let mapping: Node.Mapping
    private var untaken: [Node]

    init(_ node: Node, file: String, what: String) throws {
        guard let mapping = node.mapping else {
            throw Self.fault("\(what) must be keys with values", at: node, file: file)
        }
        self.file = file
        self.node = node
        self.mapping = mapping
        untaken = Array(mapping.keys)
        var seen = Set<String>()
        for key in untaken where !seen.insert(key.string ?? "").inserted {
            throw Self.fault("'\(key.string ?? "")' stands here twice", at: key, file: file)
        }
    }

    mutating func take(_ key: String) -> Node? {
        untaken.removeAll { $0.string == key }
        guard let value = mapping[key], value.null == nil else { return nil }
        return value
    }

    mutating func text(_ key: String) throws -> String {
        guard let value = try optionalText(key) else { throw Self.fault("'\(key)' is missing", at: node, file: file) }
        return value
    }

    mutating func optionalText(_ key: String) throws -> String? {
        guard let value = take(key) else { return nil }
        guard case .scalar(let scalar) = value, !scalar.string.isEmpty else {
            throw Self.fault("'\(key)' must be one value", at: value, file: file)
        }
        return scalar.string
    }

    /// A value that `make` accepts.
    mutating func value<Value>(_ key: String, _ what: String, _ make: (String) -> Value?) throws -> Value {
        guard let value = try optionalValue(key, what, make) else {
            throw Self.fault("'\(key)' is missing", at: node, file: file)
        }
        return value
    }

    mutating func optionalValue<Value>(_ key: String, _ what: String, _ make: (String) -> Value?) throws -> Value? {
        let place = mapping[key]
        guard let text = try optionalText(key) else { return nil }
        guard let value = make(text) else {
            throw Self.fault("'\(key)' is '\(text.prefix(60))', which is not \(what)", at: place ?? node, file: file)
        }
        return value
    }

    /// A list of values, or one value alone.
    mutating func values<Value>(_ key: String, _ what: String, _ make: (String) -> Value?) throws -> [Value] {
        guard let place = take(key) else { return [] }
        return try (place.sequence.map(Array.init) ?? [place]).map { item in
            guard case .scalar(let scalar) = item, let value = make(scalar.string) else {
                throw Self.fault("'\(key)' must list values that are each \(what)", at: item, file: file)
            }
            return value
        }
    }

    /// One mapping, if it is given.
    mutating func mapping(_ key: String, what: String) throws -> YAMLMapping? {
        try take(key).map { try YAMLMapping($0, file: file, what: what) }
    }

    /// A list of mappings.
    mutating func mappings(_ key: String, what: String) throws -> [YAMLMapping] {
        guard let place = take(key) else { return [] }
        guard let sequence = place.sequence else {
            throw Self.fault("'\(key)' must be a list", at: place, file: file)
        }
        return try sequence.map { try YAMLMapping($0, file: file, what: what) }
    }

    /// - Throws: for the first key that nothing took.
    func finish(known: String) throws {
        guard let key = untaken.first else { return }
        throw Self.fault("unknown key '\(key.string ?? "?")' (known here: \(known))", at: key, file: file)
    }

    func fault(_ text: String) -> IdentityError { Self.fault(text, at: node, file: file) }

    static func fault(_ text: String, at node: Node, file: String) -> IdentityError {
        let place = node.mark.map { ":\($0.line):\($0.column)" } ?? ""
        return IdentityError(code: .invalidPeers, message: "\(file)\(place): \(text)")
    }
}
