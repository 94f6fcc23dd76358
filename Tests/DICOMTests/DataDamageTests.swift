import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@Suite("Damaged files")
struct DamageTests {
    /// Everything that reads a stranger's file; only `DICOMError` may come out.
    private func readAll(_ path: String) throws {
        do {
            try StructureGuard.check(file: path)
            _ = try InstanceHeader.read(file: path)
            _ = DICOMJSON { $0 }.encode(try DICOMFile(path).dataSet())
            let reader = try FrameReader(file: path, limit: 1 << 24)
            _ = try reader.frame(reader.attributes.numberOfFrames - 1)
            _ = try reader.rendered(frame: 0, maximumWidth: 32)
            try Transcoder.decompress(file: path, output: path + ".native", limit: 1 << 24)
        } catch is DICOMError {
        }
    }

    @Test(
        "flipped bytes give a DICOMError or a picture, never an end of the process", arguments: TestStudy.syntaxSamples)
    func flippedBytes(sample: TestStudy.SyntaxSample) throws {
        let directory = try TemporaryDirectory()
        let files = try TestStudy(seed: "damage").syntaxes(size: 32, in: directory.path)
        let original = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: try #require(files.first { $0.sample == sample }).file.path)))
        var generator = SeededGenerator(seed: UInt64(original.count))
        let path = directory.appending("damaged.dcm")
        for round in 0..<60 {
            var bytes = original
            for _ in 0...(round % 6) {
                bytes[Int.random(in: 132..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            if round % 5 == 0 { bytes = Array(bytes.prefix(Int.random(in: 140...bytes.count, using: &generator))) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try readAll(path)
        }
    }

    @Test("every image attribute may be absurd")
    func absurdAttributes() throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("absurd.dcm")
        let tags: [DICOM.Tag] = [
            .rows, .columns, .bitsAllocated, .bitsStored, .highBit, .samplesPerPixel, .numberOfFrames, .rescaleSlope,
            .windowCenter, .windowWidth, .pixelSpacing, .redPaletteDescriptor, .pixelRepresentation,
        ]
        for tag in tags {
            for text in ["1e300", "-1", "9007199254740993", "nan", "inf", "", "0", "65535\\65535\\65535"] {
                var dataSet = DataSetBuilder()
                dataSet.set(.sopClassUID, SOPClass.secondaryCapture)
                dataSet.set(.sopInstanceUID, "2.25.1")
                dataSet.set(.samplesPerPixel, 1)
                dataSet.set(.photometricInterpretation, tag == .redPaletteDescriptor ? "PALETTE COLOR" : "MONOCHROME2")
                for (tag, value) in [
                    (DICOM.Tag.rows, 4), (.columns, 4), (.bitsAllocated, 8), (.bitsStored, 8), (.highBit, 7),
                ] {
                    dataSet.set(tag, value)
                }
                dataSet.set(tag, text, vr: .DS)
                dataSet.set(.pixelData, bytes: [UInt8](repeating: 1, count: 16), vr: .OB)
                try dataSet.write(to: path)
                try readAll(path)
            }
        }
    }

    @Test(
        "every real and malformed file is read to its end or refused",
        .enabled(if: RealFiles.arePresent, RealFiles.wanted))
    func realFiles() throws {
        let directory = try TemporaryDirectory()
        for entry in RealFiles.bad + RealFiles.good.prefix(60) {
            let copy = directory.appending("copy.dcm")
            try Data(contentsOf: URL(fileURLWithPath: entry.path)).write(to: URL(fileURLWithPath: copy))
            try readAll(copy)
        }
    }
}
