// Where a study is safe, in one line.

import Reading
import StudyFlow
import Vocabulary

/// "312/312 safe at the county, 310/312 at the city, read, report here, acknowledged": what receipts and ledger prove, and
/// what is missing where and since when.
struct CustodyLine: Sendable {
    /// A node above, or this one where the study came from below.
    struct Place: Sendable {
        var node: NodeName
        var tier: Tier?
        var isHere: Bool
        var safe: Int
        /// `nil` until it is known what the study consists of.
        var expected: Int?
        /// What it consists of as far as is known.
        var known: Int
        /// Who owes what is missing, and since when.
        var owedBy: NodeName?
        var owedSince: Timestamp?
        var trouble: Trouble?

        var missing: Int { max(0, (expected ?? known) - safe) }
    }

    /// After the images: reading, the report's way, the hospital's word.
    enum Stage: String, Sendable {
        case unread, reading, read, reportOnItsWay, reportHere, unacknowledged, acknowledged

        var isDone: Bool { self == .read || self == .reportHere || self == .acknowledged }
    }

    let places: [Place]
    let stages: [Stage]

    init(_ story: StudyStory) {
        places = story.journey.hops.filter { !$0.isHere || !story.isOrigin }.map { hop in
            let told = story.hops.first { $0.node == hop.node }
            return Place(
                node: hop.node, tier: told?.tier, isHere: hop.isHere, safe: hop.safe, expected: told?.expected,
                known: hop.expected,
                owedBy: hop.isHere && hop.safe < hop.expected ? story.journey.origin.viaChild : hop.owedBy,
                owedSince: hop.isHere ? story.journey.study.firstReceivedAt : hop.owedSince, trouble: hop.trouble)
        }
        stages = Self.stages(story)
    }

    /// Everything that was owed is proven, and the report was seen.
    var isComplete: Bool { places.allSatisfy { $0.expected != nil && $0.missing == 0 } && stages.last == .acknowledged }
    var missing: [Place] { places.filter { $0.missing > 0 } }

    private static func stages(_ story: StudyStory) -> [Stage] {
        guard let task = story.journey.task else { return [.unread] }
        let isHome = story.isOrigin ? story.isReportHere : task.deliveredAt != nil
        switch task.shownState {
        case .claimed, .preliminary: return [.reading]
        case .final, .released: return isHome ? [.read, .reportHere, .unacknowledged] : [.read, .reportOnItsWay]
        case .delivered: return [.read, .reportHere, .unacknowledged]
        case .acknowledged: return [.read, .reportHere, .acknowledged]
        default: return [.unread]
        }
    }

    // MARK: Words

    func text(_ words: Words) -> String {
        (places.map { sentence($0, "custody.safe", "place", words) } + stages.map { words["custody.\($0.rawValue)"] })
            .joined(separator: words["custody.comma"])
    }

    /// For lists: what is done is a word, what is not comes with its number.
    func short(_ words: Words) -> String {
        (places.map { sentence($0, "custody.short", "tier", words) } + stages.map { words["custody.\($0.rawValue)"] })
            .joined(separator: " · ")
    }

    func text(ofMissing place: Place, _ words: Words) -> String {
        let to = name(of: place, "place", words)
        return words(
            place.owedBy == nil ? "custody.missing" : "custody.missingFrom",
            ["count": place.missing, "place": to, "from": place.owedBy?.rawValue ?? "", "to": place.node.rawValue])
    }

    private func sentence(_ place: Place, _ key: String, _ names: String, _ words: Words) -> String {
        words(
            key,
            [
                "safe": place.safe, "expected": place.expected.map(String.init) ?? "?",
                "place": name(of: place, names, words),
            ])
    }

    /// The tier where only one node of the way has it; else the node's own name.
    private func name(of place: Place, _ kind: String, _ words: Words) -> String {
        guard let tier = place.tier, places.count(where: { $0.tier == tier }) == 1 else { return place.node.rawValue }
        return words["\(kind).\(tier.rawValue)"]
    }

    func fields(_ words: Words) -> Fields {
        let parts: [Fields] =
            places.map { place in
                let isSafe = place.expected != nil && place.missing == 0
                return [
                    "text": sentence(place, "custody.safe", "place", words), "tone": isSafe ? "done" : "active",
                    "icon": isSafe ? "check" : "arrow",
                ]
            }
            + stages.map { stage in
                [
                    "text": words["custody.\(stage.rawValue)"], "tone": stage.isDone ? "done" : "waiting",
                    "icon": stage.isDone ? "check" : "clock",
                ]
            }
        var fields: Fields = ["parts": parts, "short": short(words), "tone": isComplete ? "done" : "active"]
        fields["missing"] = missing.map { place in
            var line: Fields = ["text": text(ofMissing: place, words)]
            line.put("since", place.owedSince?.description)
            line.put("trouble", place.trouble.map { words["trouble.\($0.rawValue)"] })
            return line
        }
        return fields
    }
}
