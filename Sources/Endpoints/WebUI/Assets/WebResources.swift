// Everything the pages are made of, in memory.

import Foundation
import Mustache
import Templates
import Vocabulary

/// Templates, strings, scripts, styles and the API's description: read once at start, so that a missing or broken file stops
/// the node instead of a page.
package struct WebResources: Sendable {
    let templates: MustacheLibrary
    let strings: StringCatalogue
    /// By path below `/assets/<version>/`.
    let assets: [String: Asset]
    /// Changes with any asset; stands in their addresses, so that browsers may keep them for ever.
    let version: String
    let description: Asset
    private let modules: ModuleGraph
    /// What ships.
    package let reportTemplates: TemplateLibrary

    /// The files built into the program.
    ///
    /// - Throws: `WebUIError`.
    package static func bundled() throws -> WebResources {
        try WebResources(directory: Bundle.module.bundleURL.appending(path: "Resources"))
    }

    package init(directory: URL) throws {
        let files = try Self.files(below: directory)
        func file(_ name: String) throws -> Data {
            guard let data = files[name] else {
                throw WebUIError(
                    code: .missingResource, message: "the web resource \(name) is not in \(directory.path); reinstall")
            }
            return data
        }
        let stringsFile = try file("strings.json")
        strings = try StringCatalogue(json: stringsFile)
        description = try Asset(name: "openapi.json", data: try file("openapi.json"))
        templates = try Self.templates(in: files)
        reportTemplates = try TemplateLibrary(
            yaml: String(decoding: try file("report-templates.yaml"), as: UTF8.self), file: "report-templates.yaml",
            source: .shipped)
        var assets: [String: Asset] = [:]
        for (name, data) in files where name.hasPrefix("assets/") && Asset.isServed(name) {
            let path = String(name.dropFirst("assets/".count))
            assets[path] = try Asset(name: path, data: data)
        }
        assets["strings.json"] = try Asset(name: "strings.json", data: stringsFile)
        self.assets = assets
        modules = ModuleGraph(
            Dictionary(
                uniqueKeysWithValues: assets.filter { $0.key.hasSuffix(".js") }
                    .map { ($0.key, String(buffer: $0.value.bytes)) }))
        let fingerprint = assets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.digest)" }
        version = String(Digest(of: Array(fingerprint.joined(separator: "\n").utf8)).hexadecimal.prefix(12))
    }

    /// Addresses of all that the script of a page imports, for `<link rel="modulepreload">`; last what it imports later, in
    /// `pages/…-parts.js`.
    func modules(ofPage script: String) -> [String] {
        let own = modules.dependencies(of: "js/pages/\(script).js")
        let parts = "js/pages/\(script)-parts.js"
        guard modules.has(parts) else { return own.map(address) }
        let known = Set(own)
        return (own + [parts] + modules.dependencies(of: parts).filter { !known.contains($0) }).map(address)
    }

    /// Those that a page's first requests need: they come before the others, and so do the requests.
    func modulesAhead() -> Set<String> { Set(modules.dependencies(of: "js/dicomweb/ahead.js").map(address)) }

    private func address(_ path: String) -> String { "/assets/\(version)/\(path)" }

    private static func files(below directory: URL) throws -> [String: Data] {
        let base = directory.standardizedFileURL.path
        guard let names = FileManager.default.enumerator(atPath: base) else {
            throw WebUIError(code: .missingResource, message: "there are no web resources in \(base); reinstall")
        }
        var files: [String: Data] = [:]
        for case let name as String in names {
            var isDirectory: ObjCBool = false
            let path = base + "/" + name
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
                continue
            }
            do {
                files[name] = try Data(contentsOf: URL(filePath: path))
            } catch {
                throw WebUIError(
                    code: .unreadableResource, message: "the web resource \(name) can't be read", cause: error)
            }
        }
        return files
    }

    private static func templates(in files: [String: Data]) throws -> MustacheLibrary {
        var library = MustacheLibrary()
        for (name, data) in files where name.hasPrefix("templates/") && name.hasSuffix(".mustache") {
            let short = String(name.dropFirst("templates/".count).dropLast(".mustache".count))
            do {
                try library.register(String(decoding: data, as: UTF8.self), named: short)
            } catch {
                throw WebUIError(code: .unreadableResource, message: "the template \(name) is broken", cause: error)
            }
        }
        return library
    }
}
