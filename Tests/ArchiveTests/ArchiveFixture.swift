// An archive with a database, and objects to put in.

import Archive
import DICOM
import Database
import Foundation
import TestSupport
import Vocabulary

/// What a test says of an object; the rest is made up.
struct TestObject: Sendable {
    var study: StudyInstanceUID = "1.2.3"
    var series: SeriesInstanceUID = "1.2.3.1"
    var instance: SOPInstanceUID = "1.2.3.1.1"
    var patientID: String? = "00123"
    var patientName: String? = "Ceshi^Jia=测试^甲"
    var modality = "CT"
    var number = 1
    var position: Double?
    var text: [Tag: String] = [:]
    var pixel: UInt8 = 0
    var sopClass = SOPClass.ctImage
    var sender: String?

    func part10() throws -> Data {
        var builder = DataSetBuilder()
        builder.set(.sopClassUID, sopClass)
        builder.set(.sopInstanceUID, instance)
        builder.set(.studyInstanceUID, study)
        builder.set(.seriesInstanceUID, series)
        builder.set(ifPresent: .patientID, patientID)
        builder.set(ifPresent: .patientName, patientName)
        builder.set(.modality, modality)
        builder.set(.seriesNumber, 1)
        builder.set(.instanceNumber, number)
        builder.set(.rows, 4)
        builder.set(.columns, 4)
        builder.set(.bitsAllocated, 8)
        if let position {
            builder.set(.imagePositionPatient, decimals: [-100, -100, position])
            builder.set(.imageOrientationPatient, decimals: [1, 0, 0, 0, 1, 0])
        }
        for (tag, value) in text { builder.set(tag, value) }
        builder.set(.pixelData, bytes: Array(repeating: pixel, count: 16), vr: .OB)
        let file = try builder.part10()
        guard let sender else { return file }
        // The same data set under another head, as another sender writes it.
        let plain = FileMetaInformation(
            mediaStorageSOPClassUID: sopClass.rawValue, mediaStorageSOPInstanceUID: instance.rawValue,
            transferSyntax: .explicitVRLittleEndian)
        var other = plain
        other.sourceAETitle = sender
        return other.encoded() + file.dropFirst(plain.encoded().count)
    }
}

extension StudyInstanceUID: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(unchecked: value) }
}
extension SeriesInstanceUID: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(unchecked: value) }
}
extension SOPInstanceUID: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(unchecked: value) }
}

let paotai = NodeName(rawValue: "paotai")!
let huilai = NodeName(rawValue: "huilai")!

final class ArchiveFixture: Sendable {
    let directory: TemporaryDirectory
    let store: FileInstanceStore
    let database: Database
    let clock = ManualClock()
    let catalogue = Catalogue()

    var folder: String { directory.appending("archive") }

    init() throws {
        directory = try TemporaryDirectory()
        store = try FileInstanceStore(folder: directory.appending("archive"), access: .owner)
        database = try Database(path: directory.appending("jieli.sqlite"), migrations: ArchiveSchema.migrations)
    }

    func land(_ object: TestObject) throws -> (landing: LandingFile, identity: InstanceIdentity, header: InstanceHeader)
    {
        let landing = try store.landing()
        try object.part10().write(to: URL(fileURLWithPath: landing.path))
        let header = try InstanceHeader.read(file: landing.path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: landing.path)).dropFirst(header.dataSetOffset)
        let identity = InstanceIdentity(
            study: header.studyInstanceUID, sopInstance: header.sopInstanceUID, digest: Digest(of: bytes),
            size: Int64(bytes.count), dataSetOffset: Int64(header.dataSetOffset))
        return (landing, identity, header)
    }

    func commit(
        _ object: TestObject
    ) throws -> (header: InstanceHeader, committed: CommittedFile, identity: InstanceIdentity) {
        let (landing, identity, header) = try land(object)
        return (header, try store.commit(landing, as: identity), identity)
    }

    /// Lands, commits and records, as intake does; the clock ticks.
    @discardableResult
    func receive(
        _ object: TestObject, issuer: String = "paotai", origin: NodeName = paotai, isNetworkMade: Bool = false
    ) throws -> RecordOutcome {
        let (header, committed, identity) = try commit(object)
        clock.advance(by: .milliseconds(7))
        let (time, catalogue) = (clock.now, catalogue)
        return try database.writeBlocking { transaction in
            try catalogue.record(
                header,
                stored: StoredInstance(
                    identity, at: committed, source: InstanceSource(kind: .modality, name: "CT1"),
                    isNetworkMade: isNetworkMade),
                issuer: issuer, originNode: origin, at: time, in: transaction)
        }
    }

    func path(_ relative: String) throws -> String { try store.url(of: relative).path }

    /// Every row of the catalogue's tables, sorted, as text.
    func dump() throws -> String {
        let tables = [
            ("patient", "issuer || patient_id"), ("study", "study_instance_uid"),
            ("series", "study_instance_uid || series_instance_uid"), ("sop_instance", "sop_instance_uid"),
        ]
        return try database.readBlocking { snapshot in
            try tables.map { table, key in
                let names = try snapshot.rows("SELECT name FROM pragma_table_info(?)", table)
                    .map { try $0["name", as: String.self] }
                let parts = names.map { "COALESCE('\($0)=' || \($0), '')" }.joined(separator: " || '|' || ")
                return try snapshot.rows("SELECT \(parts) AS line FROM \(table) ORDER BY \(key)")
                    .map { table + ": " + (try $0["line", as: String.self]) }.joined(separator: "\n")
            }.joined(separator: "\n")
        }
    }
}
