// What pages are told while they are open.

import NIOCore

/// One event of the WHATWG server-sent events format. `data` is one line of JSON that names things by ID; a page fetches
/// what it may see, so that nobody is told more than they may ask for.
package struct ServerSentEvent: Hashable, Sendable {
    package var name: String
    package var data: String

    package init(name: String, data: String = "{}") {
        self.name = name
        self.data = data
    }

    /// Tells a page that it missed events and should load afresh.
    package static let resync = ServerSentEvent(name: "resync")

    /// The first event of a stream.
    package static let hello = ServerSentEvent(name: "hello")

    func encoded(id: Int64?) -> ByteBuffer {
        var text = "event: \(name)\n"
        if let id { text += "id: \(id)\n" }
        for line in data.split(separator: "\n", omittingEmptySubsequences: false) { text += "data: \(line)\n" }
        return ByteBuffer(string: text + "\n")
    }
}
