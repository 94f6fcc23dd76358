// What is known about why a study gets no further.

import Archive
import CriticalResults
import Database
import ImageQuality
import Reading
import Relay
import Vocabulary

/// Beside the journey itself: since when, who, and what somebody might not see.
package struct WaitingFacts: Hashable, Sendable {
    /// When the task was claimed by whoever holds it.
    package var claimedAt: Timestamp?
    /// Nobody on duty has such work on their list.
    package var isUncovered = false
    package var preliminaryAt: Timestamp?
    package var preliminaryBy: String?
    package var finalAt: Timestamp?
    /// The hospital's answer to a request for new images is awaited, or the images are.
    package var retake: KnownRetake?
    /// Objects of the study that were refused for their bytes and wait for an operator.
    package var quarantined = 0
    package var quarantinedSince: Timestamp?
    /// The child that owes images is not heard any more.
    package var childSilentSince: Timestamp?
    /// The next node up is not reached any more.
    package var linkFailingSince: [NodeName: Timestamp] = [:]
    /// Nothing of the study is shown any more and nobody reads it; or it is read where `shownIn` says.
    package var barredSince: Timestamp?
    package var shownIn: StudyInstanceUID?
    /// How often somebody asked for this study to be read, and when last.
    package var reminders = 0
    package var remindedAt: Timestamp?
    /// Whom to telephone at the node that must act.
    package var contacts: [CriticalList.Contact] = []
}

struct WaitingFactsReader {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    func facts(
        of study: StudyInstanceUID, _ task: ReadingTask?, viaChild child: NodeName?,
        in database: some DatabaseReading
    ) throws -> WaitingFacts {
        var facts = WaitingFacts()
        let now = flow.clock.now()
        if let task {
            switch task.shownState {
            case .claimed: facts.claimedAt = claimedAt(task)
            case .preliminary, .final:
                let report = try flow.tasks.report(of: task.id, in: database)
                facts.preliminaryAt = report?.preliminaryAt ?? task.changedAt
                facts.preliminaryBy = report?.author?.displayName
                facts.finalAt = report?.finalAt
                if task.claimedBy != nil || task.claimedByName != nil {
                    facts.claimedAt = claimedAt(task)
                }
            case .ready, .recalled: facts.isUncovered = try isUncovered(task, at: now, in: database)
            case .returnedForRetake:
                facts.retake = try flow.retakes.retakes(of: study, in: database).first
            default: break
            }
            facts.contacts = flow.criticalList.contacts(for: task.owner)
        }
        if task == nil, let bar = try StudyBar(flow).bar(of: study, in: database) {
            (facts.barredSince, facts.shownIn) = (bar.since, bar.shownIn)
        }
        if let row = try database.row(
            "SELECT count(*) AS number, min(first_at) AS since FROM quarantine WHERE study_instance_uid = ?", study)
        {
            facts.quarantined = try row["number"]
            facts.quarantinedSince = try row[optional: "since"]
        }
        let statuses = try flow.peerStatuses(in: database)
        if let child {
            facts.childSilentSince = LinkSilence.since(statuses.first { $0.peer == child }?.heardAt, now: now)
        }
        for uplink in try Uplinks(flow).reports(in: database) {
            if let since = uplink.failingSince { facts.linkFailingSince[uplink.to] = since }
        }
        (facts.reminders, facts.remindedAt) = try flow.reminders.count(of: study, in: database)
        return facts
    }

    /// Of a task read elsewhere the last news was the claim.
    private func claimedAt(_ task: ReadingTask) -> Timestamp? {
        task.isOwned(by: flow.node.name) ? task.claimedAt : task.changedAt
    }

    /// A roster is written, and nobody on it has this work now.
    private func isUncovered(
        _ task: ReadingTask, at now: Timestamp, in database: some DatabaseReading
    ) throws -> Bool {
        guard task.isOwned(by: flow.node.name), flow.workforce.written != nil else { return false }
        let duties = try flow.staff(at: now, in: database).duties
        guard let plan = task.plan else { return duties.duties.isEmpty }
        return !duties.covers(plan.workType)
    }
}
