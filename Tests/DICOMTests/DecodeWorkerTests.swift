import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

/// Real `jieli decode-worker` processes; signals are how a test hangs and kills them.
@Suite("Decoding in a process of its own", .serialized)
struct DecodeWorkerTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("gives the same pixels, and needs one process for one frame after the other")
    func samePixels() throws {
        let workers = DecodeWorkers(executable: Program.jieli)
        var processes: Set<pid_t> = []
        for (sample, file) in try TestStudy(seed: "isolated").syntaxes(size: 96, in: directory.path) {
            let here = try FrameReader(file: file.path).frame(0)
            let there = try FrameReader(file: file.path, workers: workers).frame(0)
            #expect(there.pixels == here.pixels, "\(sample.name)")
            #expect(there.photometricInterpretation == here.photometricInterpretation, "\(sample.name)")
            processes.formUnion(workers.identifiers.idle)
        }
        #expect(processes.count == 1)
    }

    @Test("a worker has no files, no network, no new processes and no privileges")
    func confined() throws {
        let workers = DecodeWorkers(executable: Program.jieli)
        _ = try FrameReader(file: small(), workers: workers).frame(0)
        let worker = try #require(workers.identifiers.idle.first)
        let status = try String(contentsOfFile: "/proc/\(worker)/status", encoding: .utf8)
        #expect(status.contains("Seccomp:\t2"))
        #expect(status.contains("NoNewPrivs:\t1"))
        let limits = try String(contentsOfFile: "/proc/\(worker)/limits", encoding: .utf8)
        for limit in ["Max core file size", "Max file size", "Max open files"] {
            let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix(limit) })
            #expect(line.dropFirst(limit.count).split(separator: " ").prefix(2) == ["0", "0"], "\(line)")
        }
        #expect(!limits.contains("Max address space         unlimited"))
        #expect(!limits.contains("Max cpu time              unlimited"))
    }

    @Test("a worker killed in the middle of a frame costs that frame and no other")
    func killed() async throws {
        let workers = DecodeWorkers(executable: Program.jieli)
        let large = try large()
        let frame = Self.decoding(large, workers)
        let worker = try await Self.stopped(workers)
        let other = try FrameReader(file: small(), workers: workers).frame(0)
        #expect(other.pixels == (try FrameReader(file: small()).frame(0).pixels))
        kill(worker, SIGKILL)
        let error = try #require(await frame.value.error)
        #expect(error.code == .decodingFailed)
        #expect(error.message.contains("signal 9"), "\(error.message)")
        #expect(try FrameReader(file: large, workers: workers).frame(0).rows == 2048)
        #expect(!workers.identifiers.idle.contains(worker))
    }

    @Test(
        "a codestream that keeps its decoder busy costs its own frame, when that frame's time is over",
        .timeLimit(.minutes(1)))
    func endless() throws {
        let workers = DecodeWorkers(executable: Program.jieli, frameTime: .seconds(1))
        // 47 bytes that hold CharLS for many seconds; a fuzzer found them.
        let file = Program.packageRoot.appending(path: "Tests/fuzzing/found/slow/jpegls-endless.dcm").path
        do {
            _ = try FrameReader(file: file, workers: workers).frame(0)
            Issue.record("a damaged codestream was decoded")
        } catch let error as DICOMError {
            #expect(error.code == .decodingFailed, "\(error)")
            #expect(error.message.contains("too long"), "\(error)")
        }
        #expect(try FrameReader(file: small(), workers: workers).frame(0).pixels.isEmpty == false)
    }

    @Test("a worker that hangs is ended when its frame's time is over")
    func hung() async throws {
        let workers = DecodeWorkers(executable: Program.jieli, frameTime: .seconds(4))
        let frame = Self.decoding(try large(), workers)
        let worker = try await Self.stopped(workers)
        let error = try #require(await frame.value.error)
        #expect(error.code == .decodingFailed)
        #expect(error.message.contains("too long"), "\(error.message)")
        #expect(kill(worker, 0) == -1 && errno == ESRCH)
        #expect(try FrameReader(file: small(), workers: workers).frame(0).rows == 96)
    }

    @Test("a worker killed while it waits costs nothing")
    func killedIdle() throws {
        let workers = DecodeWorkers(executable: Program.jieli)
        let expected = try FrameReader(file: small()).frame(0).pixels
        for _ in 0..<5 {
            #expect(try FrameReader(file: small(), workers: workers).frame(0).pixels == expected)
            let worker = try #require(workers.identifiers.idle.first)
            kill(worker, SIGKILL)
            while try !String(contentsOfFile: "/proc/\(worker)/stat", encoding: .utf8).contains(") Z ") { usleep(500) }
        }
    }

    @Test("damaged codestreams give a picture or an error, and the next frame is right")
    func damaged() throws {
        let workers = DecodeWorkers(executable: Program.jieli)
        var random = SeededGenerator(seed: 20_261_121)
        let expected = try FrameReader(file: small()).frame(0).pixels
        for (sample, file) in try TestStudy(seed: "damaged").syntaxes(size: 96, in: directory.appending("damaged"))
        where sample.transferSyntax.isEncapsulated {
            let whole = try Data(contentsOf: URL(fileURLWithPath: file.path))
            let start = whole.count - (try FrameReader(file: file.path).encapsulatedFrame(0).count) - 8
            var answered = 0
            for _ in 0..<25 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    bytes[Int.random(in: start..<whole.count - 8, using: &random)] = .random(
                        in: 0...255, using: &random)
                }
                let path = directory.appending("damaged.dcm")
                try bytes.write(to: URL(fileURLWithPath: path))
                do {
                    _ = try FrameReader(file: path, workers: workers).frame(0)
                } catch {
                    #expect(error is DICOMError, "\(sample.name)")
                }
                answered += 1
            }
            #expect(answered == 25)
            #expect(try FrameReader(file: small(), workers: workers).frame(0).pixels == expected, "\(sample.name)")
        }
    }

    @Test("65535 × 65535 pixels are an error within a second, whatever the codestream says of itself")
    func giants() throws {
        let workers = DecodeWorkers(executable: Program.jieli)
        _ = try FrameReader(file: small(), workers: workers).frame(0)
        for (sample, file) in try TestStudy(seed: "giant").syntaxes(size: 96, in: directory.appending("giants"))
        where sample.transferSyntax.isEncapsulated {
            // 8000 × 16000 is within what a detector may have; it is only that there is nothing behind it.
            for (rows, columns) in [(65535, 65535), (8000, 16000)] {
                let path = directory.appending("giant.dcm")
                try Self.enlarged(file.path, rows: rows, columns: columns).write(to: URL(fileURLWithPath: path))
                let began = ContinuousClock.now
                #expect(throws: DICOMError.self, "\(sample.name)") {
                    try FrameReader(file: path, workers: workers).frame(0)
                }
                #expect(.now - began < .seconds(5), "\(sample.name) \(rows)")
            }
        }
    }

    @Test("more frames at once than workers are decoded one after the other")
    func crowd() async throws {
        let workers = DecodeWorkers(executable: Program.jieli, limit: 2)
        let path = try small()
        let expected = try FrameReader(file: path).frame(0).pixels
        let frames = (0..<24).map { _ in Self.decoding(path, workers) }
        for frame in frames { #expect(try await frame.value.get().pixels == expected) }
        #expect(workers.identifiers.idle.count <= 2)
        workers.stop()
        #expect(workers.identifiers.idle.isEmpty)
        let late = #expect(throws: DICOMError.self) { try FrameReader(file: path, workers: workers).frame(0) }
        #expect(late?.code == .cancelled)
    }

    @Test("who starts it by hand is told what it is for")
    func byHand() async throws {
        let result = try await Program.run(["decode-worker"])
        #expect(result.code == 1)
        #expect(result.errors.contains("started by the node"))
    }

    // MARK: Steps

    private func small() throws -> String {
        let path = directory.appending("small")
        if !FileManager.default.fileExists(atPath: path) {
            let made = try TestStudy(seed: "small").syntaxes(
                size: 96, named: ["jpeg-ls"], in: directory.appending("smalls"))
            try FileManager.default.moveItem(atPath: try #require(made.first).file.path, toPath: path)
        }
        return path
    }

    /// JPEG 2000 that takes a second.
    private func large() throws -> String {
        let made = try TestStudy(seed: "large").syntaxes(
            size: 2048, named: ["jpeg-2000-lossless"], in: directory.appending("large"))
        return try #require(made.first).file.path
    }

    private static func decoding(_ path: String, _ workers: DecodeWorkers) -> Task<Result<Frame, DICOMError>, any Error>
    {
        let thread = ThreadExecutor(name: "test")
        return Task {
            do {
                return .success(try await thread.perform { try FrameReader(file: path, workers: workers).frame(0) })
            } catch let error as DICOMError {
                return .failure(error)
            }
        }
    }

    /// The worker that has a frame, stopped in the middle of it.
    private static func stopped(_ workers: DecodeWorkers) async throws -> pid_t {
        while true {
            if let worker = workers.identifiers.busy.first {
                // Past its start: it has confined itself and is at work.
                let status = try String(contentsOfFile: "/proc/\(worker)/status", encoding: .utf8)
                if status.contains("Seccomp:\t2") {
                    kill(worker, SIGSTOP)
                    return worker
                }
            }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// The file with other Rows and Columns, in the data set and in the header of its codestream.
    private static func enlarged(_ path: String, rows: Int, columns: Int) throws -> Data {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func replace(_ mark: [UInt8], _ value: Int, _ width: Int, isBig: Bool, at offset: Int = 0) {
            guard let found = bytes.firstRange(of: mark) else { return }
            for index in 0..<width {
                let shift = (isBig ? width - 1 - index : index) * 8
                bytes[found.upperBound + offset + index] = UInt8(truncatingIfNeeded: value >> shift)
            }
        }
        replace([0x28, 0x00, 0x10, 0x00, 0x55, 0x53, 0x02, 0x00], rows, 2, isBig: false)
        replace([0x28, 0x00, 0x11, 0x00, 0x55, 0x53, 0x02, 0x00], columns, 2, isBig: false)
        // Frame headers of JPEG (baseline, extended, lossless) and JPEG-LS; SIZ of JPEG 2000.
        for marker: UInt8 in [0xC0, 0xC1, 0xC3, 0xF7] {
            for components: UInt8 in [11, 17] {
                replace([0xFF, marker, 0x00, components], rows << 16 | columns, 4, isBig: true, at: 1)
            }
        }
        for length: UInt8 in [41, 47] {
            replace([0xFF, 0x4F, 0xFF, 0x51, 0x00, length, 0x00, 0x00], columns << 32 | rows, 8, isBig: true)
        }
        return Data(bytes)
    }
}

extension Result {
    fileprivate var error: Failure? {
        if case .failure(let error) = self { return error }
        return nil
    }
}
