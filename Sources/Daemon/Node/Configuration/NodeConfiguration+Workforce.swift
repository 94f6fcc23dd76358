// The roster and the time limits of a node.

import Database
import Foundation
import Identity
import Roster
import StudyFlow
import Vocabulary
import Workload

extension NodeConfiguration {
    /// Work types, limits and reading times: the file's, or the built-in ones.
    ///
    /// - Throws: `WorkloadError` whose message begins with the place, `ConfigurationError` where it can't be read.
    package func loadClocks() throws -> WorkloadRules {
        guard let clocksFile else { return try .shipped() }
        return try WorkloadRules(yaml: try Self.text(clocksFile, "time limits"), file: Self.name(clocksFile))
    }

    /// `nil` where none was written: everybody who reads is on duty for everything.
    ///
    /// - Throws: `RosterError` whose message begins with the place, `ConfigurationError` where it can't be read.
    package func loadRoster(_ clocks: WorkloadRules) throws -> Roster? {
        let file = rosterFile ?? defaultRosterFile
        guard rosterFile != nil || FileManager.default.fileExists(atPath: file) else { return nil }
        let roster = try Roster(yaml: try Self.text(file, "roster"), file: Self.name(file))
        try roster.validate(workTypes: Set(clocks.limits.workTypes.map(\.name)))
        return roster
    }

    /// - Throws: as `loadClocks` and `loadRoster`.
    package func loadWorkforce() throws -> Workforce {
        let clocks = try loadClocks()
        return Workforce(
            roster: try loadRoster(clocks), rosterFile: rosterFile ?? defaultRosterFile, rules: clocks,
            policy: assignment,
            accounts: { database in
                try UserBook().all(in: database).compactMap(ReaderAccount.init)
            })
    }

    private static func text(_ file: String, _ what: String) throws -> String {
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw ConfigurationError(
                code: .missingFile, message: "the \(what) \(file) cannot be read; check the name and the owner")
        }
    }

    private static func name(_ file: String) -> String { (file as NSString).lastPathComponent }
}

extension ReaderAccount {
    /// `nil` for an account that does not read.
    fileprivate init?(_ user: User) {
        guard user.may(.radiologist) else { return nil }
        self.init(
            name: user.name, displayName: user.displayName, rights: user.may(.reviewer) ? [.write, .verify] : [.write],
            isDisabled: user.isDisabled)
    }
}
