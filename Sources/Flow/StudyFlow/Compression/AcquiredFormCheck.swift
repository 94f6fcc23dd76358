// Does what came compressed restore to what was acquired?

import Archive
import DICOM
import Database
import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// Decodes what children say they compressed, the most urgent first, and only then owes the receipt that names the
/// acquired digest. What does not restore is sent as acquired: the child is told, and a person sees it.
package struct AcquiredFormCheck: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>
    private let thread = ThreadExecutor(name: "restoring", niceness: 5)

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await checkNext() {}
                } catch is CancellationError {
                    return
                } catch {
                    flow.logger.log(
                        .error, "a compressed instance could not be checked; it is tried again",
                        [.error: "\(error.sentence)"])
                }
                await flow.signals.acquiredForms.wait(atMost: .seconds(5), clock: clock)
            }
        }
    }

    /// - Returns: whether there was one to check.
    package func checkNext() async throws -> Bool {
        try Task.checkCancellation()
        guard let (form, path) = try await next() else { return false }
        let file = try flow.store.url(of: path).path
        let began = flow.clock.now()
        let isRestored = try await thread.perform { try Self.restores(file, to: form.acquired.digest) }
        let now = flow.clock.now()
        MetricRegistry.shared.add(now.elapsed(since: began).seconds, to: "jieli_restoring_seconds_total")
        MetricRegistry.shared.add(
            to: "jieli_acquired_forms_checked_total", labels: ["result": isRestored ? "proven" : "refuted"])
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes(study: form.studyInstanceUID)
            if isRestored {
                try AcquiredForms(flow).proven(form, in: transaction, wakes: &wakes)
            } else {
                try AcquiredForms(flow).refuted(form, in: transaction, wakes: &wakes)
            }
            return wakes
        }
        if !isRestored {
            flow.logger.log(
                .error, "a compressed instance does not restore to what was acquired; the original is asked for",
                [.peer: "\(form.claimedBy)", .sopInstance: "\(form.sopInstanceUID)"])
        }
        wakes.ring(flow.signals)
        return true
    }

    /// Damaged data is an answer; a disk that cannot be read is not.
    static func restores(_ file: String, to digest: Digest) throws -> Bool {
        do {
            return try Transcoder.restoredForms(ofFile: file).contains { $0.digest == digest }
        } catch let error as DICOMError where error.code != .io {
            return false
        }
    }

    private func next() async throws -> (form: AcquiredFormRecord, path: String)? {
        try await flow.database.read { snapshot in
            let row = try snapshot.row(
                """
                SELECT acquired_form.sop_instance_uid AS uid, acquired_form.digest AS held, path FROM acquired_form
                JOIN sop_instance ON sop_instance.sop_instance_uid = acquired_form.sop_instance_uid
                    AND sop_instance.digest = acquired_form.digest AND sop_instance.file_state = 'here'
                LEFT JOIN study_passage ON study_passage.study_instance_uid = acquired_form.study_instance_uid
                WHERE acquired_form.state = 'claimed'
                ORDER BY COALESCE(priority, 9), claimed_at LIMIT 1
                """)
            guard let row, let form = try flow.acquiredForms.form(of: row["uid"], row["held"], in: snapshot) else {
                return nil
            }
            return (form, try row["path"])
        }
    }
}
