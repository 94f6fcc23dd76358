// Keeping messages within what a body may hold.

import Outbox
import StudyFlow

extension LinkMessage {
    /// JSON text that the other side takes.
    static let largestBody = 16 << 20
    /// Payloads in one message; manifests and receipts of large studies are the only large ones.
    private static let payloadLimit = 4 << 20

    /// The first events, as many as fit, at least one. The others come with the next message.
    var bounded: LinkMessage {
        var message = self
        var size = 0
        let fitting = events.prefix { event in
            size += event.payload.utf8.count + 400
            return size <= Self.payloadLimit
        }
        message.events = Array(events.prefix(max(fitting.count, min(1, events.count))))
        return message
    }
}
