// The queue as a person thinks of it: studies, not images.

import Observability
import StudyFlow
import Vocabulary

/// The deliveries among the open obligations, in their order.
struct QueueByStudy {
    private let node: NodeAtRest

    init(_ node: NodeAtRest) { self.node = node }

    func show(study: StudyInstanceUID?, limit: Int, offset: Int) async throws {
        let page = try await NodeViews(node.flow).obligations(limit: limit, offset: offset, study: study)
        let here = node.flow.node.name
        let rows = page.groups.flatMap { group in
            group.obligations.filter { $0.from == here && [.images, .receipts, .parked].contains($0.kind) }.map {
                owed in
                [
                    node.name(of: owed.to), owed.kind.rawValue, group.priority.rawValue, String(owed.count),
                    owed.since.description, group.study?.rawValue ?? "",
                    owed.lastError ?? owed.trouble?.rawValue ?? "",
                ]
            }
        }
        guard !rows.isEmpty else {
            print("nothing is queued 队列为空")
            return
        }
        print(TerminalText.table([["to", "owed", "priority", "images", "since", "study", "last error"]] + rows))
        let last = offset + page.groups.count
        if page.total > last || offset > 0 {
            print("\(offset + 1) to \(last) of \(page.total) studies with something owed; --offset \(last) goes on")
        }
    }
}

extension NodeAtRest {
    /// A destination that is not configured any more is marked: nothing will ever be sent there.
    func name(of destination: NodeName) -> String {
        flow.node.parents.contains(destination)
            ? destination.rawValue : "\(destination) (not configured 未配置)"
    }
}
