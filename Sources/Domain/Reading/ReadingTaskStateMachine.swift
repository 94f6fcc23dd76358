// The arrows between the states of a reading task.

/// What can happen to a task.
package enum ReadingTaskEvent: Hashable, Sendable {
    /// The manifest is complete and no order is awaited any longer.
    case becameReady
    case offered
    /// Another node owns the task now: it accepted an offer, or this node gave back what it had accepted.
    case ownershipPassed
    /// The owner declined, gave back, or let the offer be withdrawn.
    case ownershipReturned(wasReady: Bool)
    case claimed
    /// By the holder, or because the lease ran out.
    case claimEnded
    case draftSaved
    case preliminarySigned
    case finalSigned(singleReaderAllowed: Bool)
    case returnedToAuthor
    case released
    case delivered
    case acknowledged
    case retakeRequested
    /// New images came, or the old ones will do after all.
    case retakeDone
    case recalled
    /// Text was signed that stands under the released report; both are released together.
    case addendumSigned
    case cancelled
}

/// Why an event is turned down; the raw value names it in the HTTP API.
package enum ReadingTaskRefusal: String, Hashable, Codable, Sendable, CaseIterable {
    case imagesMissing = "images_missing"
    case frozenByOffer = "frozen_by_offer"
    case ownedElsewhere = "owned_elsewhere"
    case notOwnedElsewhere = "not_owned_elsewhere"
    case createdHere = "created_here"
    case notClaimed = "not_claimed"
    case beingRead = "being_read"
    case alreadySigned = "already_signed"
    case needsPreliminary = "needs_preliminary"
    case notFinal = "not_final"
    case notReleased = "not_released"
    case retakeAwaited = "retake_awaited"
    case noRetakeAwaited = "no_retake_awaited"
    case nothingToRecall = "nothing_to_recall"
    case recalled
    case cancelled
}

package enum ReadingTaskTransition: Hashable, Sendable {
    case to(ReadingTaskState)
    /// It had happened before, or changes only what stands beside the state.
    case unchanged
    case refused(ReadingTaskRefusal)
}

