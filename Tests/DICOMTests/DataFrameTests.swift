import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@Suite("Frames")
struct FrameTests {
    @Test("decodes every lossless syntax to the same pixels", arguments: TestStudy.syntaxSamples.filter { !$0.isLossy })
    func lossless(sample: TestStudy.SyntaxSample) throws {
        let directory = try TemporaryDirectory()
        let files = try TestStudy(seed: "frames").syntaxes(size: 96, in: directory.path)
        let file = try #require(files.first { $0.sample == sample }).file
        let twin =
            sample.isColor
            ? "rle-color" : sample.transferSyntax == .explicitVRLittleEndian ? "rle" : "explicit-little-endian"
        let other = try #require(files.first { $0.sample.name == twin }).file
        #expect(try InstanceHeader.read(file: file.path).transferSyntax == sample.transferSyntax)
        let frame = try FrameReader(file: file.path).frame(0)
        #expect(frame.pixels == (try FrameReader(file: other.path).frame(0).pixels))
        #expect(frame.photometricInterpretation == (sample.isColor ? "RGB" : "MONOCHROME2"))
    }

    @Test(
        "agrees with DCMTK's own decoders", .enabled(if: Tool.isInstalled("dcmdjpeg")),
        arguments: [
            ("jpeg-baseline-color", "dcmdjpeg"), ("jpeg-extended", "dcmdjpeg"), ("jpeg-lossless", "dcmdjpeg"),
            ("jpeg-lossless-sv1", "dcmdjpeg"), ("jpeg-ls", "dcmdjpls"), ("jpeg-ls-near", "dcmdjpls"),
            ("jpeg-ls-color", "dcmdjpls"), ("rle", "dcmdrle"), ("rle-color", "dcmdrle"),
            ("explicit-big-endian", "dcmconv"), ("deflated", "dcmconv"), ("implicit-little-endian", "dcmconv"),
        ])
    func agreesWithTools(name: String, tool: String) throws {
        let directory = try TemporaryDirectory()
        let files = try TestStudy(seed: "frames").syntaxes(size: 96, in: directory.path)
        let file = try #require(files.first { $0.sample.name == name }).file
        let native = directory.appending("native.dcm")
        let result = try Tool.run(tool, "+te", file.path, native)
        try #require(result.status == 0, "\(result.output)")
        let expected = try FrameReader(file: native)
        #expect(!expected.isEncapsulated)
        #expect(try FrameReader(file: file.path).frame(0).pixels == expected.frame(0).pixels)
    }

    @Test("agrees with OpenJPEG's own decoder", .enabled(if: Tool.isInstalled("opj_decompress")))
    func agreesWithOpenJPEG() throws {
        let directory = try TemporaryDirectory()
        let files = try TestStudy(seed: "frames").syntaxes(size: 96, in: directory.path)
        let file = try #require(files.first { $0.sample.name == "jpeg-2000" }).file
        let reader = try FrameReader(file: file.path)
        try reader.encapsulatedFrame(0).write(to: directory.url.appending(path: "frame.j2k"))
        let result = try Tool.run(
            "opj_decompress", "-i", directory.appending("frame.j2k"), "-o", directory.appending("frame.rawl"))
        try #require(result.status == 0, "\(result.output)")
        #expect(try reader.frame(0).pixels == Data(contentsOf: directory.url.appending(path: "frame.rawl")))
    }

    @Test("reads any frame of a multi-frame image, compressed or not")
    func multiFrame() throws {
        let directory = try TemporaryDirectory()
        let file = try TestStudy(seed: "loop").ultrasound(frames: 5, width: 64, height: 48, in: directory.path)
        let native = try FrameReader(file: file.path)
        let packed = directory.appending("rle.dcm")
        try Transcoder.encode(file: file.path, to: .rleLossless, output: packed)
        let compressed = try FrameReader(file: packed)
        #expect(native.attributes.numberOfFrames == 5)
        for index in [4, 0, 2] {
            #expect(try compressed.frame(index).pixels == native.frame(index).pixels)
        }
        #expect(try native.frame(3).pixels != native.frame(0).pixels)
        #expect(throws: DICOMError.self) { try native.frame(5) }
    }

