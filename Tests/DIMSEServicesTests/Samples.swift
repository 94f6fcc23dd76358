// Made-up instances, and DCMTK's tools.

import DICOM
import Foundation
import TestSupport
import Vocabulary

/// One instance on disk.
struct Sample: Sendable {
    var study = StudyInstanceUID.generate()
    var series = SeriesInstanceUID.generate()
    var instance = SOPInstanceUID.generate()
    var sopClass = SOPClass.ctImage
    /// Bytes of pixel data; even.
    var pixelCount = 8
    var marker: UInt8 = 1

    @discardableResult
    func write(to path: String) throws -> String {
        var dataSet = DataSetBuilder()
        dataSet.set(.sopClassUID, sopClass)
        dataSet.set(.sopInstanceUID, instance)
        dataSet.set(.studyInstanceUID, study)
        dataSet.set(.seriesInstanceUID, series)
        dataSet.set(.patientID, "0001")
        dataSet.set(.patientName, "TEST^PAPER=测试^纸=")
        dataSet.set(.modality, "CT")
        dataSet.set(.instanceNumber, 1)
        dataSet.set(.samplesPerPixel, 1)
        dataSet.set(.photometricInterpretation, "MONOCHROME2")
        dataSet.set(.rows, 2)
        dataSet.set(.columns, pixelCount / 4)
        dataSet.set(.bitsAllocated, 16)
        dataSet.set(.bitsStored, 16)
        dataSet.set(.highBit, 15)
        dataSet.set(.pixelRepresentation, 0)
        var pixels = [UInt8](repeating: 7, count: pixelCount)
        pixels[0] = marker
        dataSet.set(.pixelData, bytes: pixels, vr: .OW)
        try dataSet.write(to: path)
        return path
    }
}

func dataSetBytes(_ path: String) throws -> Data {
    let offset = try FileMetaInformation.read(fromFile: path).dataSetOffset
    return try Data(contentsOf: URL(fileURLWithPath: path)).dropFirst(Int(offset))
}

/// Runs one of DCMTK's tools, or a program by its path, to its end; off the cooperative pool.
func tool(_ name: String, _ arguments: [String]) async throws -> (code: Int32, output: String) {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: name.hasPrefix("/") ? name : "/usr/bin/" + name)
            process.arguments = arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            do {
                try process.run()
                let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
                process.waitUntilExit()
                continuation.resume(
                    returning: (process.terminationStatus, String(decoding: output, as: UTF8.self)))
            } catch {
                continuation.resume(throwing: error)
            }
        }
        thread.start()
    }
}

let localhost = "127.0.0.1"

func target(
    _ port: Int, calling: AETitle = .modality, called: AETitle = .county, tls: TLSCredentials? = nil,
    sopClass: SOPClass = .ctImage, contexts: [ProposedContext]? = nil
) -> AssociationTarget {
    AssociationTarget(
        address: PeerAddress(host: localhost, port: port), calling: calling, called: called,
        contexts: contexts
            ?? [.verification, ProposedContext(sopClass: sopClass, transferSyntaxes: [.explicitVRLittleEndian])],
        tls: tls)
}
