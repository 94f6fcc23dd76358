// What an outcome means for the row, the context and the link.

import Observability
import Vocabulary

extension DeliveryOutcome {
    var status: DIMSEStatus? {
        switch self {
        case .accepted: .success
        case .refused(let status, _, _): status
        case .noPresentationContext, .unsendable, .copyUnusable: nil
        }
    }

    var isRetriable: Bool {
        if case .refused(_, _, let retriable) = self { retriable } else { false }
    }

    /// Storage exhausted (0xA7xx): every other instance would be refused as well.
    var saysNoRoom: Bool {
        if case .refused(let status, _, true) = self { status.rawValue & 0xFF00 == 0xA700 } else { false }
    }

    /// The destination itself answered.
    var isAnswer: Bool {
        switch self {
        case .unsendable, .copyUnusable: false
        case .accepted, .refused, .noPresentationContext: true
        }
    }

    /// Why the compressed copy of a delivery cannot go; the archive's own bytes can.
    func blamesCopy(of delivery: Delivery) -> String? {
        switch self {
        case .copyUnusable(let reason): reason
        case .noPresentationContext(let reason) where delivery.compression == .made: reason
        default: nil
        }
    }

    var blamesContext: Bool {
        if case .noPresentationContext = self { true } else { false }
    }

    /// For the operator's queue page.
    var sentence: String {
        switch self {
        case .accepted: ""
        case .refused(let status, let comment, _):
            comment.isEmpty ? "the destination answered \(status)" : "the destination answered \(status): \(comment)"
        case .noPresentationContext(let text), .unsendable(let text), .copyUnusable(let text): text
        }
    }
}
