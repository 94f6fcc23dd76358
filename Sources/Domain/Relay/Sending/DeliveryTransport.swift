// What the relay needs from whoever can carry an instance; DIMSEServices implements it over C-STORE.

import Vocabulary

/// What became of one attempt to send, as the destination answered it.
package enum DeliveryOutcome: Hashable, Sendable {
    /// 0x0000 or a warning: the destination says it holds the instance. The proof is its receipt.
    case accepted
    /// Any failure status. `retriable` means the same object may be taken later without anybody's help.
    case refused(DIMSEStatus, comment: String, retriable: Bool)
    /// The destination takes this SOP class in no syntax that we can send. Everything waiting of the same class and
    /// syntax is parked with this one.
    case noPresentationContext(String)
    /// This node cannot send it: the file is gone or does not hash to its digest.
    case unsendable(String)
    /// The compressed copy is gone or not what it was; what was acquired is sent instead.
    case copyUnusable(String)

    /// Retriable by the status itself.
    package static func refused(_ status: DIMSEStatus, comment: String) -> DeliveryOutcome {
        .refused(status, comment: comment, retriable: status.isRetriable)
    }
}

/// Called before each PDU of an instance with its length in bytes, and once with 0 before the first. Called on a thread
/// that it may block for as long as the link is somebody else's; it must end such a wait when the delivery's task is
/// cancelled. Throwing ends the association.
package typealias DeliveryPace = @Sendable (_ bytes: Int) throws -> Void

/// One open association, used by one worker for one delivery at a time.
package protocol DeliverySession: Sendable {
    /// Sends the instance, each PDU when `pace` lets it go, and waits for the answer.
    ///
    /// - Throws: when the association broke, so that nobody knows whether the instance arrived; what `pace` threw; or
    ///   `CancellationError`. After a throw the session is not used again.
    func send(_ delivery: Delivery, pace: @escaping DeliveryPace) async throws -> DeliveryOutcome

    /// The same for a session that carries in ranges: it tells of each that the destination has on its disk.
    func send(
        _ delivery: Delivery, pace: @escaping DeliveryPace, progress: @escaping RangeProgress
    ) async throws -> DeliveryOutcome
}

/// Where an instance stands that is carried in ranges.
package enum RangeStep: Hashable, Sendable {
    /// The destination keeps so many bytes of the data set, whatever becomes of the line.
    case carried(bytes: Int64)
    /// What it kept was damaged or is gone.
    case startedOver(reason: String)
}

/// Called after each step; throwing ends the session.
package typealias RangeProgress = @Sendable (RangeStep) async throws -> Void

extension DeliverySession {
    /// A session that sends each instance in one piece has no steps to tell of.
    package func send(
        _ delivery: Delivery, pace: @escaping DeliveryPace, progress: @escaping RangeProgress
    ) async throws -> DeliveryOutcome {
        try await send(delivery, pace: pace)
    }

    /// Sends the instance as fast as the link takes it.
    package func send(_ delivery: Delivery) async throws -> DeliveryOutcome {
        try await send(delivery) { _ in }
    }
}

/// Opens sessions.
package protocol DeliveryTransport: Sendable {
    /// Opens an association that can carry `contexts` (at most `RelayConfiguration.mostContexts`), lends it to `body`,
    /// and releases it; aborts it where `body` throws.
    ///
    /// A context that the destination did not accept is no reason to throw: the session answers
    /// `.noPresentationContext` for its deliveries. Cancelling the task ends the call soon.
    ///
    /// - Throws: when no association could be had, or what `body` threw.
    func withSession<Result: Sendable>(
        to destination: NodeName, contexts: Set<DeliveryContext>,
        _ body: @Sendable (any DeliverySession) async throws -> Result
    ) async throws -> Result
}

/// Opens sessions that carry an instance in ranges, each of which survives the line: for what breaks associations.
package protocol RangeTransport: DeliveryTransport {
    /// Whether this destination takes ranges, as far as is known.
    func isAvailable(for destination: NodeName) -> Bool
}
