// DICOMDIR: what lies on a disc (PS3.3 F, PS3.10 8).

import Vocabulary

/// The studies that a DICOMDIR names, with their files. Made from a stranger's bytes: whatever is missing is absent, and
/// records that form a ring are followed once.
package struct MediaDirectory: Hashable, Sendable {
    package struct Study: Hashable, Sendable {
        package var studyInstanceUID: StudyInstanceUID
        package var patientName: String?
        package var patientID: String?
        /// `YYYYMMDD`.
        package var date: String?
        package var description: String?
        /// Sorted, each once.
        package var modalities: [String]
        /// Referenced File IDs, their parts joined by `/`, relative to the DICOMDIR's folder.
        package var files: [String]
    }

    package private(set) var studies: [Study] = []

    /// Larger ones are nobody's.
    package static let largest = 64 << 20
    private static let mostRecords = 500_000

    /// - Throws: `DICOMError.notPart10`, `.malformed` for a file that is no DICOMDIR, `.io`.
    package static func read(file path: String) throws -> MediaDirectory {
        let file = try DICOMFile(path)
        guard file.dataSetSize <= largest else {
            throw DICOMError(code: .tooLarge, message: "the DICOMDIR is larger than \(largest >> 20) MB")
        }
        let dataSet = try file.dataSet()
        let items = dataSet.items(.directoryRecordSequence)
        guard dataSet[.directoryRecordSequence] != nil else {
            throw DICOMError(code: .malformed, message: "the file has no directory records; it is no DICOMDIR")
        }
        guard items.count <= mostRecords else {
            throw DICOMError(code: .tooLarge, message: "the DICOMDIR has more than \(mostRecords) records")
        }
        var directory = MediaDirectory()
        var walk = Walk(items)
        try walk.run(from: try dataSet.integer(.firstRootRecord) ?? 0)
        directory.studies = walk.studies
        return directory
    }

    /// Record by record: across by the offset of the next one, down by the offset of the lower level.
    private struct Walk {
        private let records: [Int: DataSet]
        private let inOrder: [DataSet]
        private(set) var studies: [Study] = []
        private var patient: DataSet?
        private var visited: Set<Int> = []

        init(_ items: [DataSet]) {
            inOrder = items
            var records: [Int: DataSet] = [:]
            for item in items {
                // Offsets lead to item tags. The first element of a record, (0004,1400), begins right behind the item's head.
                guard case .bytes(let offset, _)? = item[.nextRecord]?.content else { continue }
                records[offset - 16] = item
            }
            self.records = records
        }

        mutating func run(from root: Int) throws {
            guard records[root] != nil else {
                // Written by a program that got its offsets wrong; the order of the records is all there is.
                for record in inOrder { try take(record) }
                return
            }
            // Depth is three levels in a sound directory; the visits are counted in any.
            var waiting = [root]
            while let offset = waiting.popLast() {
                guard visited.insert(offset).inserted, let record = records[offset] else { continue }
                if try record.integer(.recordInUse) != 0 { try take(record) }
                // The next one after all that lies below this one.
                if let next = try record.integer(.nextRecord), next != 0 { waiting.append(next) }
                if let lower = try record.integer(.lowerRecord), lower != 0 { waiting.append(lower) }
            }
        }

        private mutating func take(_ record: DataSet) throws {
            switch try record.string(.recordType) {
            case "PATIENT": patient = record
            case "STUDY":
                guard let uid = try record.string(.studyInstanceUID).flatMap(StudyInstanceUID.init(rawValue:)) else {
                    return
                }
                studies.append(
                    Study(
                        studyInstanceUID: uid, patientName: try patient?.string(.patientName),
                        patientID: try patient?.string(.patientID), date: try record.string(.studyDate),
                        description: try record.string(.studyDescription), modalities: [], files: []))
            case "SERIES":
                guard let modality = try record.string(.modality), !studies.isEmpty else { return }
                let known = studies[studies.count - 1].modalities
                studies[studies.count - 1].modalities = Set(known + [modality]).sorted()
            default:
                let parts = try record.strings(.referencedFileID).filter { !$0.isEmpty }
                guard !parts.isEmpty, !studies.isEmpty else { return }
                studies[studies.count - 1].files.append(parts.joined(separator: "/"))
            }
        }
    }
}

extension Tag {
    fileprivate static let firstRootRecord = Tag(0x0004, 0x1200)
    fileprivate static let directoryRecordSequence = Tag(0x0004, 0x1220)
    fileprivate static let nextRecord = Tag(0x0004, 0x1400)
    fileprivate static let recordInUse = Tag(0x0004, 0x1410)
    fileprivate static let lowerRecord = Tag(0x0004, 0x1420)
    fileprivate static let recordType = Tag(0x0004, 0x1430)
    fileprivate static let referencedFileID = Tag(0x0004, 0x1500)
}