    @Test("refuses declared sizes beyond the limit before it allocates")
    func refusesHugeFrames() throws {
        let directory = try TemporaryDirectory()
        var dataSet = DataSetBuilder()
        dataSet.set(.sopClassUID, SOPClass.secondaryCapture)
        dataSet.set(.sopInstanceUID, "2.25.1")
        dataSet.set(.rows, 65535)
        dataSet.set(.columns, 65535)
        dataSet.set(.bitsAllocated, 16)
        dataSet.setPixelData(fragments: [[0, 0]])
        try dataSet.write(to: directory.appending("bomb.dcm"), transferSyntax: .rleLossless)
        #expect(throws: DICOMError(code: .tooLarge, message: "")) {
            try FrameReader(file: directory.appending("bomb.dcm"))
        }
    }

    @Test("makes native copies that hold the same pixels", arguments: TestStudy.syntaxSamples, TransferSyntax.native)
    func decompresses(sample: TestStudy.SyntaxSample, target: TransferSyntax) throws {
        let directory = try TemporaryDirectory()
        let files = try TestStudy(seed: "frames").syntaxes(size: 64, in: directory.path)
        let file = try #require(files.first { $0.sample == sample }).file
        let copy = directory.appending("copy.dcm")
        try Transcoder.decompress(file: file.path, to: target, output: copy)
        let header = try InstanceHeader.read(file: copy)
        #expect(header.transferSyntax == target)
        #expect(header.sopInstanceUID == file.sopInstanceUID)
        #expect(try FrameReader(file: copy).frame(0).pixels == FrameReader(file: file.path).frame(0).pixels)
        if Tool.isInstalled("dcmftest") { #expect(try Tool.run("dcmdump", "-q", copy).status == 0) }
    }

    @Test("renders pictures that fit")
    func renders() throws {
        let directory = try TemporaryDirectory()
        let film = try TestStudy(seed: "film").radiograph(size: 200, isMonochrome1: true, in: directory.path)
        let reader = try FrameReader(file: film.path)
        let png = try reader.rendered(frame: 0, maximumWidth: 100, maximumHeight: 100)
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        // Width in the header chunk.
        #expect(png[16..<24].elementsEqual([0, 0, 0, 100, 0, 0, 0, 100]))
        let jpeg = try reader.rendered(
            frame: 0, window: .given(center: 2000, width: 4000), as: .jpeg(quality: 80))
        #expect(jpeg.starts(with: [0xFF, 0xD8, 0xFF]))
    }

    @Test("decodes and renders every real image", .enabled(if: RealFiles.arePresent, RealFiles.wanted))
    func realImages() throws {
        var failures: [String] = []
        for entry in RealFiles.good where entry.hasPixels {
            do {
                let reader = try FrameReader(file: entry.path)
                let last = reader.attributes.numberOfFrames - 1
                #expect(try !reader.frame(last).pixels.isEmpty)
                _ = try reader.rendered(frame: 0, maximumWidth: 64)
            } catch {
                failures.append("\(entry.file) [\(entry.transferSyntax)]: \(error)")
            }
        }
        // Seven bits a sample in JPEG-LS: dcmdjpls cannot either.
        #expect(failures.filter { !$0.contains("JLSL_08_07") } == [])
    }

    @Test("agrees with DCMTK's tools on real compressed files", .enabled(if: RealFiles.arePresent, RealFiles.wanted))
    func realCompressedFiles() throws {
        let directory = try TemporaryDirectory()
        let native = directory.appending("native.dcm")
        var compared = 0
        for entry in RealFiles.good where entry.hasPixels {
            let tool =
                entry.transferSyntax.hasPrefix("JPEG-LS")
                ? "dcmdjpls"
                : entry.transferSyntax.hasPrefix("JPEG") ? "dcmdjpeg" : entry.transferSyntax == "RLE" ? "dcmdrle" : nil
            guard let tool, Tool.isInstalled(tool), try Tool.run(tool, "+te", entry.path, native).status == 0 else {
                continue
            }
            let ours = try FrameReader(file: entry.path)
            let theirs = try FrameReader(file: native)
            #expect(try ours.frame(0).pixels == theirs.frame(0).pixels, "\(entry.file)")
            compared += 1
        }
        #expect(compared > 20)
    }

    @Test("survives every malformed image", .enabled(if: RealFiles.arePresent, RealFiles.wanted))
    func malformedImages() throws {
        for entry in RealFiles.bad {
            do {
                let reader = try FrameReader(file: entry.path)
                _ = try reader.rendered(frame: 0, maximumWidth: 64)
            } catch {
                #expect(error is DICOMError)
            }
        }
    }
}

