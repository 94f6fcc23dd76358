// The further files that node.yaml names.

import CriticalResults
import Foundation
import Supervision

extension NodeConfiguration {
    /// What counts as critical here; the shipped list where no file is named.
    package func loadCriticalList() throws -> CriticalList {
        guard let criticalResultsFile else { return .shipped }
        return try CriticalList(
            yaml: try Self.text(of: criticalResultsFile, "the list of critical results"),
            file: (criticalResultsFile as NSString).lastPathComponent)
    }

    /// What readings cost; nothing where no file is named.
    package func loadPrices() throws -> PriceList {
        guard let pricesFile else { return PriceList() }
        return try PriceList(
            yaml: try Self.text(of: pricesFile, "the price list"), file: (pricesFile as NSString).lastPathComponent)
    }

    /// - Throws: `ConfigurationError.missingFile`.
    static func text(of file: String, _ what: String) throws -> String {
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw ConfigurationError(
                code: .missingFile, message: "\(what) \(file) cannot be read; check the name and the owner")
        }
    }
}
