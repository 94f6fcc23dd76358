// The files that reports are made by.

import Foundation
import PeerReview
import Templates

extension NodeConfiguration {
    /// What this node lays over the templates that ship.
    ///
    /// - Throws: `ConfigurationError`, or `TemplateError` with the line.
    package func loadTemplates() throws -> TemplateLibrary {
        guard let templatesFile else { return TemplateLibrary() }
        return try TemplateLibrary(
            yaml: try Self.text(templatesFile, "templates"), file: (templatesFile as NSString).lastPathComponent,
            source: .node)
    }

    /// Which reports are read twice; none without a file.
    ///
    /// - Throws: `ConfigurationError`, or `RuleFault` with the line.
    package func loadPeerReviewRules() throws -> PeerReviewRules {
        guard let doubleReadingFile else { return PeerReviewRules() }
        return try PeerReviewRules(
            yaml: try Self.text(doubleReadingFile, "rules of double reading"),
            file: (doubleReadingFile as NSString).lastPathComponent)
    }

    private static func text(_ path: String, _ what: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ConfigurationError(
                code: .missingFile, message: "the \(what) \(path) cannot be read; check the name and the owner")
        }
    }
}
