// The scanner of the demo: sends files to the edge over plain DICOM.

import DICOM
import DIMSEServices
import Logging
import Observability
import Vocabulary

struct Modality: Sendable {
    let edge: DemoNode
    let logger: Logger

    /// - Throws: `DemoError.nothingAccepted`, and what kept the files from being sent.
    func send(_ paths: [String], _ progress: TerminalProgress) async throws -> SendReport {
        guard let title = DemoNetwork.modalityAETitle else {
            throw DemoError(code: .usage, message: "the modality has no AE title")
        }
        let sender = RawStorageSender(
            to: PeerAddress(host: DemoNetwork.host, port: edge.dicomPort), calling: title, called: edge.aeTitle,
            logger: logger)
        let state = LockedBox((report: SendReport(), total: 0))
        try await sender.send(paths: paths, prepared: { count, _ in state.withLock { $0.total = count } }) { file in
            let bar = state.withLock { state in
                state.report.add(file)
                return ProgressBar(
                    "发送 sending", done: state.report.files, total: state.total,
                    detail: TerminalText.bytes(state.report.bytes))
            }
            progress.update([bar])
        }
        progress.finish()
        let report = state.withLock { $0.report }
        progress.note(report.summary)
        for line in report.lines() { progress.note(line) }
        guard report.acceptedCount > 0 else {
            throw DemoError(
                code: .nothingAccepted,
                message: report.files == 0
                    ? "there are no files below \(paths.joined(separator: ", "))"
                    : "the edge accepted none of the \(report.files) files; the list above says why")
        }
        return report
    }
}
