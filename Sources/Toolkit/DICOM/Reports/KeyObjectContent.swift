// What a Key Object Selection Document says.

import Vocabulary

/// Read from anybody's document: what is missing is absent, what is no UID is passed over.
package struct KeyObjectContent: Hashable, Sendable {
    package struct Reference: Hashable, Sendable {
        /// `nil` where only the content names the instance, and not the evidence.
        package var study: StudyInstanceUID?
        package var series: SeriesInstanceUID?
        package var sopInstance: SOPInstanceUID
    }

    /// Code value and coding scheme of the document title.
    package var titleCode: String
    package var titleScheme: String
    package var observer: String?
    /// Key Object Description.
    package var text: String?
    /// What the content lists; where it lists nothing, all of the evidence. Each once, sorted by UID.
    package var references: [Reference]

    /// More than one study has: a document that names more is not worked through.
    package static let mostReferences = 100_000

    /// Of a description: it stands beside the images.
    package static let longestText = 10_000
    private static let longestName = 200

    /// `nil` where the data set has no title: then it is no such document.
    package init?(_ dataSet: DataSet) throws {
        guard let title = dataSet.items(.conceptNameCodeSequence).first,
            let code = try title.string(.codeValue)
        else { return nil }
        titleCode = code
        titleScheme = try title.string(.codingSchemeDesignator) ?? ""
        var listed: Set<SOPInstanceUID> = []
        for item in dataSet.items(.contentSequence) {
            for reference in item.items(.referencedSOPSequence) {
                if let uid = try Self.uid(.referencedSOPInstanceUID, in: reference) as SOPInstanceUID? {
                    listed.insert(uid)
                }
            }
            let concept = try item.items(.conceptNameCodeSequence).first?.string(.codeValue)
            if concept == "113012" {
                text = try text ?? item.text(.textValue).map { String($0.prefix(Self.longestText)) }
            }
            if concept == "121008" {
                observer = try observer ?? item.string(.personNameValue).map { String($0.prefix(Self.longestName)) }
            }
        }
        var found: [SOPInstanceUID: Reference] = [:]
        for study in dataSet.items(.currentRequestedProcedureEvidenceSequence) {
            let studyUID: StudyInstanceUID? = try Self.uid(.studyInstanceUID, in: study)
            for series in study.items(.referencedSeriesSequence) {
                let seriesUID: SeriesInstanceUID? = try Self.uid(.seriesInstanceUID, in: series)
                for instance in series.items(.referencedSOPSequence) {
                    guard let uid: SOPInstanceUID = try Self.uid(.referencedSOPInstanceUID, in: instance),
                        listed.isEmpty || listed.contains(uid)
                    else { continue }
                    found[uid] = Reference(study: studyUID, series: seriesUID, sopInstance: uid)
                }
            }
        }
        for uid in listed where found[uid] == nil { found[uid] = Reference(sopInstance: uid) }
        guard found.count <= Self.mostReferences else {
            throw DICOMError(
                code: .tooLarge,
                message: "the key object names \(found.count) instances, at most "
                    + "\(Self.mostReferences) are worked through")
        }
        references = found.values.sorted { $0.sopInstance < $1.sopInstance }
    }

    private static func uid<UID: UniqueIdentifier>(_ tag: Tag, in dataSet: DataSet) throws -> UID? {
        try dataSet.string(tag).flatMap(UID.init(rawValue:))
    }
}
