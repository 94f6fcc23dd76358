// Where things are found on this server.

import Archive
import HTTPTypes
import Hummingbird
import Vocabulary

/// Addresses of resources, absolute as the client itself addressed us.
struct ResourceLocations: Sendable {
    static let root = "/dicom-web"
    let base: String

    init(_ request: Request) {
        base = (request.head.authority.map { "https://" + $0 } ?? "") + Self.root
    }

    func study(_ study: StudyInstanceUID) -> String { "\(base)/studies/\(study)" }

    func series(_ study: StudyInstanceUID, _ series: SeriesInstanceUID) -> String {
        "\(self.study(study))/series/\(series)"
    }

    func instance(_ instance: InstanceRecord) -> String {
        "\(series(instance.studyInstanceUID, instance.seriesInstanceUID))/instances/\(instance.sopInstanceUID)"
    }
}
