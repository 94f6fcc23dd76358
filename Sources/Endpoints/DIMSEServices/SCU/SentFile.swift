// What became of each file that was to be sent.

import Vocabulary

package enum SendOutcome: Hashable, Sendable {
    case accepted
    /// Taken, with something to say about it.
    case warned(DIMSEStatus)
    case refused(DIMSEStatus, comment: String)
    /// An object with the same SOP Instance UID was sent and accepted before, from this path.
    case duplicate(of: String)
    case notPart10
    /// A DICOMDIR: what it names is sent, it is not.
    case mediaDirectory
    /// The peer acknowledged it in an earlier run.
    case acknowledgedBefore
    /// The file can't be read, or its head is damaged.
    case unreadable(String)
    /// The peer does not take this class in this syntax.
    case noPresentationContext(String)
    /// Associations broke on it, twice.
    case failed(String)

    package var isAccepted: Bool {
        switch self {
        case .accepted, .warned, .acknowledgedBefore: true
        default: false
        }
    }

    /// Another try may end otherwise.
    package var isPassing: Bool {
        switch self {
        case .failed: true
        case .refused(let status, _): status.isRetriable
        default: false
        }
    }
}

package struct SentFile: Hashable, Sendable {
    package var path: String
    package var size: Int64
    /// As far as the file says.
    package var studyInstanceUID: StudyInstanceUID?
    package var sopInstanceUID: SOPInstanceUID?
    package var outcome: SendOutcome

    package init(
        path: String, size: Int64 = 0, studyInstanceUID: StudyInstanceUID? = nil,
        sopInstanceUID: SOPInstanceUID? = nil, outcome: SendOutcome
    ) {
        self.path = path
        self.size = size
        self.studyInstanceUID = studyInstanceUID
        self.sopInstanceUID = sopInstanceUID
        self.outcome = outcome
    }
}
