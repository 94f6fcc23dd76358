// The two doctors of the demo, at the node that reads.

import Foundation
import Observability
import Vocabulary

/// A radiologist writes and signs, a reviewer signs after them: by the public interface, as any program would.
struct Doctors: Sendable {
    let radiologist: NodeClient
    let reviewer: NodeClient

    private static let pause: Duration = .milliseconds(400)
    private static let findings = "演示：图像已完整送达阅片中心。本段文字由演示程序写入，不是医学诊断。"
    private static let impression = "演示报告，无诊断意义。Demonstration only, no diagnosis."

    /// Reads until cancelled.
    func read(_ studies: Set<StudyInstanceUID>) async throws {
        while true {
            for entry in try await worklist(radiologist, "ready", studies) {
                try await unlessTaken { try await write(entry.id) }
            }
            // Claimed before this demo was started again: the lease is still ours.
            for entry in try await worklist(radiologist, "mine", studies) where entry.state == "claimed" {
                try await unlessTaken { try await write(entry.id) }
            }
            for entry in try await worklist(reviewer, "review", studies) {
                try await unlessTaken { try await sign(entry.id) }
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func worklist(
        _ doctor: NodeClient, _ state: String, _ studies: Set<StudyInstanceUID>
    ) async throws -> [WorklistRecord.Entry] {
        try await doctor.get("/worklist?state=\(state)&limit=500", as: WorklistRecord.self).tasks
            .filter { studies.contains($0.studyInstanceUID) }
    }

    private func write(_ task: String) async throws {
        let claimed = try await radiologist.send("POST", "/tasks/\(task)/claim", as: TaskRecord.self)
        let saved = try await radiologist.send(
            "PUT", "/tasks/\(task)/draft",
            DraftRequestRecord(
                findings: Self.findings, impression: Self.impression, version: claimed.draft.version),
            as: DraftSavedRecord.self)
        _ = try await radiologist.send(
            "POST", "/tasks/\(task)/preliminary", SignRequestRecord(version: saved.version), as: TaskRecord.self)
    }

    private func sign(_ task: String) async throws {
        let claimed = try await reviewer.send("POST", "/tasks/\(task)/claim", as: TaskRecord.self)
        _ = try await reviewer.send(
            "POST", "/tasks/\(task)/final", SignRequestRecord(version: claimed.draft.version), as: TaskRecord.self)
    }

    /// A task that somebody else moved meanwhile is looked at again in the next round.
    private func unlessTaken(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as NodeAnswerError where error.status == 409 || error.status == 404 {
            return
        }
    }
}
