// Old studies, read again by what an operator has said since.

import Archive
import Audit
import Database
import Foundation
import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// Study by study, each in one transaction with the mark that it is done: a node that dies goes on where it was. Nodes above
/// do the same with what they are told.
package struct RereadService: Service {
    private static let page = 20
    /// What is set by a command beside the daemon rings no bell.
    private static let look: Duration = .seconds(2)

    private let flow: FlowContext
    private let clock: any Clock<Duration>

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    if try await step() > 0 { continue }
                } catch is CancellationError {
                    return
                } catch {
                    flow.logger.log(
                        .error, "studies can't be read again; it goes on later", [.error: "\(error.sentence)"])
                    do { try await clock.sleep(for: .seconds(30)) } catch { return }
                }
                await flow.signals.texts.wait(atMost: Self.look, clock: clock)
            }
        }
    }

    /// Reads the next few studies again: those that a node below told of first, then those of a modality.
    ///
    /// - Returns: how many were looked at; 0 when nothing is left to do.
    package func step() async throws -> Int {
        let told = try await flow.database.read { try flow.charsets.unapplied(Self.page, in: $0) }
        for charset in told {
            try await apply(charset)
            try Task.checkCancellation()
        }
        guard told.isEmpty else { return told.count }
        return try await jobStep()
    }

    // MARK: Told from below

    private func apply(_ charset: StudyCharset) async throws {
        let samples = try await flow.database.read { try flow.catalogue.samples(of: charset.study, in: $0) }
        let texts = await texts(of: samples, as: charset.encoding)
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes()
            if let texts {
                _ = try StudyText(flow).apply(
                    texts, to: charset, by: .system("charset"), in: transaction, wakes: &wakes)
            } else {
                try flow.charsets.markApplied(charset, in: transaction)
            }
            return wakes
        }
        wakes.ring(flow.signals)
    }

    /// `nil`, and a line in the log, where the files can't be read.
    private func texts(of samples: [InstanceRecord], as encoding: CharacterEncoding?) async -> RereadTexts? {
        do {
            return try await UpkeepThread.run { _ in try StudyText(flow).texts(of: samples, as: encoding) }
        } catch {
            flow.logger.log(
                .warning, "a study's files can't be read for their text",
                [.study: "\(samples.first?.studyInstanceUID.rawValue ?? "")", .error: "\(error.sentence)"])
            return nil
        }
    }

    // MARK: All of a modality

    private func jobStep() async throws -> Int {
        let book = flow.rereads
        guard let job = try await flow.database.read({ try book.open(in: $0) }) else { return 0 }
        if job.total == nil {
            let total = try await flow.database.read { try book.count(of: job.source, in: $0) }
            try await flow.database.write { try book.note(total: total, of: job, in: $0) }
        }
        let studies = try await flow.database.read { try book.next(after: job, limit: Self.page, in: $0) }
        for study in studies {
            guard try await reread(study, for: job) else { return studies.count }
            try Task.checkCancellation()
        }
        if studies.count < Self.page {
            try await flow.database.write { [now = flow.clock.now()] in try book.finish(job, at: now, in: $0) }
        }
        flow.signals.publish(FlowChange(.storage))
        return max(1, studies.count)
    }

    /// - Returns: whether the job is still wanted.
    private func reread(_ study: StudyInstanceUID, for job: RereadJob) async throws -> Bool {
        let (samples, settings) = try await flow.database.read { snapshot in
            (
                try flow.catalogue.samples(of: study, in: snapshot),
                try flow.charsets.settings(of: job.source, in: snapshot)
            )
        }
        let first = await texts(of: Array(samples.prefix(1)), as: nil)?.headers.first
        let encoding = settings.encoding(station: first?.stationName, manufacturer: first?.manufacturer)
        let texts = await texts(of: samples, as: encoding)
        let isHere = texts?.headers.isEmpty == false
        let charset = StudyCharset(study: study, encoding: encoding, setAt: job.setAt)
        let (isWanted, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let text = StudyText(flow)
            let isNews = try text.tell(charset, isApplied: isHere, in: transaction, wakes: &wakes)
            let isChanged =
                if isNews, isHere, let texts {
                    try text.apply(texts, to: charset, by: .user(job.setBy), in: transaction, wakes: &wakes)
                } else {
                    false
                }
            let isWanted = try flow.rereads.advance(
                job, past: study, changed: isChanged, away: samples.isEmpty, failed: !samples.isEmpty && !isHere,
                in: transaction)
            return (isWanted, wakes)
        }
        wakes.ring(flow.signals)
        return isWanted
    }
}
