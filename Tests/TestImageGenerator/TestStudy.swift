// Studies of any size, the same on every machine.

import DICOM
import Foundation
import Vocabulary

/// A file that was generated.
package struct TestFile: Hashable, Sendable {
    package let path: String
    package let studyInstanceUID: StudyInstanceUID
    package let seriesInstanceUID: SeriesInstanceUID
    package let sopInstanceUID: SOPInstanceUID
    package let sopClass: SOPClass
}

/// One examination of a synthetic patient. Everything that is generated, UIDs and noise included, follows from `seed`:
/// two studies of one seed are the same study.
package struct TestStudy: Sendable {
    package var seed: String
    package var patient: TestPatient
    package var encoding: TextEncoding
    package var institution: String
    package var accessionNumber: String
    package var date: String
    package var time: String
    package var description: String?

    package init(
        seed: String, patient: TestPatient = .latin, encoding: TextEncoding = .utf8, institution: String = "示例卫生院",
        accessionNumber: String? = nil, date: String = "20260105", time: String = "093000", description: String? = nil
    ) {
        self.seed = seed
        self.patient = patient
        self.encoding = encoding
        self.institution = institution
        self.accessionNumber = accessionNumber ?? "A" + String(Self.number(seed) % 1_000_000)
        self.date = date
        self.time = time
        self.description = description
    }

    package var studyInstanceUID: StudyInstanceUID { TestUID.make("\(seed) study") }

    package func seriesInstanceUID(_ series: Int) -> SeriesInstanceUID { TestUID.make("\(seed) series \(series)") }

    static func number(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    func noiseSeed(_ series: Int, _ instance: Int) -> UInt64 { Self.number("\(seed) \(series) \(instance)") }

    // MARK: Data sets

    struct Series {
        var number: Int
        var modality: String
        var sopClass: SOPClass
        var description: String
        var bodyPart: String
        var protocolName: String?
    }

    /// Patient, study, series and equipment modules with SOP common.
    func common(_ series: Series, instance: Int) -> DataSetBuilder {
        var dataSet = DataSetBuilder()
        encoding.declare(in: &dataSet)
        func text(_ tag: Tag, _ value: String) {
            dataSet.set(tag, bytes: encoding.bytes(of: value), vr: DataDictionary.vr(of: tag))
        }
        dataSet.set(.sopClassUID, series.sopClass)
        dataSet.set(.sopInstanceUID, sopInstanceUID(series.number, instance))
        dataSet.set(.studyInstanceUID, studyInstanceUID)
        dataSet.set(.seriesInstanceUID, seriesInstanceUID(series.number))
        dataSet.set(.studyDate, date)
        dataSet.set(.seriesDate, date)
        dataSet.set(.contentDate, date)
        dataSet.set(.acquisitionDate, date)
        dataSet.set(.studyTime, time)
        dataSet.set(.seriesTime, time)
        dataSet.set(.contentTime, time)
        dataSet.set(.acquisitionTime, time)
        dataSet.set(.accessionNumber, accessionNumber)
        dataSet.set(.modality, series.modality)
        dataSet.set(.manufacturer, "Jieli Test Images")
        dataSet.set(.manufacturerModelName, "Phantom")
        dataSet.set(.stationName, "PHANTOM1")
        text(.institutionName, institution)
        text(
            .referringPhysicianName,
            encoding == .utf8 || patient != .latin ? "SONGJIAN^YISHENG=送检^医生" : "REFERRING^TEST")
        text(.studyDescription, description ?? series.description)
        text(.seriesDescription, series.description)
        text(.patientName, patient.name)
        text(.patientID, patient.id)
        dataSet.set(.patientBirthDate, patient.birthDate)
        dataSet.set(.patientSex, patient.sex)
        dataSet.set(.studyID, "1")
        dataSet.set(.seriesNumber, series.number)
        dataSet.set(.instanceNumber, instance)
        dataSet.set(.bodyPartExamined, series.bodyPart)
        text(.protocolName, series.protocolName ?? series.description)
        return dataSet
    }

    func sopInstanceUID(_ series: Int, _ instance: Int) -> SOPInstanceUID {
        TestUID.make("\(seed) instance \(series) \(instance)")
    }

    func file(_ series: Series, instance: Int, path: String) -> TestFile {
        TestFile(
            path: path, studyInstanceUID: studyInstanceUID, seriesInstanceUID: seriesInstanceUID(series.number),
            sopInstanceUID: sopInstanceUID(series.number, instance), sopClass: series.sopClass)
    }

    static func makeDirectory(_ directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    static func numbered(_ directory: String, _ number: Int) -> String {
        directory + "/" + String(repeating: "0", count: max(0, 4 - String(number).count)) + "\(number).dcm"
    }
}

extension DataSetBuilder {
    mutating func setImagePixel(
        rows: Int, columns: Int, bits: Int, stored: Int, isSigned: Bool, photometric: String, samples: Int = 1
    ) {
        set(.samplesPerPixel, samples)
        set(.photometricInterpretation, photometric)
        if samples > 1 { set(.planarConfiguration, 0) }
        set(.rows, rows)
        set(.columns, columns)
        set(.bitsAllocated, bits)
        set(.bitsStored, stored)
        set(.highBit, stored - 1)
        set(.pixelRepresentation, isSigned ? 1 : 0)
    }
}
