// Why a study gets no further, as the JSON API tells it.

import Identity
import StudyFlow
import Vocabulary

struct WaitingAnswer: Encodable, Sendable {
    var code: WaitingFor.Code
    /// The blocking step, finer than the code.
    var step: String
    var text: String
    var node: NodeName?
    var since: String?
    var who: String?
    var reminders: Int?
    /// What this person may do about it here.
    var actions: [WaitingActionAnswer]

    init(_ story: StudyStory, for user: User, words: Words) {
        let waiting = WaitingFor(story)
        code = waiting.code
        step = waiting.step
        text = waiting.text(words)
        node = waiting.node
        since = waiting.since?.description
        who = waiting.who
        reminders = story.journey.waiting.reminders > 0 ? story.journey.waiting.reminders : nil
        actions = WaitingAction.actions(waiting, story, for: user).map { WaitingActionAnswer($0, words: words) }
    }
}
