import Foundation
import Glibc
import Observability
import Testing

@Suite("Progress")
struct TerminalProgressTests {
    @Test("is plain lines where nobody looks: the first, the last, notes between, no control characters")
    func plain() throws {
        let written = try output { progress in
            #expect(!progress.isTerminal)
            progress.update([ProgressBar("paotai", done: 0, total: 3)])
            progress.update([ProgressBar("paotai", done: 1, total: 3)])
            progress.note("1.2.3 refused: no SOP class")
            progress.update([ProgressBar("paotai", done: 3, total: 3, detail: "1.5 MB")])
            progress.finish()
        }
        #expect(written == "paotai 0/3\n1.2.3 refused: no SOP class\npaotai 3/3 1.5 MB\n")
    }

    @Test("the same state twice is said once")
    func unchanged() throws {
        let written = try output { progress in
            for _ in 0..<5 {
                progress.update([ProgressBar("a", done: 1, total: 1), ProgressBar("b", done: 0, total: 2)])
            }
            progress.finish()
        }
        #expect(written == "a 1/1 · b 0/2\n")
    }

    @Test("a reader that went away stops nobody")
    func closedPipe() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let progress = TerminalProgress(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        progress.update([ProgressBar("a", done: 1, total: 2)])
        progress.finish()
    }

    /// What a piece of work shows when its standard error is a pipe.
    private func output(_ body: (TerminalProgress) -> Void) throws -> String {
        let pipe = Pipe()
        body(TerminalProgress(descriptor: pipe.fileHandleForWriting.fileDescriptor))
        try pipe.fileHandleForWriting.close()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
}
