// What can go wrong with orders, tasks and reports.

import Observability

/// Equal when the codes are.
package struct ReadingError: ClassifiedError, Hashable {
    package enum Code: Hashable, Sendable {
        case unknownTask
        case unknownOrder
        /// The task's state turns this down.
        case refused(ReadingTaskRefusal)
        case claimedByAnother
        /// Only who holds the claim may save and sign.
        case notClaimant
        /// The report was saved from somewhere else since this version was read.
        case staleDraft
        /// The final signature must be another person's than the preliminary.
        case sameSigner
        /// A report without findings and impression can't be signed.
        case blankReport
        /// Images of the study are still on their way; the signer must say so in the report.
        case imagesIncomplete
        /// Images came that the signer is not known to have seen.
        case imagesUnseen
        /// The signer saw images only as a preview, or not at all.
        case imagesNotDiagnostic
        case tooManyKeyImages
        /// The measurements were saved from somewhere else since they were read.
        case staleMeasurements
        case tooManyMeasurements
        /// A key image of another study, or no image at all.
        case notOfStudy
        /// The order or the study already stands with another.
        case alreadyMatched
        case orderCancelled
        /// A copy of an order placed elsewhere is changed only there.
        case orderPlacedElsewhere
        /// Another writer was faster; read again.
        case changedMeanwhile
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var isRetriable: Bool { code == .changedMeanwhile }

    package var label: String {
        switch code {
        case .unknownTask: "reading_unknown_task"
        case .unknownOrder: "reading_unknown_order"
        case .refused(let refusal): "reading_\(refusal.rawValue)"
        case .claimedByAnother: "reading_claimed_by_another"
        case .notClaimant: "reading_not_claimant"
        case .staleDraft: "reading_stale_draft"
        case .sameSigner: "reading_same_signer"
        case .blankReport: "reading_blank_report"
        case .imagesIncomplete: "reading_images_incomplete"
        case .imagesUnseen: "reading_images_unseen"
        case .imagesNotDiagnostic: "reading_images_not_diagnostic"
        case .tooManyKeyImages: "reading_too_many_key_images"
        case .staleMeasurements: "reading_stale_measurements"
        case .tooManyMeasurements: "reading_too_many_measurements"
        case .notOfStudy: "reading_not_of_study"
        case .alreadyMatched: "reading_already_matched"
        case .orderCancelled: "reading_order_cancelled"
        case .orderPlacedElsewhere: "reading_order_placed_elsewhere"
        case .changedMeanwhile: "reading_changed_meanwhile"
        }
    }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension ReadingError {
    package static func unknownTask(_ id: TaskID) -> ReadingError {
        ReadingError(code: .unknownTask, message: "there is no reading task \(id) at this node")
    }

    static func unknownOrder(_ id: OrderID) -> ReadingError {
        ReadingError(code: .unknownOrder, message: "there is no order \(id) at this node")
    }

    package static func refused(_ refusal: ReadingTaskRefusal, _ task: ReadingTask) -> ReadingError {
        ReadingError(code: .refused(refusal), message: "reading task \(task.id): \(sentence(refusal, task))")
    }

    private static func sentence(_ refusal: ReadingTaskRefusal, _ task: ReadingTask) -> String {
        switch refusal {
        case .imagesMissing: "its images are not complete yet, or an order is still awaited"
        case .frozenByOffer:
            "it is offered to \(task.offeredTo?.rawValue ?? "another node"), which has not answered yet"
        case .ownedElsewhere: "it is read at \(task.owner); go there"
        case .notOwnedElsewhere: "it was not handed to another node"
        case .createdHere: "it was made at this node and has no other to go back to"
        case .notClaimed: "nobody has claimed it; claim it first"
        case .beingRead: "somebody is reading it or has signed it; let them give it up first"
        case .alreadySigned: "its report is signed already; a signed report is recalled to be corrected"
        case .needsPreliminary: "it has no signed preliminary report"
        case .notFinal: "its report is not final"
        case .notReleased: "its report was not released yet"
        case .retakeAwaited: "it was returned to have new images taken"
        case .noRetakeAwaited: "no new images were asked for"
        case .nothingToRecall: "it has no final report to recall"
        case .recalled: "its report was recalled; claim it to correct the report"
        case .cancelled: "it was cancelled"
        }
    }
}
