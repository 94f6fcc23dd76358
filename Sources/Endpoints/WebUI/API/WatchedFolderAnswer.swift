// Watched folders as the JSON API tells them.

import StudyFlow
import Vocabulary

struct WatchedFolderAnswer: Encodable, Sendable {
    var path: String
    var waiting: Int
    var taken: Int
    var refused: Int
    var lastTakenAt: String?
    var problem: String?

    init(_ state: WatchedFolderState) {
        path = state.path
        waiting = state.waiting
        taken = state.taken
        refused = state.refused
        lastTakenAt = state.lastTakenAt?.description
        problem = state.problem
    }
}

struct RefusedFileAnswer: Encodable, Sendable {
    var id: String
    var folder: String
    var name: String
    var reason: String
    var at: String

    init(_ file: RefusedFile) {
        id = file.id.uuidString.lowercased()
        folder = file.folder
        name = file.name
        reason = file.reason
        at = file.at.description
    }
}
