// What decoding in a process of its own costs: measure-decoding [ROUNDS]

import DICOM
import Foundation
import TestImageGenerator
import Vocabulary

/// A CT slice and a chest radiograph in JPEG-LS, decoded here and by a worker in turn. This program is its own worker.
@main
enum MeasureDecoding {
    static func main() throws {
        if CommandLine.arguments.dropFirst().first == "decode-worker" { return try DecodeWorker.run() }
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 30
        let directory = FileManager.default.temporaryDirectory.appending(path: "measure-decoding-\(getpid())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let study = TestStudy(seed: "measure")
        let images: [(String, TestFile?)] = [
            ("CT 512 × 512", try study.ct(slices: 1, size: 512, in: directory + "/ct").first),
            ("DX 3000 × 3000", try study.radiograph(size: 3000, in: directory + "/dx")),
        ]
        let workers = DecodeWorkers()
        for (name, file) in images {
            guard let file else { continue }
            let compressed = file.path + ".jls"
            try Transcoder.encode(file: file.path, to: .jpegLSLossless, output: compressed)
            try measure(name, compressed, workers, rounds)
        }
        let began = ContinuousClock.now
        let fresh = DecodeWorkers()
        if let file = images[0].1 { _ = try FrameReader(file: file.path + ".jls", workers: fresh).frame(0) }
        print("first frame of a worker that must be started: \(milliseconds(.now - began)) ms")
    }

    private static func measure(_ name: String, _ path: String, _ workers: DecodeWorkers, _ rounds: Int) throws {
        let (here, there) = (try FrameReader(file: path), try FrameReader(file: path, workers: workers))
        guard try here.frame(0).pixels == there.frame(0).pixels else {
            print("\(name): the worker's pixels differ")
            return
        }
        var times: (here: [Duration], there: [Duration]) = ([], [])
        for _ in 0..<rounds {
            times.here.append(try ContinuousClock().measure { _ = try here.frame(0) })
            times.there.append(try ContinuousClock().measure { _ = try there.frame(0) })
        }
        let (direct, isolated) = (median(times.here), median(times.there))
        print(
            "\(name): here \(milliseconds(direct)) ms, in a worker \(milliseconds(isolated)) ms, "
                + "overhead \(milliseconds(isolated - direct)) ms (median of \(rounds))")
    }

    private static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

    private static func milliseconds(_ duration: Duration) -> String {
        String(format: "%.2f", duration / .milliseconds(1))
    }
}
