// A reading task, as one person sees it.

import Archive
import HTTPService
import Identity
import Reading
import StudyFlow
import Vocabulary
import Workload

struct WorklistItem: Sendable {
    let task: ReadingTask
    let study: StudyRecord
    let now: Timestamp
    /// Images that came after the study was whole, or after the report was signed.
    let late: LateImages
    /// The kind of work, as the time limits name it.
    let workType: WorkTypeRule?
    /// Held by this person on a lease that has not run out.
    let isMine: Bool
    /// Claiming now would be granted: to write, or to review somebody else's preliminary report.
    let canClaim: Bool

    init(
        _ task: ReadingTask, _ study: StudyRecord, author: Person?, for user: User, at node: NodeName,
        singleReaderAllowed: Bool, now: Timestamp, late: LateImages = LateImages(), workType: WorkTypeRule? = nil
    ) {
        self.workType = workType
        self.task = task
        self.study = study
        self.now = now
        self.late = late
        isMine = task.isHeld(at: now) && task.claimedBy?.user == user.name
        guard task.isOwned(by: node), !task.isHeld(at: now) else {
            canClaim = false
            return
        }
        canClaim =
            switch task.state {
            case .ready, .recalled, .claimed: user.may(.radiologist)
            case .preliminary: user.may(.reviewer) && (singleReaderAllowed || author?.user != user.name)
            default: false
            }
    }
}

extension WebUI {
    /// Entries as `user` sees them.
    func items(_ entries: [WorklistEntry], for user: User) async throws -> [WorklistItem] {
        try await items(entries.map { ($0.task, $0.study, $0.late) }, for: user)
    }

    /// One task as `user` sees it, with its study.
    func item(_ task: ReadingTask, for user: User) async throws -> WorklistItem {
        let study = try await flow.database.read { try flow.catalogue.study(task.study, in: $0) }
        guard let study, let item = try await items([(task, study, LateImages())], for: user).first else {
            throw HTTPProblem.notFound(Sentence("本节点没有这次检查", "this node does not have the study"))
        }
        return item
    }

    /// The authors of preliminary reports are looked up in one go.
    private func items(_ tasks: [(ReadingTask, StudyRecord, LateImages)], for user: User) async throws -> [WorklistItem]
    {
        let reviewed = tasks.map(\.0).filter { $0.state == .preliminary }.map(\.id)
        let authors = try await flow.database.read { snapshot in
            try reviewed.reduce(into: [TaskID: Person]()) { authors, id in
                authors[id] = try flow.tasks.report(of: id, in: snapshot)?.author
            }
        }
        let now = flow.clock.now()
        let limits = flow.workforce.rules.limits
        return tasks.map { task, study, late in
            WorklistItem(
                task, study, author: authors[task.id], for: user, at: flow.node.name,
                singleReaderAllowed: flow.tasks.singleReaderAllowed, now: now, late: late,
                workType: task.plan.flatMap { limits.rule(named: $0.workType) })
        }
    }
}
