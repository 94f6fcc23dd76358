// From an attribute and a value to a condition of the catalogue's.

import Archive
import DICOM
import HTTPService
import Vocabulary

/// The attributes that can be matched (PS3.18 table 10.6.1-5 and a few more), with their matching (PS3.4 C.2.2.2).
enum MatchKey {
    static func apply(_ tag: Tag, _ value: String, at level: SearchLevel, to query: inout InstanceQuery) throws {
        if try applyStudy(tag, value, to: &query.series.study) { return }
        if level >= .series, try applySeries(tag, value, to: &query.series) { return }
        if level >= .instance, try applyInstance(tag, value, to: &query) { return }
        // Passing it over would find more than was asked for.
        let name = DataDictionary.keyword(of: tag) ?? tag.hexadecimal
        throw HTTPProblem.badParameter(
            name, Sentence("不能按 \(name) 查询", "a search at this level cannot match \(name)"))
    }

    private static func applyStudy(_ tag: Tag, _ value: String, to query: inout StudyQuery) throws -> Bool {
        switch tag {
        case .studyInstanceUID: query.studies = try uids(tag, value)
        case .patientID: query.patientID = value
        case .issuerOfPatientID: query.issuer = value
        case .patientName: query.patientName = value
        case .patientBirthDate: query.patientBirthDate = try range(tag, value, digits: [8])
        case .patientSex: query.patientSex = value
        case .studyDate: query.studyDate = try range(tag, value, digits: [8])
        case .studyTime: query.studyTime = try range(tag, value, digits: [2, 4, 6])
        case .accessionNumber: query.accessionNumber = value
        case .studyID: query.studyID = value
        case .studyDescription: query.studyDescription = value
        case .referringPhysicianName: query.referringPhysician = value
        case .institutionName: query.institutionName = value
        case SearchTag.modalitiesInStudy: query.modalities = list(value)
        default: return false
        }
        return true
    }

    private static func applySeries(_ tag: Tag, _ value: String, to query: inout SeriesQuery) throws -> Bool {
        switch tag {
        case .seriesInstanceUID: query.series = try uids(tag, value)
        case .modality: query.modality = value
        case .seriesNumber: query.seriesNumber = try integer(tag, value)
        case .seriesDescription: query.seriesDescription = value
        case .bodyPartExamined: query.bodyPart = value
        case SearchTag.performedProcedureStepStartDate:
            query.performedProcedureStepStartDate = try range(tag, value, digits: [8])
        case SearchTag.performedProcedureStepStartTime:
            query.performedProcedureStepStartTime = try range(tag, value, digits: [2, 4, 6])
        case SearchTag.scheduledProcedureStepID: query.scheduledProcedureStepID = value
        case SearchTag.requestedProcedureID: query.requestedProcedureID = value
        default: return false
        }
        return true
    }

    private static func applyInstance(_ tag: Tag, _ value: String, to query: inout InstanceQuery) throws -> Bool {
        switch tag {
        case .sopInstanceUID: query.sopInstances = try uids(tag, value)
        case .sopClassUID: query.sopClasses = try uids(tag, value)
        case .instanceNumber: query.instanceNumber = try integer(tag, value)
        default: return false
        }
        return true
    }

    // MARK: Values

    /// DICOM separates values with backslashes, PS3.18 with commas.
    private static func list(_ value: String) -> [String] {
        value.split { $0 == "," || $0 == "\\" }.map(String.init)
    }

    private static let longestList = 500

    private static func uids<Identifier: UniqueIdentifier>(_ tag: Tag, _ value: String) throws -> [Identifier] {
        let texts = list(value)
        let uids = texts.compactMap { Identifier(rawValue: $0) }
        guard uids.count == texts.count, (1...longestList).contains(uids.count) else {
            throw bad(tag, "应为 UID，最多 \(longestList) 个，以逗号分隔", "must be up to \(longestList) UIDs separated by commas")
        }
        return uids
    }

    private static func integer(_ tag: Tag, _ value: String) throws -> Int {
        guard let number = Int(value) else { throw bad(tag, "应为整数", "must be a whole number") }
        return number
    }

    /// A date or time, or two with a hyphen between them; each of so many digits, fractions of a second aside.
    private static func range(_ tag: Tag, _ value: String, digits: Set<Int>) throws -> ValueRange {
        let ends = value.split(separator: "-").map { $0.prefix { $0 != "." } }
        guard let range = ValueRange(matching: value), ends.allSatisfy({ digits.contains($0.count) }) else {
            throw bad(
                tag, "应为日期 YYYYMMDD 或时间 HHMMSS，或以连字符分隔的范围",
                "must be a date (YYYYMMDD) or time (HHMMSS), or a range with a hyphen")
        }
        return range
    }

    private static func bad(_ tag: Tag, _ chinese: String, _ english: String) -> HTTPProblem {
        let name = DataDictionary.keyword(of: tag) ?? tag.hexadecimal
        return .badParameter(name, Sentence("\(name) \(chinese)", "\(name) \(english)"))
    }
}
