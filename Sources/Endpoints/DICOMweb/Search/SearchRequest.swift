// A search as it was asked for.

import Archive
import DICOM
import HTTPService
import Vocabulary

/// The level, what must match, which attributes are wanted, which page (PS3.18 8.3.4, 10.6.1).
struct SearchRequest: Sendable {
    enum Fields: Hashable, Sendable {
        case all
        /// Beside those that every answer holds.
        case also(Set<Tag>)
    }

    var level: SearchLevel
    /// Named by the resource's path.
    var study: StudyInstanceUID?
    var series: SeriesInstanceUID?
    var query = InstanceQuery()
    var fields: Fields
    var limit: Int?
    var offset: Int
    /// Asked for, and of no effect on what is matched; the answer says so.
    var isFuzzyMatchingRefused = false

    private static let options: Set<String> = [
        "limit", "offset", "includefield", "fuzzymatching", "accept", "emptyvaluematching", "multiplevaluematching",
        "lang", WithheldRight.parameter,
    ]

    init(
        _ level: SearchLevel, study: StudyInstanceUID? = nil, series: SeriesInstanceUID? = nil, items: QueryItems
    ) throws {
        self.level = level
        self.study = study
        self.series = series
        limit = try items.integer("limit", in: 1...1_000_000)
        offset = try items.integer("offset", in: 0...100_000_000) ?? 0
        let wanted = items.list("includefield")
        fields = wanted.contains("all") ? .all : .also(Set(try wanted.map(Self.tag)))
        for item in items.items where !Self.options.contains(item.name) {
            let tag = try Self.tag(item.name)
            // An attribute without a value matches everything, and is wanted in the answer.
            if !item.value.isEmpty { try MatchKey.apply(tag, item.value, at: level, to: &query) }
            if case .also(let tags) = fields { fields = .also(tags.union([tag])) }
        }
        if items.first("fuzzymatching") == "true" { matchFuzzily() }
        if let study { query.series.study.studies = [study] }
        if let series { query.series.series = [series] }
    }

    /// Of names, the patient's (PS3.18 8.3.4.2): by its words, in hanzi, pinyin or initials.
    private mutating func matchFuzzily() {
        query.series.study.fuzzyPatientName = query.series.study.patientName
        query.series.study.patientName = nil
        isFuzzyMatchingRefused = query.series.study.referringPhysician != nil
    }

    private static func tag(_ name: String) throws -> Tag {
        guard let tag = SearchTag.parse(name) else {
            // The name itself is not repeated: it may be a value in the wrong place.
            throw HTTPProblem.badParameter(
                "?", Sentence("查询参数中有未知的属性", "the query names an attribute that DICOM does not define"))
        }
        return tag
    }
}
