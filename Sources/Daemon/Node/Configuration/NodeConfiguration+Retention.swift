// How long a node keeps what it holds.

import Foundation
import Retention

extension NodeConfiguration {
    /// Those that ship, where the node has no file of its own.
    ///
    /// - Throws: `RetentionError` whose message begins with the place, `ConfigurationError` where the file can't be read.
    package func loadRetention() throws -> RetentionRules {
        guard let retentionFile else { return try RetentionRules.shipped() }
        let text: String
        do {
            text = try String(contentsOfFile: retentionFile, encoding: .utf8)
        } catch {
            throw ConfigurationError(
                code: .missingFile,
                message: "the rules of retention \(retentionFile) cannot be read; check the name and the owner")
        }
        return try RetentionRules(yaml: text, file: (retentionFile as NSString).lastPathComponent)
    }
}
