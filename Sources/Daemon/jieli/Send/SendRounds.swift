// Sending until everything is settled.

import DICOM
import DIMSEServices
import Demo
import Foundation
import Observability
import Vocabulary

/// A broken line is waited for: each round sends what the peer has not acknowledged yet.
struct SendRounds: Sendable {
    let paths: [String]
    let sender: RawStorageSender
    let meter: SendMeter
    let progress: TerminalProgress
    /// Without anything getting through.
    let giveUpAfter: Duration

    private static let longestPause = 60.0

    /// - Returns: what became of every file.
    /// - Throws: the `DICOMError` that waiting does not mend, or that was still there in the end.
    func run() async throws -> [SentFile] {
        var pause = 1.0
        var lastProgress = ContinuousClock.now
        var settledBefore = 0
        while true {
            let round = LockedBox<[String: SentFile]>([:])
            var failure: DICOMError?
            do {
                try await sender.send(
                    paths: paths, prepared: { count, bytes in meter.begin(files: count, bytes: bytes) }
                ) { file in
                    round.withLock { $0[file.path] = file }
                    meter.settled(file.size)
                }
            } catch let error as DICOMError where error.isRetriable {
                failure = error
            }
            let files = round.withLock { Array($0.values) }.sorted { $0.path < $1.path }
            guard failure != nil || files.contains(where: \.outcome.isPassing) else { return files }
            let settled = files.count { !$0.outcome.isPassing }
            if settled > settledBefore {
                (settledBefore, lastProgress, pause) = (settled, .now, 1)
            }
            guard ContinuousClock.now - lastProgress < giveUpAfter else {
                if let failure { throw failure }
                return files
            }
            let reason = failure?.sentence ?? "the peer refuses some files for now"
            progress.note("将在 \(Int(pause)) 秒后重试 tried again in \(Int(pause)) s: \(reason)")
            try await Task.sleep(for: .seconds(pause * Double.random(in: 0.8...1.2)))
            pause = min(pause * 2, Self.longestPause)
        }
    }
}
