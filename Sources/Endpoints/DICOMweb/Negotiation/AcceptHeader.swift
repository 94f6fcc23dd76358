// What a client is willing to take.

import HTTPTypes
import Hummingbird

/// The media ranges of a request, the best first. The query parameter `accept` (PS3.18 8.3.3.1) counts instead of the
/// header where it is given; a request without either takes anything.
struct AcceptHeader: Hashable, Sendable {
    let ranges: [MediaRange]

    /// What isn't a media range is passed over; where nothing else stands there, nothing is acceptable.
    init(_ text: String?) {
        guard let text, !text.isEmpty else {
            ranges = [.anything]
            return
        }
        let found = HeaderText.split(text, at: ",").prefix(64).compactMap { MediaRange($0) }.filter { $0.quality > 0 }
        // Of equals the one that the client named first.
        ranges = found.enumerated().sorted {
            ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
        }.map(\.element)
    }

    init(_ request: Request, _ query: QueryItems) {
        self.init(query.first("accept") ?? request.headers[.accept])
    }

    /// The first of `mediaTypes` that the client takes, by the client's preference and then by ours.
    func best(of mediaTypes: [String]) -> String? {
        for range in ranges {
            if let found = mediaTypes.first(where: { range.takes($0) }) { return found }
        }
        return nil
    }
}
