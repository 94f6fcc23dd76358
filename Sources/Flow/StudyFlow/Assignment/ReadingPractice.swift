// How long readers take, noted as they sign.

import Database
import Reading
import Vocabulary
import Workload

/// From a claim to its signature, for predicting what the next study of the kind will take.
struct ReadingPractice: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// Called before the signature lets go of the task. A review is not counted: it is not reading.
    func note(_ task: TaskID, by person: Person, in transaction: Transaction) throws {
        guard let known = try flow.tasks.task(task, in: transaction), known.state == .claimed,
            known.claimedBy?.user == person.user, let claimedAt = known.claimedAt, let plan = known.plan
        else { return }
        let now = flow.clock.now()
        let minutes = now.elapsed(since: claimedAt).seconds / 60
        let facts = WorkFacts(modalities: plan.modalities, region: plan.region, priority: known.priority)
        guard ReadingTimes.plausible.contains(minutes), let kind = flow.workforce.rules.times.kind(of: facts) else {
            return
        }
        let sample = ReadingSample(
            task: task.rawValue, kind: kind, reader: person.user, minutes: minutes, signedAt: now)
        try flow.readingTimes.record(sample, in: transaction)
        flow.workforce.learn(sample)
    }
}
