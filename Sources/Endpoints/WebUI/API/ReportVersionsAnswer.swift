// A report's versions as the JSON API tells them.

import HTTPService
import Reading
import StudyFlow
import Vocabulary

struct AddendumAnswer: Encodable, Sendable {
    var number: Int
    var text: String
    var signer: String
    var signedAt: String

    init(_ addendum: Addendum) {
        number = addendum.number
        text = addendum.text
        signer = addendum.signer.displayName
        signedAt = addendum.signedAt.description
    }
}

struct KeyImageList: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        var seriesInstanceUID: SeriesInstanceUID
        var sopInstanceUID: SOPInstanceUID
        var frame: Int
        var note: String

        init(_ image: KeyImage) {
            seriesInstanceUID = image.series
            sopInstanceUID = image.instance
            frame = image.frame
            note = image.note
        }
    }

    var keyImages: [Item]

    init(_ images: [KeyImage]) { keyImages = images.map(Item.init) }
}

struct ReportVersionsAnswer: Encodable, Sendable {
    struct Piece: Encodable, Sendable {
        var kind: String
        var text: String

        init(_ piece: TextDifference.Piece) {
            kind = piece.kind.rawValue
            text = piece.text
        }
    }

    struct Version: Encodable, Sendable {
        var version: Int
        /// `draft` for what is not signed yet.
        var state: ReportState
        var findings: String
        var impression: String
        var signer: String?
        var signedAt: String?
        /// Against the version before; absent for the first.
        var findingsDifference: [Piece]?
        var impressionDifference: [Piece]?
    }

    struct CorrectionAnswer: Encodable, Sendable {
        var version: Int
        var reason: String
        var by: String
        var at: String
    }

    var versions: [Version]
    var addenda: [AddendumAnswer]
    var corrections: [CorrectionAnswer]

    init(_ life: ReportLife) {
        versions = life.steps.map { step in
            Version(
                version: step.version, state: step.state, findings: step.text.findings,
                impression: step.text.impression, signer: step.signer?.displayName,
                signedAt: step.signedAt?.description, findingsDifference: step.findings?.pieces.map(Piece.init),
                impressionDifference: step.impression?.pieces.map(Piece.init))
        }
        addenda = life.addenda.map(AddendumAnswer.init)
        corrections = life.corrections.map {
            CorrectionAnswer(
                version: $0.version, reason: $0.reason, by: $0.person.displayName, at: $0.at.description)
        }
    }
}
