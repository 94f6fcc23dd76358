// From an instance's header to rows.

import DICOM
import Database
import Vocabulary

/// One instance with what it says about its series, study and patient.
struct CatalogueEntry {
    var patient: PatientRecord
    var study: StudyRecord
    var series: SeriesRecord
    var instance: InstanceRecord

    init(patient: PatientRecord, study: StudyRecord, series: SeriesRecord, instance: InstanceRecord) {
        self.patient = patient
        self.study = study
        self.series = series
        self.instance = instance
    }

    init(_ header: InstanceHeader, stored: StoredInstance, origin: StudyOrigin, receivedAt: Timestamp) {
        patient = PatientRecord(
            identifier: PatientIdentifier(
                issuer: origin.issuer, patientID: header.patientID ?? header.studyInstanceUID.rawValue),
            name: header.patientName, birthDate: Self.date(header.patientBirthDate), sex: header.patientSex)
        study = StudyRecord(
            studyInstanceUID: header.studyInstanceUID, patient: patient, studyDate: Self.date(header.studyDate),
            studyTime: Self.time(header.studyTime), accessionNumber: header.accessionNumber,
            studyDescription: header.studyDescription, studyID: header.studyID,
            referringPhysician: header.referringPhysicianName, institutionName: header.institutionName,
            patientAge: header.patientAge, timezoneOffset: header.timezoneOffsetFromUTC,
            // A key object or a presentation state says something about the images and is none of them.
            modalities: [.keyObjectSelection, .grayscalePresentationState].contains(header.sopClass)
                ? [] : header.modality.map { [$0] } ?? [],
            bodyParts: stored.isNetworkMade ? [] : header.bodyPartExamined.map { [$0.uppercased()] } ?? [],
            originNode: origin.originNode, firstReceivedAt: receivedAt, lastReceivedAt: receivedAt, seriesCount: 0,
            instanceCount: 0, networkMadeCount: 0, byteCount: 0)
        study.guessedEncoding = header.guessedEncoding
        series = SeriesRecord(
            studyInstanceUID: header.studyInstanceUID, seriesInstanceUID: header.seriesInstanceUID,
            modality: header.modality, seriesNumber: header.seriesNumber, seriesDescription: header.seriesDescription,
            bodyPart: header.bodyPartExamined, laterality: header.laterality, protocolName: header.protocolName,
            manufacturer: header.manufacturer, manufacturerModelName: header.manufacturerModelName,
            stationName: header.stationName, timezoneOffset: header.timezoneOffsetFromUTC,
            performedProcedureStepStartDate: nil, performedProcedureStepStartTime: nil,
            scheduledProcedureStepID: nil, requestedProcedureID: nil, isNetworkMade: stored.isNetworkMade,
            instanceCount: 0,
            byteCount: 0, firstReceivedAt: receivedAt, lastReceivedAt: receivedAt)
        instance = InstanceRecord(
            sopInstanceUID: header.sopInstanceUID, studyInstanceUID: header.studyInstanceUID,
            seriesInstanceUID: header.seriesInstanceUID, sopClass: header.sopClass,
            transferSyntax: header.transferSyntax, digest: stored.digest, size: stored.size,
            dataSetOffset: stored.dataSetOffset, path: stored.path, instanceNumber: header.instanceNumber,
            numberOfFrames: header.numberOfFrames, rows: header.rows, columns: header.columns,
            bitsAllocated: header.bitsAllocated, slicePosition: header.slicePosition,
            contentDate: Self.date(header.contentDate), contentTime: Self.time(header.contentTime),
            isNetworkMade: stored.isNetworkMade, source: stored.source, receivedAt: receivedAt)
    }

    /// Of a compressed instance that was decoded before: from the ledger, which outlives the catalogue.
    mutating func nameAcquiredForm(in transaction: Transaction) throws {
        guard instance.transferSyntax == .jpegLSLossless,
            let form = try AcquiredFormBook().form(of: instance.sopInstanceUID, instance.digest, in: transaction),
            form.state == .proven
        else { return }
        instance.acquired = form.acquired
    }

    /// `2004.01.19`, as ACR-NEMA wrote it (PS3.5 6.2), becomes `20040119`; anything else stays.
    private static func date(_ text: String?) -> String? {
        guard let text else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.map(\.count) == [4, 2, 2] ? parts.joined() : text
    }

    /// `12:30:00`, as ACR-NEMA wrote it, becomes `123000`.
    private static func time(_ text: String?) -> String? { text?.replacing(":", with: "") }
}

extension InstanceHeader {
    /// Millimetres from the origin along the normal of the image plane (PS3.3 C.7.6.2.1.1).
    fileprivate var slicePosition: Double? {
        guard let position = imagePositionPatient, let axes = imageOrientationPatient, position.count == 3,
            axes.count == 6
        else { return nil }
        let normal = [
            axes[1] * axes[5] - axes[2] * axes[4], axes[2] * axes[3] - axes[0] * axes[5],
            axes[0] * axes[4] - axes[1] * axes[3],
        ]
        let distance = zip(position, normal).reduce(0) { $0 + $1.0 * $1.1 }
        return distance.isFinite ? distance : nil
    }
}
