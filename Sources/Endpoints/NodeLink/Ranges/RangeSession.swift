// One instance after the other, range by range.

import DICOM
import Foundation
import NIOPosix
import Observability
import Relay
import StudyFlow
import Vocabulary

/// Asks the parent how much it has, sends what is missing, and hears what it made of the whole.
struct RangeSession: DeliverySession {
    let flow: FlowContext
    let client: RangeClient
    let thread: NIOThreadPool
    let terms: RangeTerms

    /// Damage, or a parent that stands elsewhere, in a row: more is no accident.
    private static let mostSurprises = 3
    /// Between two lines in the ledger about how far it came.
    private static let tellEvery: Duration = .seconds(1)

    func send(_ delivery: Delivery, pace: @escaping DeliveryPace) async throws -> DeliveryOutcome {
        try await send(delivery, pace: pace, progress: { _ in })
    }

    func send(
        _ delivery: Delivery, pace: @escaping DeliveryPace, progress: @escaping RangeProgress
    ) async throws -> DeliveryOutcome {
        let file: OutgoingFile
        switch try await OutgoingFile.locate(delivery, in: flow) {
        case .success(let found): file = found
        case .failure(let missing): return missing.outcome
        }
        let source = try await thread.runIfActive {
            try pace(0)
            return try ByteSource(file: file.path, prefetching: 0)
        }
        var carrier = Carrier(session: self, delivery: delivery, file: file, source: source, pace: pace, tell: progress)
        return try await carrier.run()
    }

    // MARK: One instance

    private struct Carrier {
        let session: RangeSession
        let delivery: Delivery
        let file: OutgoingFile
        let source: ByteSource
        let pace: DeliveryPace
        let tell: RangeProgress
        var size: RangeSize
        var carried: Int64
        var surprises = 0
        var restarts = 0
        var toldAt: ContinuousClock.Instant?

        init(
            session: RangeSession, delivery: Delivery, file: OutgoingFile, source: ByteSource,
            pace: @escaping DeliveryPace, tell: @escaping RangeProgress
        ) {
            self.session = session
            self.delivery = delivery
            self.file = file
            self.source = source
            self.pace = pace
            self.tell = tell
            size = RangeSize(largest: session.terms.largestRange)
            carried = delivery.bytesCarried
        }

        mutating func run() async throws -> DeliveryOutcome {
            while true {
                let opening = try await session.client.open(offer)
                switch opening.state {
                case .known, .accepted: return .accepted
                case .refused: return Self.outcome(opening.refusal)
                case .open, .damaged: break
                }
                guard let id = opening.id, let received = opening.received else { throw surprise("answers no offset") }
                try await stand(at: received)
                switch try await fill(id) {
                case .some(let refused): return refused
                case .none: break
                }
                guard let end = try await session.client.complete(id, size: file.size) else {
                    try count("forgot what it had taken")
                    continue
                }
                switch end.state {
                case .known, .accepted: return .accepted
                case .refused: return Self.outcome(end.refusal)
                case .open: try count("asks for more")
                case .damaged:
                    if let broken = try await startOver() { return broken }
                }
            }
        }

        private var offer: UploadOffer {
            UploadOffer(
                study: delivery.study, sopInstance: delivery.sopInstance, sopClass: delivery.sopClass,
                transferSyntax: file.transferSyntax, digest: file.digest, size: file.size)
        }

        /// Sends ranges until all are there.
        ///
        /// - Returns: a refusal, if there was one.
        private mutating func fill(_ id: String) async throws -> DeliveryOutcome? {
            while carried < file.size {
                let length = min(size.next, file.size - carried)
                let start = Int(file.dataSetOffset + carried)
                let range = start..<(start + Int(length))
                let body = RangeBody(
                    source: source, range: range, thread: session.thread, pace: pace, silence: SilenceWatch())
                let checksum = try await session.thread.runIfActive { [source] in
                    try RangeBody.checksum(source, range)
                }
                switch try await session.client.send(body, of: id, at: carried, checksum: checksum) {
                case .stored(let received):
                    carried = received
                    surprises = 0
                    size.add(length)
                    try await report(always: carried == file.size)
                case .standsAt(let received):
                    try count("stands elsewhere")
                    try await stand(at: received)
                case .damaged: try count("received a range damaged")
                case .unknown:
                    try count("forgot what it had taken")
                    return nil
                case .refused(let refusal): return Self.outcome(refusal)
                }
            }
            return nil
        }

        /// What the parent says it has is what counts.
        private mutating func stand(at received: Int64) async throws {
            guard received >= 0, received <= file.size else { throw surprise("has more than there is") }
            let isLess = received < carried
            carried = received
            if isLess {
                try await tell(.startedOver(reason: "'\(delivery.destination)' keeps less than before"))
                try await report(always: true)
            } else if received > delivery.bytesCarried {
                try await report(always: true)
            }
        }

        private mutating func report(always: Bool) async throws {
            let now = ContinuousClock.now
            if !always, let toldAt, now - toldAt < RangeSession.tellEvery { return }
            toldAt = now
            if carried > 0 { try await tell(.carried(bytes: carried)) }
        }

        /// The whole did not hash to its digest: is it us?
        ///
        /// - Returns: the end of it, if there is no use in going on.
        private mutating func startOver() async throws -> DeliveryOutcome? {
            let whole = Int(file.dataSetOffset)..<Int(file.dataSetOffset + file.size)
            let digest = try await session.thread.runIfActive { [source] in try RangeBody.checksum(source, whole) }
            guard digest == file.digest else {
                return .unsendable("the instance's file is damaged; run 'jieli verify'")
            }
            carried = 0
            try await tell(.startedOver(reason: "what '\(delivery.destination)' put together was damaged"))
            restarts += 1
            guard restarts < 2 else {
                return .refused(.processingFailure, comment: "the whole was damaged twice", retriable: true)
            }
            return nil
        }

        private mutating func count(_ what: String) throws {
            surprises += 1
            if surprises > RangeSession.mostSurprises { throw surprise(what) }
        }

        private func surprise(_ what: String) -> NodeLinkError {
            NodeLinkError(
                code: .unreadable, message: "'\(delivery.destination)' \(what); ranges are tried again later")
        }

        private static func outcome(_ refusal: UploadRefusal?) -> DeliveryOutcome {
            guard let refusal else { return .refused(.processingFailure, comment: "no reason given") }
            return .refused(refusal.status, comment: refusal.comment, retriable: refusal.isRetriable)
        }
    }
}
