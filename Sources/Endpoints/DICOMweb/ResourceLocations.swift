// Where things are found on this server.

import Archive
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import Vocabulary

/// Addresses of resources, absolute as the client itself addressed us.
struct ResourceLocations: Sendable {
    static let root = "/dicom-web"
    let base: String

    init(_ request: Request, _ context: JieliRequestContext) {
        self.init(authority: request.head.authority, reached: context.channel.localAddress)
    }

    /// Some clients (dicomweb-client) say `Host` without the port. Where they name the very address that the connection
    /// has reached, nothing stands in between that could have changed the port, and it is put back.
    init(authority: String?, reached address: SocketAddress?) {
        var authority = authority
        if let host = authority, let address, let port = address.port, port != 443,
            host == address.ipAddress || host == "localhost"
        {
            authority = "\(host):\(port)"
        }
        base = (authority.map { "https://" + $0 } ?? "") + Self.root
    }

    func study(_ study: StudyInstanceUID) -> String { "\(base)/studies/\(study)" }

    func series(_ study: StudyInstanceUID, _ series: SeriesInstanceUID) -> String {
        "\(self.study(study))/series/\(series)"
    }

    /// - Parameter study: the one that shows it, where that is not the one it was stored in.
    func instance(_ instance: InstanceRecord, of study: StudyInstanceUID? = nil) -> String {
        "\(series(study ?? instance.studyInstanceUID, instance.seriesInstanceUID))/instances/\(instance.sopInstanceUID)"
    }
}
