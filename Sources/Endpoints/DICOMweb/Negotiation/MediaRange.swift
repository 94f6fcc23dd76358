// One media range of an Accept header (RFC 9110 12.5.1), with what PS3.18 8.7.3 adds to it.

/// `image/*;q=0.5`, or `multipart/related; type="application/dicom"; transfer-syntax=*`.
struct MediaRange: Hashable, Sendable {
    /// Lower case, like `subtype` and the parameters' names.
    var type: String
    var subtype: String
    var parameters: [String: String] = [:]
    var quality = 1.0

    static let anything = MediaRange(type: "*", subtype: "*")

    init(type: String, subtype: String, parameters: [String: String] = [:], quality: Double = 1) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
        self.quality = quality
    }

    /// `nil` for what is no media range.
    init?(_ text: some StringProtocol) {
        let parts = HeaderText.split(text, at: ";")
        let names = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false).map { $0.lowercased() }
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else { return nil }
        self.init(type: names[0], subtype: names[1])
        for part in parts.dropFirst() where !part.isEmpty {
            guard let equals = part.firstIndex(of: "=") else { return nil }
            let name = HeaderText.trimmed(part[..<equals]).lowercased()
            let value = HeaderText.unquoted(HeaderText.trimmed(part[part.index(after: equals)...]))
            if name == "q" {
                guard let weight = Double(value), (0...1).contains(weight) else { return nil }
                quality = weight
            } else {
                parameters[name] = value
            }
        }
    }

    /// Whether it takes `mediaType`, by type and subtype alone.
    func takes(_ mediaType: String) -> Bool {
        let names = mediaType.split(separator: "/").map(String.init)
        guard names.count == 2 else { return false }
        return (type == "*" || type == names[0]) && (subtype == "*" || subtype == names[1])
    }

    var isWildcard: Bool { type == "*" || subtype == "*" }

    /// A UID, `*`, or `nil` where the range doesn't say.
    var transferSyntax: String? { parameters["transfer-syntax"] }

    /// What the parts of a multipart answer may be: the `type` of `multipart/related`, anything for `*/*` and
    /// `multipart/*`. `nil` where the range takes no multipart answer.
    var ofParts: MediaRange? {
        guard takes("multipart/related") else { return nil }
        guard let text = parameters["type"] else {
            return MediaRange(type: "*", subtype: "*", parameters: parameters)
        }
        // Some clients quote the transfer syntax along with the type.
        guard var inner = MediaRange(text) else { return nil }
        inner.parameters.merge(parameters) { inner, _ in inner }
        return inner
    }
}

/// Splitting header fields where quotes don't forbid it.
enum HeaderText {
    static func split(_ text: some StringProtocol, at separator: Character) -> [String] {
        var parts: [String] = []
        var part = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                isEscaped = false
            } else if isQuoted && character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == separator && !isQuoted {
                parts.append(trimmed(part))
                part = ""
                continue
            }
            part.append(character)
        }
        parts.append(trimmed(part))
        return parts
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }

    static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var plain = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                plain.append(character)
                isEscaped = false
            }
        }
        return plain
    }
}
