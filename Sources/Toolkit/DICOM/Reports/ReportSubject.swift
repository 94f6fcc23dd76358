// Whom and what a report object is about.

import Foundation
import Vocabulary

/// Patient and study attributes that every object of one study must repeat alike (PS3.3 C.7.1, C.7.2), decoded to UTF-8.
package struct ReportSubject: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var patientID: String?
    package var patientName: String?
    package var patientBirthDate: String?
    package var patientSex: String?
    package var patientAge: String?
    package var studyDate: String?
    package var studyTime: String?
    package var studyID: String?
    package var studyDescription: String?
    package var accessionNumber: String?
    package var referringPhysicianName: String?

    /// With nothing known but its UID.
    package init(study: StudyInstanceUID) { self.study = study }

    /// As any acquired instance of the study says.
    package init(_ header: InstanceHeader) {
        study = header.studyInstanceUID
        patientID = header.patientID
        patientName = header.patientName
        patientBirthDate = header.patientBirthDate
        patientSex = header.patientSex
        patientAge = header.patientAge
        studyDate = header.studyDate
        studyTime = header.studyTime
        studyID = header.studyID
        studyDescription = header.studyDescription
        accessionNumber = header.accessionNumber
        referringPhysicianName = header.referringPhysicianName
    }

    /// A data set that begins with these; type 2 attributes are there even when empty.
    func dataSet() -> DataSetBuilder {
        var dataSet = DataSetBuilder()
        dataSet.set(.studyInstanceUID, study)
        dataSet.set(.patientName, patientName ?? "")
        dataSet.set(.patientID, patientID ?? "")
        dataSet.set(.patientBirthDate, patientBirthDate ?? "")
        dataSet.set(.patientSex, patientSex ?? "")
        dataSet.set(ifPresent: .patientAge, patientAge)
        dataSet.set(.studyDate, studyDate ?? "")
        dataSet.set(.studyTime, studyTime ?? "")
        dataSet.set(.studyID, studyID ?? "")
        dataSet.set(.accessionNumber, accessionNumber ?? "")
        dataSet.set(.referringPhysicianName, referringPhysicianName ?? "")
        dataSet.set(ifPresent: .studyDescription, studyDescription)
        return dataSet
    }
}

/// What a report object is called and where it stands.
package struct ReportObjectIdentity: Hashable, Sendable {
    package var sopInstance: SOPInstanceUID
    package var series: SeriesInstanceUID
    package var seriesNumber: Int
    package var institution: String
    package var created: Timestamp

    package init(
        sopInstance: SOPInstanceUID, series: SeriesInstanceUID, seriesNumber: Int, institution: String,
        created: Timestamp
    ) {
        self.sopInstance = sopInstance
        self.series = series
        self.seriesNumber = seriesNumber
        self.institution = institution
        self.created = created
    }

    func add(to dataSet: inout DataSetBuilder, sopClass: SOPClass, modality: String, description: String) {
        let (date, time) = DICOMDateTime.dateAndTime(created)
        dataSet.set(.sopClassUID, sopClass)
        dataSet.set(.sopInstanceUID, sopInstance)
        dataSet.set(.seriesInstanceUID, series)
        dataSet.set(.seriesNumber, seriesNumber)
        dataSet.set(.instanceNumber, 1)
        dataSet.set(.modality, modality)
        dataSet.set(.seriesDescription, description)
        dataSet.set(.manufacturer, "Jieli")
        dataSet.set(.institutionName, institution)
        dataSet.set(.instanceCreationDate, date)
        dataSet.set(.instanceCreationTime, time)
        dataSet.set(.contentDate, date)
        dataSet.set(.contentTime, time)
    }
}

/// Dates and times as DICOM spells them (PS3.5 6.2), in China's one time zone.
enum DICOMDateTime {
    static let offset = "+0800"

    static func dateAndTime(_ timestamp: Timestamp) -> (date: String, time: String) {
        let text = dateTime(timestamp)
        return (String(text.prefix(8)), String(text.dropFirst(8).prefix(6)))
    }

    /// `YYYYMMDDHHMMSS`
    static func dateTime(_ timestamp: Timestamp) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = CivilTime.timeZone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: timestamp.date)
        func digits(_ value: Int?, _ width: Int) -> String {
            let text = String(value ?? 0)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return digits(parts.year, 4) + digits(parts.month, 2) + digits(parts.day, 2) + digits(parts.hour, 2)
            + digits(parts.minute, 2) + digits(parts.second, 2)
    }
}
