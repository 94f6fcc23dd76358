// What supervision counts.

import Vocabulary

/// Sums over some studies; sums of sums are sums.
package struct Figures: Hashable, Codable, Sendable {
    package var studies = 0
    /// Of these the reader said whether there was a finding …
    package var judged = 0
    /// … and there was.
    package var positive = 0
    /// Had a time limit …
    package var limited = 0
    /// … and kept it.
    package var inTime = 0
    /// Of reading: as measured where it was, else as predicted.
    package var minutes = 0.0
    /// Replaced an earlier report.
    package var corrected = 0
    package var doubleRead = 0
    package var discrepant = 0
    /// Images graded A, B, C and rejected.
    package var grades = [0, 0, 0, 0]
    /// From ready to final where it was read; from acquired to home at the hospital.
    package var turnaround = Turnaround()
    package var critical = 0
    /// From marked to answered.
    package var answered = Turnaround()

    package init() {}

    package static func + (lhs: Figures, rhs: Figures) -> Figures {
        var sum = lhs
        sum.studies += rhs.studies
        sum.judged += rhs.judged
        sum.positive += rhs.positive
        sum.limited += rhs.limited
        sum.inTime += rhs.inTime
        sum.minutes += rhs.minutes
        sum.corrected += rhs.corrected
        sum.doubleRead += rhs.doubleRead
        sum.discrepant += rhs.discrepant
        sum.grades = zip(lhs.grades, rhs.grades).map(+)
        sum.turnaround = lhs.turnaround + rhs.turnaround
        sum.critical += rhs.critical
        sum.answered = lhs.answered + rhs.answered
        return sum
    }

    package var graded: Int { grades.reduce(0, +) }
    package var positiveRate: Double? { Self.share(positive, judged) }
    package var inTimeRate: Double? { Self.share(inTime, limited) }
    /// Of what was graded, the share of A.
    package var firstGradeRate: Double? { Self.share(grades[0], graded) }
    package var discrepancyRate: Double? { Self.share(discrepant, doubleRead) }
    package var answeredRate: Double? { Self.share(answered.count, critical) }

    private static func share(_ part: Int, _ whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
}

/// Of whom and of what.
package struct FigureKey: Hashable, Codable, Sendable {
    /// The hospital that took the studies.
    package var origin: NodeName
    /// The node that read them.
    package var owner: NodeName
    package var modality: String

    package init(origin: NodeName, owner: NodeName, modality: String) {
        self.origin = origin
        self.owner = owner
        self.modality = modality
    }
}

package struct FigureRow: Hashable, Codable, Sendable {
    package var key: FigureKey
    package var figures: Figures

    package init(_ key: FigureKey, _ figures: Figures) {
        self.key = key
        self.figures = figures
    }
}

/// One person's part at this node: what they wrote, how much of it for other institutions, how much they verified.
package struct ReaderFigures: Hashable, Codable, Sendable {
    package var user: String
    package var name: String
    package var figures: Figures
    package var minutesForOthers: Double
    package var reviewed: Int

    package init(
        user: String, name: String, figures: Figures = Figures(), minutesForOthers: Double = 0, reviewed: Int = 0
    ) {
        self.user = user
        self.name = name
        self.figures = figures
        self.minutesForOthers = minutesForOthers
        self.reviewed = reviewed
    }

    package static func + (lhs: ReaderFigures, rhs: ReaderFigures) -> ReaderFigures {
        ReaderFigures(
            user: lhs.user, name: rhs.name, figures: lhs.figures + rhs.figures,
            minutesForOthers: lhs.minutesForOthers + rhs.minutesForOthers, reviewed: lhs.reviewed + rhs.reviewed)
    }
}

/// Everything that was counted in one span of time at one node. Institutions and readers are counted apart: of every
/// reader with every institution there would be too many rows.
package struct FigureSheet: Hashable, Codable, Sendable {
    package private(set) var rows: [FigureRow]
    /// The most studies first.
    package private(set) var readers: [ReaderFigures]

    /// Rows and readers of the same key are added up.
    package init(rows: [FigureRow] = [], readers: [ReaderFigures] = []) {
        let sums = Dictionary(rows.map { ($0.key, $0.figures) }, uniquingKeysWith: +)
        self.rows = sums.map { FigureRow($0.key, $0.value) }.sorted {
            ($0.key.origin, $0.key.owner, $0.key.modality) < ($1.key.origin, $1.key.owner, $1.key.modality)
        }
        self.readers = Dictionary(readers.map { ($0.user, $0) }, uniquingKeysWith: +).values.sorted {
            ($1.figures.studies, $1.reviewed, $0.user) < ($0.figures.studies, $0.reviewed, $1.user)
        }
    }

    package static func + (lhs: FigureSheet, rhs: FigureSheet) -> FigureSheet {
        FigureSheet(rows: lhs.rows + rhs.rows, readers: lhs.readers + rhs.readers)
    }

    package var isEmpty: Bool { rows.isEmpty && readers.isEmpty }

    package var total: Figures { rows.map(\.figures).reduce(Figures(), +) }

    /// Of what was read at this node, by whomever.
    package var readersTotal: ReaderFigures {
        readers.reduce(ReaderFigures(user: "", name: "")) { $0 + $1 }
    }

    /// Sums over all rows that `key` gives the same value. The most studies first.
    package func sums<Key: Hashable & Comparable>(by key: (FigureKey) -> Key) -> [(key: Key, figures: Figures)] {
        let sums = Dictionary(rows.map { (key($0.key), $0.figures) }, uniquingKeysWith: +)
        return sums.map { ($0.key, $0.value) }.sorted {
            ($1.figures.studies, $0.key) < ($0.figures.studies, $1.key)
        }
    }
}
