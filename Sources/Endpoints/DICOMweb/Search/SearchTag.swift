// Attributes of searches that nothing else here needs, and how a client names an attribute.

import DICOM

enum SearchTag {
    static let instanceAvailability = Tag(0x0008, 0x0056)
    static let modalitiesInStudy = Tag(0x0008, 0x0061)
    static let retrieveURL = Tag(0x0008, 0x1190)
    static let availableTransferSyntaxUID = Tag(0x0008, 0x3002)
    static let numberOfStudyRelatedSeries = Tag(0x0020, 0x1206)
    static let numberOfStudyRelatedInstances = Tag(0x0020, 0x1208)
    static let numberOfSeriesRelatedInstances = Tag(0x0020, 0x1209)
    static let performedProcedureStepStartDate = Tag(0x0040, 0x0244)
    static let performedProcedureStepStartTime = Tag(0x0040, 0x0245)
    static let requestAttributesSequence = Tag(0x0040, 0x0275)
    static let scheduledProcedureStepID = Tag(0x0040, 0x0009)
    static let requestedProcedureID = Tag(0x0040, 0x1001)

    /// `PatientName`, `00100010`, or one in a sequence: `00400275.00401001`, which stands for its last (PS3.18 8.3.4.1).
    static func parse(_ name: String) -> Tag? {
        let tags = name.split(separator: ".", omittingEmptySubsequences: false).map { part in
            Tag(hexadecimal: part) ?? DataDictionary.tag(keyword: String(part))
        }
        guard (1...2).contains(tags.count), !tags.contains(nil) else { return nil }
        if tags.count == 2, tags[0] != requestAttributesSequence { return nil }
        return tags[tags.count - 1]
    }
}

/// What is searched for (PS3.18 10.6.1).
enum SearchLevel: Int, Comparable, Sendable {
    case study, series, instance

    static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
