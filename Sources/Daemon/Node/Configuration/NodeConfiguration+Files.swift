// The further files that node.yaml names.

import CriticalResults
import Foundation
import Priors
import StudyFlow
import Supervision

extension NodeConfiguration {
    /// What counts as critical here; the shipped list where no file is named.
    package func loadCriticalList() throws -> CriticalList {
        guard let criticalResultsFile else { return .shipped }
        return try CriticalList(
            yaml: try Self.text(of: criticalResultsFile, "the list of critical results"),
            file: (criticalResultsFile as NSString).lastPathComponent)
    }

    /// The file's rules first, then those that ship.
    package func loadHangingRules() throws -> HangingRules {
        let shipped = try HangingRules.shipped()
        guard let hangingFile else { return shipped }
        return try HangingRules(
            yaml: try Self.text(of: hangingFile, "the hanging rules"), file: (hangingFile as NSString).lastPathComponent
        ).overlaid(on: shipped)
    }

    /// Who else a patient is, and how far earlier studies are looked for.
    package func loadPriorPolicy() throws -> PriorPolicy {
        var policy = PriorPolicy(hops: priorHops, kept: priorsKept, lent: priorsLent)
        if let linkingFile {
            policy.linking = try LinkingRules(
                yaml: try Self.text(of: linkingFile, "the linking rules"),
                file: (linkingFile as NSString).lastPathComponent)
        }
        return policy
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
