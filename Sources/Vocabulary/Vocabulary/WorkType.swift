// Kinds of reading work.

/// Names a kind of work, such as `emergency-head`: what a shift has on its list and a time limit is set for. The names
/// are data, written in `clocks.yaml`.
package struct WorkType: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// `nil` unless lower-case letters, digits and hyphens, at most 40.
    package init?(rawValue: String) {
        let isName = rawValue.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        guard isName, (1...40).contains(rawValue.utf8.count) else { return nil }
        self.rawValue = rawValue
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    package var description: String { rawValue }
}

/// From where in the hospital a patient comes.
package enum PatientClass: String, Hashable, Codable, Sendable, CaseIterable {
    /// 急诊
    case emergency
    /// 住院
    case inpatient
    /// 门诊
    case outpatient
    /// 体检
    case checkup
}

/// Who sees a task on their list, wider and wider as its time runs out.
package enum VisibilityStage: String, Hashable, Codable, Sendable, CaseIterable, Comparable {
    /// Those on whose list it is: the assigned reader, or the readers on duty for this work.
    case own
    /// Everybody who reads for the study's institution.
    case institution
    /// Everybody who reads at this node.
    case tier
    /// The parent is asked to read it.
    case parent

    /// 0 is the narrowest; stored in the database so that SQL can compare it.
    package var rank: Int {
        switch self {
        case .own: 0
        case .institution: 1
        case .tier: 2
        case .parent: 3
        }
    }

    package init?(rank: Int) {
        guard let found = Self.allCases.first(where: { $0.rank == rank }) else { return nil }
        self = found
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
}