/// Pure: a state and an event in, a transition out.
///
/// ```
/// waitingForImages ─▶ ready ─▶ claimed ─▶ preliminary ─▶ final ─▶ released ─▶ delivered ─▶ acknowledged
///        │              │  ◀──claimEnded──     │ claimed, draftSaved stay        └──────recalled─▶ recalled ─▶ claimed
///        └──▶ offered ◀─┘  ◀──returnedToAuthor─┘                       └───addendumSigned──▶ final
///               │ ownershipPassed          ownershipReturned
///               └──────────▶ forwarded ────────────────▶ ready or waitingForImages
/// ```
///
/// `returnedForRetake` is entered until the final signature and left to `ready`; `cancelled` is never left. Ending a
/// claim on a recalled report leaves the task `ready`: its report says that it corrects another.
package enum ReadingTaskStateMachine {
    package static func transition(from state: ReadingTaskState, on event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch state {
        case .waitingForImages: whileWaiting(event)
        case .ready: whileReady(event)
        case .claimed: whileClaimed(event)
        case .preliminary: whilePreliminary(event)
        case .final: whileFinal(event)
        case .released, .delivered, .acknowledged: afterRelease(state, event)
        case .offered: whileOffered(event)
        case .forwarded: whileForwarded(event)
        case .returnedForRetake: whileRetakeIsAwaited(event)
        case .recalled: whileRecalled(event)
        case .cancelled: whileCancelled(event)
        }
    }

    private static func whileWaiting(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady: .to(.ready)
        case .offered: .to(.offered)
        case .ownershipPassed: .to(.forwarded)
        case .retakeRequested: .to(.returnedForRetake)
        case .cancelled: .to(.cancelled)
        case .claimed, .draftSaved, .preliminarySigned, .finalSigned: .refused(.imagesMissing)
        default: .refused(notYet(event))
        }
    }

    private static func whileReady(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady: .unchanged
        case .offered: .to(.offered)
        case .ownershipPassed: .to(.forwarded)
        case .claimed: .to(.claimed)
        case .retakeRequested: .to(.returnedForRetake)
        case .cancelled: .to(.cancelled)
        default: .refused(notYet(event))
        }
    }

    private static func whileClaimed(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady, .claimed, .draftSaved: .unchanged
        case .claimEnded: .to(.ready)
        case .preliminarySigned: .to(.preliminary)
        case .finalSigned(let singleReaderAllowed):
            singleReaderAllowed ? .to(.final) : .refused(.needsPreliminary)
        case .retakeRequested: .to(.returnedForRetake)
        case .offered, .ownershipPassed, .cancelled: .refused(.beingRead)
        default: .refused(notYet(event))
        }
    }

    private static func whilePreliminary(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady, .claimed, .claimEnded, .draftSaved: .unchanged
        case .finalSigned: .to(.final)
        case .returnedToAuthor: .to(.ready)
        case .retakeRequested: .to(.returnedForRetake)
        case .offered, .ownershipPassed, .cancelled: .refused(.beingRead)
        case .preliminarySigned: .refused(.alreadySigned)
        default: .refused(notYet(event))
        }
    }

    private static func whileFinal(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady: .unchanged
        case .released: .to(.released)
        case .recalled: .to(.recalled)
        case .delivered, .acknowledged, .addendumSigned: .refused(.notReleased)
        default: afterSignature(event)
        }
    }

    private static func afterRelease(_ state: ReadingTaskState, _ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady, .released: .unchanged
        case .delivered: state == .released ? .to(.delivered) : .unchanged
        case .acknowledged: state == .acknowledged ? .unchanged : .to(.acknowledged)
        case .recalled: .to(.recalled)
        case .addendumSigned: .to(.final)
        default: afterSignature(event)
        }
    }

    private static func whileOffered(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady, .offered: .unchanged
        case .ownershipPassed: .to(.forwarded)
        case .ownershipReturned(let wasReady): .to(wasReady ? .ready : .waitingForImages)
        default: .refused(.frozenByOffer)
        }
    }

    /// Delivery and acknowledgement are recorded beside the state: the owner may hear of them later.
    private static func whileForwarded(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady, .ownershipPassed, .delivered, .acknowledged: .unchanged
        case .ownershipReturned(let wasReady): .to(wasReady ? .ready : .waitingForImages)
        default: .refused(.ownedElsewhere)
        }
    }

    private static func whileRetakeIsAwaited(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady, .retakeRequested: .unchanged
        case .retakeDone: .to(.ready)
        case .cancelled: .to(.cancelled)
        case .ownershipReturned: .refused(.notOwnedElsewhere)
        default: .refused(.retakeAwaited)
        }
    }

    /// What comes late about the report that was recalled changes nothing.
    private static func whileRecalled(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady, .recalled, .delivered, .acknowledged: .unchanged
        case .claimed: .to(.claimed)
        case .cancelled: .to(.cancelled)
        case .retakeRequested: .to(.returnedForRetake)
        case .ownershipReturned: .refused(.notOwnedElsewhere)
        default: .refused(.recalled)
        }
    }

    private static func whileCancelled(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .becameReady, .claimEnded, .cancelled: .unchanged
        default: .refused(.cancelled)
        }
    }

    /// What a signed report turns down.
    private static func afterSignature(_ event: ReadingTaskEvent) -> ReadingTaskTransition {
        switch event {
        case .ownershipReturned: .refused(.notOwnedElsewhere)
        case .retakeDone: .refused(.noRetakeAwaited)
        default: .refused(.alreadySigned)
        }
    }

    /// What comes before its time while there is no signed report.
    private static func notYet(_ event: ReadingTaskEvent) -> ReadingTaskRefusal {
        switch event {
        case .ownershipReturned: .notOwnedElsewhere
        case .returnedToAuthor: .needsPreliminary
        case .released: .notFinal
        case .delivered, .acknowledged, .addendumSigned: .notReleased
        case .retakeDone: .noRetakeAwaited
        case .recalled: .nothingToRecall
        default: .notClaimed
        }
    }
}
