// The groups that several associations share.

import Observability

/// What one association has in hand: a group, and how far it got.
struct SendItem: Sendable {
    var rest: [SendGroup.Candidate]
    var accepted: String?
    /// An association broke on the first of the rest.
    var isRetry = false
}

final class SendQueue: Sendable {
    private let items: LockedBox<[SendItem]>

    init(_ groups: [SendGroup]) {
        items = LockedBox(groups.reversed().map { SendItem(rest: $0.candidates) })
    }

    var isEmpty: Bool { items.withLock { $0.isEmpty } }

    func next() -> SendItem? { items.withLock { $0.popLast() } }

    func giveBack(_ item: SendItem) { items.withLock { $0.append(item) } }
}