@Suite("Reversible compression")
struct ReversibleCompressionTests {
    @Test(
        "gives back every byte of the data set, undefined lengths and all",
        .enabled(if: RealFiles.arePresent, RealFiles.wanted))
    func realFiles() throws {
        let directory = try TemporaryDirectory()
        var compressed = 0
        for entry in RealFiles.good where entry.hasPixels && entry.transferSyntax == "ExplLE" {
            let output = directory.appending("copy.dcm")
            let acquired = try Self.digest(ofDataSetIn: entry.path)
            guard let copy = try Transcoder.compressReversibly(file: entry.path, acquired: acquired, output: output)
            else {
                #expect(!FileManager.default.fileExists(atPath: output))
                continue
            }
            compressed += 1
            #expect(try InstanceHeader.read(file: output).transferSyntax == .jpegLSLossless)
            #expect(try Self.digest(ofDataSetIn: output) == copy.digest)
            let restored = directory.appending("restored.dcm")
            try Transcoder.decompress(file: output, output: restored, acquired: acquired)
            #expect(try Self.digest(ofDataSetIn: restored) == acquired, "\(entry.path)")
        }
        #expect(compressed > 60, "\(compressed)")
    }

    @Test("makes a CT smaller and leaves its digest to be found again")
    func ct() throws {
        let directory = try TemporaryDirectory()
        let file = try #require(try TestStudy(seed: "link").ct(slices: 1, size: 64, in: directory.path).first)
        let output = directory.appending("copy.dcm")
        let acquired = try Self.digest(ofDataSetIn: file.path)
        #expect(try Transcoder.compressReversibly(file: file.path, acquired: acquired, output: output) != nil)
        let before = try InstanceHeader.read(file: file.path)
        #expect(try InstanceHeader.read(file: output).dataSetSize < before.dataSetSize)
        let restored = directory.appending("restored.dcm")
        try Transcoder.decompress(file: output, output: restored)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: restored)).suffix(before.dataSetSize)
                == Data(contentsOf: URL(fileURLWithPath: file.path)).suffix(before.dataSetSize))
    }

    @Test("makes no copy of a file that is no longer what was acquired, and leaves nothing behind")
    func damaged() throws {
        let directory = try TemporaryDirectory()
        let file = try #require(try TestStudy(seed: "link").ct(slices: 1, size: 64, in: directory.path).first)
        let acquired = try Self.digest(ofDataSetIn: file.path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
        bytes[bytes.count - 100] ^= 1
        let damaged = directory.appending("damaged.dcm")
        try bytes.write(to: URL(fileURLWithPath: damaged))
        let output = directory.appending("copy.dcm")
        #expect(try Transcoder.compressReversibly(file: damaged, acquired: acquired, output: output) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).allSatisfy { !$0.contains("copy") })
    }

    private static func digest(ofDataSetIn path: String) throws -> Digest {
        let size = try InstanceHeader.read(file: path).dataSetSize
        return Digest(of: try Data(contentsOf: URL(fileURLWithPath: path)).suffix(size))
    }
}
