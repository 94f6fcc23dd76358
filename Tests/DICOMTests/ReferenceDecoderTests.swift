import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

/// Our frames beside those of decoders that share no code with ours, or no version of it (`Tests/peers/compare_pixels.py`).
@Suite("Decoding beside other decoders")
struct ReferenceDecoderTests {
    static let python = Program.packageRoot.appending(path: ".build-python/bin/python").path
    static var canCompare: Bool { FileManager.default.isExecutableFile(atPath: python) }
    /// As a node decodes.
    private static let workers = DecodeWorkers(executable: Program.jieli)
    static let wanted: Comment = "needs .build-python (deploy/install --test)"

    /// What the other side is told of a frame.
    private struct Entry: Encodable {
        var file: String
        var frame: Int
        var syntax: String
        var pixels = ""
        var rows = 0
        var columns = 0
        var samples = 0
        var bits = 0
        var signed = false
        var float = false
        var error: String?
    }

    @Test(
        "every frame of every real image is the same", .enabled(if: RealFiles.arePresent, RealFiles.wanted),
        .enabled(if: canCompare, wanted), .timeLimit(.minutes(5)))
    func realImages() async throws {
        let files = RealFiles.good.filter { !$0.hasNoPixels }.map(\.path)
        #expect(files.count >= 210)
        let differing = try await Self.differing(files)
        #expect(differing == [])
    }

    @Test("every transfer syntax of our own images is the same", .enabled(if: canCompare, wanted))
    func ownImages() async throws {
        let directory = try TemporaryDirectory()
        var files = try TestStudy(seed: "reference").syntaxes(size: 96, in: directory.path).map(\.file.path)
        files.append(try TestStudy(seed: "loop").ultrasound(frames: 3, width: 64, height: 48, in: directory.path).path)
        let differing = try await Self.differing(files)
        #expect(differing == [])
    }

    /// Signed, palette, planar, one-bit, floating point, big endian, HTJ2K; with and without offset tables.
    @Test("every layout that other encoders make is the same", .enabled(if: canCompare, wanted))
    func madeImages() async throws {
        let directory = try TemporaryDirectory()
        let made = try await Program.run(
            [Program.packageRoot.appending(path: "Tests/peers/make_images.py").path, directory.path],
            executable: Self.python)
        let files = made.output.split(separator: "\n").map(String.init)
        #expect(files.count > 80, "\(made.errors)")
        let differing = try await Self.differing(files)
        #expect(differing == [])
    }

    /// What the comparison says of frames that aren't the same.
    private static func differing(_ files: [String]) async throws -> [String] {
        let directory = try TemporaryDirectory()
        var entries: [Entry] = []
        for file in files { entries += frames(of: file, into: directory, from: entries.count) }
        try JSONEncoder().encode(entries).write(to: directory.url.appending(path: "frames.json"))
        let result = try await Program.run(
            [Program.packageRoot.appending(path: "Tests/peers/compare_pixels.py").path, directory.path],
            executable: python)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.count == entries.count, "\(result.errors)")
        return lines.filter { !$0.hasPrefix("same\t") }
    }

    private static func frames(of file: String, into directory: TemporaryDirectory, from number: Int) -> [Entry] {
        var entry = Entry(file: file, frame: 0, syntax: "")
        var entries: [Entry] = []
        do {
            let reader = try FrameReader(file: file, workers: workers)
            entry.syntax = reader.attributes.transferSyntax.rawValue
            let count = reader.attributes.numberOfFrames
            // Long loops: the beginning and the end.
            for index in 0..<count where index < 6 || index == count - 1 {
                entry.frame = index
                let frame = try reader.frame(index)
                entry.pixels = "\(number + entries.count).raw"
                (entry.rows, entry.columns, entry.samples) = (frame.rows, frame.columns, frame.samplesPerPixel)
                (entry.bits, entry.signed, entry.float) = (frame.bitsAllocated, frame.isSigned, frame.isFloatingPoint)
                try frame.pixels.write(to: directory.url.appending(path: entry.pixels))
                entries.append(entry)
            }
        } catch {
            entry.error = "\(error)"
            entries.append(entry)
        }
        return entries
    }
}
