// What the catalogue needs of an instance.

import Vocabulary

/// The elements before the pixel data that identify and describe an instance, text decoded, padding removed, absent or
/// empty ones `nil`. Dates and times are the file's own spelling.
package struct InstanceHeader: Hashable, Sendable {
    package var sopClass: SOPClass
    package var sopInstanceUID: SOPInstanceUID
    package var studyInstanceUID: StudyInstanceUID
    package var seriesInstanceUID: SeriesInstanceUID
    package var transferSyntax: TransferSyntax
    /// Where the data set begins in the file, and its bytes from there to the end.
    package var dataSetOffset: Int
    package var dataSetSize: Int
    /// As declared, first value and all; `nil` where it is absent.
    package var specificCharacterSet: String?
    /// Where the knowledge of the encoding of these texts came from; of several, the one a person should know of.
    package var textBasis = TextBasis.plain
    package var hasPixelData = false
    /// The meta header names another class or instance than the data set; the data set is believed.
    package var metaDisagrees = false

    /// An identifying UID does not stand in the data set, see `Identity`.
    package var hasAssumedIdentity = false

    package var patientID: String?
    package var issuerOfPatientID: String?
    package var patientName: String?
    package var patientBirthDate: String?
    package var patientSex: String?
    package var patientAge: String?
    /// Other Patient IDs (0010,1000).
    package var otherPatientIDs: [String] = []

    package var accessionNumber: String?
    package var studyDate: String?
    package var studyTime: String?
    package var studyID: String?
    package var studyDescription: String?
    package var referringPhysicianName: String?
    package var timezoneOffsetFromUTC: String?

    package var modality: String?
    package var seriesNumber: Int?
    package var seriesDescription: String?
    package var seriesDate: String?
    package var seriesTime: String?
    package var bodyPartExamined: String?
    package var protocolName: String?
    package var laterality: String?
    package var viewPosition: String?
    package var institutionName: String?
    package var stationName: String?
    package var manufacturer: String?
    package var manufacturerModelName: String?
    package var frameOfReferenceUID: String?

    package var instanceNumber: Int?
    package var numberOfFrames: Int?
    package var rows: Int?
    package var columns: Int?
    package var bitsAllocated: Int?
    /// Three and six numbers where they are complete.
    package var imagePositionPatient: [Double]?
    package var imageOrientationPatient: [Double]?
    package var sliceThickness: Double?
    package var acquisitionDate: String?
    package var acquisitionTime: String?
    package var acquisitionDateTime: String?
    package var contentDate: String?
    package var contentTime: String?
    package var imageType: String?

    package init(
        sopClass: SOPClass, sopInstanceUID: SOPInstanceUID, studyInstanceUID: StudyInstanceUID,
        seriesInstanceUID: SeriesInstanceUID, transferSyntax: TransferSyntax, dataSetOffset: Int = 0,
        dataSetSize: Int = 0, specificCharacterSet: String? = nil
    ) {
        self.sopClass = sopClass
        self.sopInstanceUID = sopInstanceUID
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.transferSyntax = transferSyntax
        self.dataSetOffset = dataSetOffset
        self.dataSetSize = dataSetSize
        self.specificCharacterSet = specificCharacterSet
    }
}
