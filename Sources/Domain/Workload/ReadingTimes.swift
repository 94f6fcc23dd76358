// How many minutes a study will take its reader.

import Vocabulary

/// What reading times are told apart by.
package struct ReadingKind: Hashable, Sendable {
    /// (0008,0060)
    package var modality: String
    package var region: BodyRegion?

    package init(modality: String, region: BodyRegion?) {
        self.modality = modality
        self.region = region
    }
}

/// Predicted minutes by modality and body region: what was written, drawn towards what this node's own readers took
/// as experience grows. Bounded: a prediction stays within a quarter and four times of what was written, and no more
/// than `mostKinds` kinds are learned.
package struct ReadingTimes: Hashable, Sendable {
    package private(set) var written: [ReadingKind: Double]
    private var learned: [ReadingKind: RunningMedian] = [:]
    private var predictions: [ReadingKind: Double] = [:]

    package static let other = 5.0
    package static let mostKinds = 500
    /// A reader who was called away leaves a claim open for hours, one who clicked by mistake for seconds: neither
    /// says how long reading takes.
    package static let plausible = 0.1...120.0
    /// From this many samples on experience counts as much as what was written.
    private static let half = 10.0

    package init(written: [ReadingKind: Double]) { self.written = written }

    /// Of a study with several modalities the one that takes longest counts.
    package func minutes(for facts: WorkFacts) -> Double {
        minutes(modalities: facts.modalities, region: facts.region)
    }

    package func minutes(modalities: [String], region: BodyRegion?) -> Double {
        var most: Double?
        for modality in modalities {
            let kind = ReadingKind(modality: modality, region: region)
            most = max(most ?? 0, predictions[kind] ?? base(kind))
        }
        return most ?? Self.other
    }

    /// The kind that `minutes` is about, for learning from a study.
    package func kind(of facts: WorkFacts) -> ReadingKind? {
        facts.modalities.map { ReadingKind(modality: $0, region: facts.region) }
            .max {
                minutes(modalities: [$0.modality], region: $0.region)
                    < minutes(modalities: [$1.modality], region: $1.region)
            }
    }

    /// - Parameter minutes: from a claim to its signature; what can't be is left out.
    package mutating func learn(_ minutes: Double, of kind: ReadingKind) {
        guard Self.plausible.contains(minutes), learned[kind] != nil || learned.count < Self.mostKinds else { return }
        learned[kind, default: RunningMedian()].add(minutes)
        guard let experience = learned[kind] else { return }
        let base = base(kind)
        let weight = Double(experience.count) / (Double(experience.count) + Self.half)
        let drawn = base + (experience.median - base) * weight
        predictions[kind] = min(max(drawn, base / 4), base * 4)
    }

    /// Each kind that was written or learned, with its prediction and the number of samples, for people.
    package var table: [(kind: ReadingKind, minutes: Double, samples: Int)] {
        Set(written.keys).union(learned.keys)
            .map { ($0, predictions[$0] ?? base($0), learned[$0]?.count ?? 0) }
            .sorted {
                ($0.0.modality, $0.0.region?.rawValue ?? "") < ($1.0.modality, $1.0.region?.rawValue ?? "")
            }
    }

    private func base(_ kind: ReadingKind) -> Double {
        written[kind] ?? written[ReadingKind(modality: kind.modality, region: nil)] ?? Self.other
    }
}

/// The median of the newest samples. A few very long or short ones don't move it.
struct RunningMedian: Hashable, Sendable {
    static let window = 101
    private var newestLast: [Double] = []
    private var sorted: [Double] = []

    var count: Int { sorted.count }

    var median: Double {
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    mutating func add(_ value: Double) {
        if newestLast.count == Self.window {
            let oldest = newestLast.removeFirst()
            sorted.remove(at: place(of: oldest))
        }
        newestLast.append(value)
        sorted.insert(value, at: place(of: value))
    }

    /// Of the first that is not smaller.
    private func place(of value: Double) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
