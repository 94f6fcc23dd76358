// Who reads at this node, and by what rules work reaches them.

import Database
import Observability
import Roster
import Vocabulary
import Workload

/// An account with a reading role, as far as the roster cares.
package struct ReaderAccount: Hashable, Sendable {
    package var name: String
    package var displayName: String
    package var rights: Set<ReadingRight>
    package var isDisabled: Bool

    package init(name: String, displayName: String, rights: Set<ReadingRight>, isDisabled: Bool = false) {
        self.name = name
        self.displayName = displayName
        self.rights = rights
        self.isDisabled = isDisabled
    }
}

/// How tasks reach readers.
package struct AssignmentPolicy: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Readers claim from their lists.
        case pull
        /// Each ready task is put on the list of the reader on duty with the least predicted minutes.
        case push
    }

    /// What becomes of claims at the end of a shift.
    package enum OffShift: String, Hashable, Sendable, CaseIterable {
        /// Readers finish what they hold.
        case keep
        case free
    }

    /// What becomes of a task whose time ran out unclaimed, at a node with a roster.
    package enum AtLimit: String, Hashable, Sendable, CaseIterable {
        /// A parent that reads is asked to read it.
        case parent
        case stay
    }

    package var mode: Mode
    package var offShift: OffShift
    package var atLimit: AtLimit

    package init(mode: Mode = .pull, offShift: OffShift = .keep, atLimit: AtLimit = .parent) {
        self.mode = mode
        self.offShift = offShift
        self.atLimit = atLimit
    }
}

/// The roster and the rules of work as they are now: one for a node, shared. Both may change while it runs; what people
/// take to read is learned as they sign.
package final class Workforce: Sendable {
    /// The accounts that read; a seam, because accounts are another module's.
    package typealias Accounts = @Sendable (any DatabaseReading) throws -> [ReaderAccount]

    private struct State {
        var written: Roster?
        var rules: WorkloadRules
    }

    package let policy: AssignmentPolicy
    /// Where the roster is written; `nil` where it can't be changed from a page.
    package let rosterFile: String?
    private let accountsIn: Accounts
    private let state: LockedBox<State>

    /// - Parameters:
    ///   - roster: `nil`: everybody who reads is on duty for everything.
    ///   - rules: `nil`: what is shipped.
    package init(
        roster: Roster? = nil, rosterFile: String? = nil, rules: WorkloadRules? = nil,
        policy: AssignmentPolicy = AssignmentPolicy(), accounts: @escaping Accounts = { _ in [] }
    ) {
        self.policy = policy
        self.rosterFile = rosterFile
        accountsIn = accounts
        state = LockedBox(State(written: roster, rules: rules ?? Self.shipped))
    }

    /// A shipped file that can't be read would leave tasks without a clock, and nothing else.
    private static let shipped: WorkloadRules = {
        do {
            return try WorkloadRules.shipped()
        } catch {
            return WorkloadRules(
                limits: TimeLimits(workTypes: [], working: WorkingHours([])), times: ReadingTimes(written: [:]))
        }
    }()

    package var rules: WorkloadRules { state.withLock { $0.rules } }

    /// `nil` where no roster was written.
    package var written: Roster? { state.withLock { $0.written } }

    package func replace(_ roster: Roster) { state.withLock { $0.written = roster } }

    package func learn(_ sample: ReadingSample) {
        state.withLock { $0.rules.times.learn(sample.minutes, of: sample.kind) }
    }

    package func accounts(in database: some DatabaseReading) throws -> [ReaderAccount] { try accountsIn(database) }

    /// The roster that holds, without those whose account is disabled.
    package func roster(among accounts: [ReaderAccount]) -> Roster {
        let enabled = accounts.filter { !$0.isDisabled }
        guard let written else {
            return .open(enabled.map { RosterReader(name: $0.name, rights: $0.rights) })
        }
        let byName = Dictionary(enabled.map { ($0.name, $0) }) { first, _ in first }
        return Roster(
            readers: written.readers.compactMap { reader in
                guard let account = byName[reader.name] else { return nil }
                var reader = reader
                reader.rights = reader.rights?.intersection(account.rights) ?? account.rights
                return reader
            }, shifts: written.shifts, mustCover: written.mustCover)
    }
}

extension FlowContext {
    /// Who is at work now, and the roster and accounts that this follows from.
    package func staff(at time: Timestamp, in database: some DatabaseReading) throws -> Staff {
        let accounts = try workforce.accounts(in: database)
        let absences = try away.absences(at: time, in: database)
        let roster = workforce.roster(among: accounts)
        return Staff(
            accounts: accounts, roster: roster, absences: absences,
            duties: roster.duties(at: time, absences: absences))
    }
}

/// A moment's view of the readers.
package struct Staff: Sendable {
    package var accounts: [ReaderAccount]
    package var roster: Roster
    package var absences: [Absence]
    package var duties: DutyList

    package func account(_ name: String) -> ReaderAccount? { accounts.first { $0.name == name } }

    package func isAway(_ reader: String, at time: Timestamp) -> Bool {
        absences.contains { $0.reader == reader && $0.holds(at: time) }
    }
}
