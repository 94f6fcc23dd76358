// Following what was sent on its way up and home, by the edge's public interface.

import Foundation
import Observability
import Vocabulary

struct JourneyWatch: Sendable {
    let edge: NodeClient
    let network: DemoNetwork
    let accepted: [StudyInstanceUID: Int]
    let progress: TerminalProgress

    private static let pause: Duration = .milliseconds(500)
    /// Quiet time after which it is said what is waited for.
    private static let patience: Duration = .seconds(15)

    /// Returns when the goal is reached.
    ///
    /// - Throws: `DemoError.stuck` when nothing but a person can help.
    func follow(to goal: DemoGoal) async throws {
        var last: JourneyProgress?
        var (lastChange, lastAnswer) = (ContinuousClock.now, ContinuousClock.now)
        while true {
            do {
                let state = try await look()
                lastAnswer = .now
                if !state.isSameWay(as: last) { lastChange = .now }
                last = state
                progress.update(state.bars(showingReports: goal == .reported))
                if state.reached(goal) {
                    progress.finish()
                    return
                }
                if let stuck = state.stuck { throw DemoError(code: .stuck, message: stuck) }
            } catch let error where error is DemoError || error is CancellationError {
                throw error
            } catch {
                // The node itself is watched elsewhere; a request may fail.
                if ContinuousClock.now - lastAnswer > Self.patience {
                    progress.note("卫生院节点没有应答 the edge does not answer: \(error)")
                    lastAnswer = .now
                }
            }
            if ContinuousClock.now - lastChange > Self.patience, let straggler = last?.straggler {
                progress.note("等待 waiting: \(straggler.studyInstanceUID): \(straggler.waitingFor.text)")
                lastChange = .now
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    func look() async throws -> JourneyProgress {
        var records: [StudyRecord] = []
        if accepted.count <= 30 {
            for study in accepted.keys.sorted() {
                records.append(try await edge.get("/studies/\(study)", as: StudyRecord.self))
            }
        } else {
            while true {
                let page = try await edge.get(
                    "/studies?stage=all&limit=500&offset=\(records.count)", as: StudyListRecord.self)
                records += page.studies
                if page.studies.isEmpty || records.count >= page.total { break }
            }
        }
        return JourneyProgress(of: records, accepted: accepted, path: network.path, edge: network.edge.name)
    }
}
