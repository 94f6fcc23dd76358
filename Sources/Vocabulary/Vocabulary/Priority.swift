// How urgent a study is.

/// Order of every queue and every link: STAT, then urgent, then routine (急诊, 加急, 常规).
package enum Priority: String, Hashable, Codable, Sendable, CaseIterable, Comparable {
    case stat
    case urgent
    case routine

    /// 0 is served first; stored in the database so that SQL can sort by it.
    package var rank: Int {
        switch self {
        case .stat: 0
        case .urgent: 1
        case .routine: 2
        }
    }

    package init?(rank: Int) {
        guard let found = Self.allCases.first(where: { $0.rank == rank }) else { return nil }
        self = found
    }

    /// `.stat < .routine`: the smaller is served first.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
}
