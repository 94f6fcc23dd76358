import DICOM
import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite("Structure guard", .enabled(if: RealFiles.arePresent, RealFiles.wanted))
struct StructureGuardTests {
    @Test("lets every good file pass")
    func passesGoodFiles() throws {
        var refused: [String] = []
        for entry in RealFiles.good {
            do { try StructureGuard.check(file: entry.path) } catch { refused.append("\(entry.file): \(error)") }
        }
        #expect(refused == [])
    }

    @Test("reads the header of every good file that is an instance")
    func readsHeaders() throws {
        var refused: [String] = []
        for entry in RealFiles.good {
            do {
                let header = try InstanceHeader.read(file: entry.path)
                #expect(header.dataSetOffset + header.dataSetSize == (try size(entry.path)))
            } catch {
                refused.append("\(entry.file): \(error)")
            }
        }
        #expect(refused == [])
    }

    @Test("meets every malformed file with a verdict, and refuses what nests too deep")
    func judgesMalformedFiles() throws {
        var refused: [String] = []
        for entry in RealFiles.bad {
            do {
                try StructureGuard.check(file: entry.path, limits: .intake)
            } catch let error as DICOMError {
                refused.append(entry.file)
                #expect([.malformed, .notPart10, .tooLarge].contains(error.code))
                #expect(!error.message.isEmpty)
            }
        }
        for bomb in ["depth_50", "depth_100", "3gb-bulk-data-truncated", "MR_truncated", "no_meta", "stray_item_tag"] {
            #expect(refused.contains { $0.contains(bomb) }, "\(bomb)")
        }
        for harmless in [
            "depth_10.", "odd_length", "brain_001", "stray_item_delim", "wide_1000", "patientname_over_1MB",
        ] {
            #expect(!refused.contains { $0.contains(harmless) }, "\(harmless)")
        }
    }

    @Test("notes bytes after the data set")
    func notesTrailingBytes() throws {
        let report = try StructureGuard.check(file: RealFiles.path("mr_series_ge_brain/brain_001.dcm"))
        #expect(report.notes == [.trailingBytes])
    }

    private func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? -1
    }
}

@Suite("Structure guard, made files")
struct StructureGuardBombTests {
    /// A sequence in an item in a sequence …, each of undefined length.
    private func nested(_ depth: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<depth {
            bytes += [0x08, 0x00, 0x15, 0x11, 0x53, 0x51, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
            bytes += [0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]
        }
        return bytes
    }

    private func write(_ dataSet: [UInt8], _ syntax: TransferSyntax, to path: String) throws {
        let meta = FileMetaInformation(
            mediaStorageSOPClassUID: "1.2.840.10008.5.1.4.1.1.7", mediaStorageSOPInstanceUID: "2.25.1",
            transferSyntax: syntax)
        try (meta.encoded() + Data(dataSet)).write(to: URL(fileURLWithPath: path))
    }

    @Test("refuses megabytes of nested sequences in an instant, plain or deflated")
    func refusesBombs() throws {
        let directory = try TemporaryDirectory()
        let bytes = nested(180_000)
        let plain = directory.appending("plain.dcm")
        try write(bytes, .explicitVRLittleEndian, to: plain)
        #expect(throws: DICOMError(code: .tooLarge, message: "")) { try StructureGuard.check(file: plain) }
        #expect(throws: DICOMError(code: .tooLarge, message: "")) { try InstanceHeader.read(file: plain) }
        #expect(throws: DICOMError(code: .tooLarge, message: "")) { try DICOMFile(plain).dataSet() }
        #expect(try ClaimedIdentity.read(file: plain).sopClass == "1.2.840.10008.5.1.4.1.1.7")
    }

    @Test("bounds what a deflated data set may become")
    func refusesInflationBombs() throws {
        let directory = try TemporaryDirectory()
        var dataSet = DataSetBuilder()
        dataSet.set(.sopClassUID, SOPClass.secondaryCapture)
        dataSet.set(.sopInstanceUID, "2.25.1")
        dataSet.set(.pixelData, bytes: [UInt8](repeating: 0, count: 8 << 20), vr: .OB)
        let path = directory.appending("deflated.dcm")
        try dataSet.write(to: path, transferSyntax: .deflatedExplicitVRLittleEndian)
        var limits = StructureLimits()
        #expect(throws: Never.self) { try StructureGuard.check(file: path, limits: limits) }
        limits.inflatedSize = 4 << 20
        #expect(throws: DICOMError(code: .tooLarge, message: "")) {
            try StructureGuard.check(file: path, limits: limits)
        }
    }

    @Test("counts elements no further than its limit")
    func boundsElements() throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("many.dcm")
        let element: [UInt8] = [0x09, 0x00, 0x01, 0x10, 0x55, 0x53, 2, 0, 1, 0]
        try write(Array(repeatElement(element, count: 5000).joined()), .explicitVRLittleEndian, to: path)
        var limits = StructureLimits()
        limits.elements = 1000
        #expect(throws: DICOMError(code: .tooLarge, message: "")) {
            try StructureGuard.check(file: path, limits: limits)
        }
    }
}
