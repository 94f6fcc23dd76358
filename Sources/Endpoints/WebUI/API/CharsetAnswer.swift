// How modalities write, as /api/v1 says it.

import Archive
import StudyFlow
import Vocabulary

struct CharsetSourceAnswer: Encodable {
    struct Setting: Encodable {
        var station: String?
        var manufacturer: String?
        var encoding: CharacterEncoding
        var setBy: String
        var setAt: String

        init(_ setting: ModalityCharset) {
            station = setting.station.isEmpty ? nil : setting.station
            manufacturer = setting.manufacturer.isEmpty ? nil : setting.manufacturer
            encoding = setting.encoding
            setBy = setting.setBy
            setAt = setting.setAt.description
        }
    }

    /// How far the studies of before are read again.
    struct Rereading: Encodable {
        var total: Int?
        var done: Int
        var changed: Int
        var away: Int
        var failed: Int
        var setBy: String
        var setAt: String
        var finishedAt: String?

        init(_ job: RereadJob) {
            total = job.total
            done = job.done
            changed = job.changed
            away = job.away
            failed = job.failed
            setBy = job.setBy
            setAt = job.setAt.description
            finishedAt = job.finishedAt?.description
        }
    }

    var name: String
    var kind: String?
    var studies: Int
    var lastReceivedAt: String?
    var settings: [Setting]
    var rereading: Rereading?

    init(_ source: CharsetSource) {
        name = source.name
        kind = source.seen?.kind.rawValue
        studies = source.seen?.studies ?? 0
        lastReceivedAt = source.seen?.lastReceivedAt.description
        settings = source.settings.map(Setting.init)
        rereading = source.job.map(Rereading.init)
    }
}

struct CharsetPreviewAnswer: Encodable {
    var studyInstanceUID: StudyInstanceUID
    var declared: String?
    var patientName: String?
    var description: String?
    var patientNameThen: String?
    var descriptionThen: String?

    init(_ preview: CharsetPreview) {
        studyInstanceUID = preview.study
        declared = preview.declared
        patientName = preview.name
        description = preview.description
        patientNameThen = preview.nameThen
        descriptionThen = preview.descriptionThen
    }
}
