// One study's way, told the same for pages and programs.

import Archive
import Reading
import Relay
import StudyFlow
import Vocabulary

/// `StudyJourney` with each hop's state named.
struct StudyStory: Sendable {
    let journey: StudyJourney
    let hops: [HopStory]
    let node: LocalNode

    init(_ journey: StudyJourney, at node: LocalNode, tiers: [NodeName: Tier] = [:]) {
        self.journey = journey
        self.node = node
        hops = journey.hops.map { HopStory($0, of: journey, tier: $0.isHere ? node.tier : tiers[$0.node]) }
    }

    var isOrigin: Bool { journey.origin.originNode == node.name }

    /// The report's files are stored at this node.
    var isReportHere: Bool { journey.report?.arrivedAt != nil }

    var isAcknowledged: Bool { journey.task?.shownState == .acknowledged }

    /// A radiographer here should say that it was received.
    var awaitsAcknowledgement: Bool { isOrigin && isReportHere && !isAcknowledged }
}

/// One node on the way.
struct HopStory: Sendable {
    enum State: String, Codable, Sendable, CaseIterable {
        case waiting, arriving, arrived, safe, held, parked
    }

    var node: NodeName
    var tier: Tier?
    var isHere: Bool
    var state: State
    /// `nil` until it is known what the study consists of.
    var expected: Int?
    var arrived: Int
    /// Named by that node's signed receipts; `nil` for this node, which needs none.
    var receipted: Int?
    /// Still to be sent to it from here.
    var queued: Int
    var parked: Int
    var lastError: String?
    /// Another node that owes the study to this one, since when, and why it does not get on.
    var owedBy: NodeName?
    var owedSince: Timestamp?
    var trouble: Trouble?
    /// Of what is queued.
    var bytesLeft: Int64
    var arrivesIn: Duration?

    init(_ hop: JourneyHop, of journey: StudyJourney, tier: Tier?) {
        node = hop.node
        self.tier = tier
        isHere = hop.isHere
        let isKnown = journey.manifest != nil || journey.passage?.settledAt != nil
        expected = isKnown ? hop.expected : nil
        lastError = hop.lastError
        (owedBy, owedSince, trouble) = (hop.owedBy, hop.owedSince, hop.trouble)
        bytesLeft = hop.bytesLeft
        arrivesIn = hop.arrivesIn
        let counts = hop.deliveries ?? DeliveryCounts()
        parked = counts.parked
        queued = counts.held + counts.waiting + counts.sending
        guard !hop.isHere else {
            arrived = hop.safe
            receipted = nil
            state = isKnown && hop.safe >= hop.expected ? .arrived : .arriving
            return
        }
        arrived = max(hop.safe, counts.done + counts.sent)
        receipted = hop.safe
        state =
            if counts.parked > 0 {
                .parked
            } else if hop.safe >= hop.expected && hop.expected > 0 {
                .safe
            } else if counts.held > 0 && counts.sending + counts.sent + counts.done == 0 {
                .held
            } else if arrived >= hop.expected && hop.expected > 0 {
                .arrived
            } else {
                counts.open > 0 || arrived > 0 ? .arriving : .waiting
            }
    }
}
