// Which scripts a page needs.

import Foundation

/// The imports of our ES modules, read from the scripts themselves. A browser learns of a module only when the one that
/// imports it is there: on a line of 60 ms a chain of eight is half a second of waiting. Pages name all of them at once.
struct ModuleGraph: Sendable {
    private let imports: [String: [String]]

    /// - Parameter scripts: by path below `assets/`.
    init(_ scripts: [String: String]) {
        var imports: [String: [String]] = [:]
        for (path, text) in scripts where path.hasSuffix(".js") {
            imports[path] = Self.specifiers(in: text).compactMap { Self.resolve($0, from: path) }
                .filter { scripts[$0] != nil }
        }
        self.imports = imports
    }

    func has(_ module: String) -> Bool { imports[module] != nil }

    /// Everything that a module imports, directly or not, nearest first; the module itself is not among it.
    func dependencies(of module: String) -> [String] {
        var found: [String] = []
        var known: Set = [module]
        var next = [module]
        while !next.isEmpty {
            let level = next.flatMap { imports[$0] ?? [] }.filter { known.insert($0).inserted }
            found += level
            next = level
        }
        return found
    }

    /// Of static imports and re-exports. A type in a comment is an `import('…')`, which this does not match.
    private static func specifiers(in text: String) -> [String] {
        text.matches(of: /(?m)^(?:import|export)\b[^;'"()]*?(?:from\s*)?['"](\.{1,2}\/[^'"]+)['"]/).map { String($0.1) }
    }

    /// `../core/page.js` from `js/pages/reading.js` is `js/core/page.js`.
    private static func resolve(_ specifier: String, from path: String) -> String? {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in specifier.split(separator: "/") {
            switch part {
            case ".": continue
            case "..":
                guard parts.popLast() != nil else { return nil }
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
