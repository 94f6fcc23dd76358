// Studies that are read here get a copy above, when the line has nothing better to do.

import Archive
import Audit
import Database
import Relay
import Vocabulary

/// Off peak, behind everything else, one study after the other: outside of the window nothing more than what is on the
/// wire just now goes.
package struct CustodyCopies: Sendable {
    /// Instances on their way at once: little is left when the window ends.
    private static let mostUnderWay = 500
    private static let page = 20

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Starts what may start now, and stops what may not go on.
    package func sweep() async throws {
        guard let parent = flow.node.parents.first, let window = flow.node.storage.custodyWindow else { return }
        let isOpen = window.contains(flow.clock.now())
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes()
            let underWay = try flow.custody.underWay(to: parent, in: transaction)
            guard isOpen else {
                // A reader waits for what is lent.
                for study in underWay
                where try flow.priorLoans.loan(of: study, to: parent, in: transaction)?.state != .given {
                    try flow.deliveries.hold(study: study, destination: parent, in: transaction)
                }
                return wakes
            }
            var open = 0
            for study in underWay {
                open += try flow.deliveries.openCount(of: study, to: parent, in: transaction)
                if try flow.passages.isAnnounced(study, to: parent, in: transaction) == true,
                    try flow.deliveries.release(study: study, destination: parent, in: transaction) > 0
                {
                    wakes.relay(parent, .routine)
                }
            }
            for study in try flow.custody.uncopied(to: parent, limit: Self.page, in: transaction)
            where open < Self.mostUnderWay {
                try StudyAttempt(flow).step(study, in: transaction, wakes: &wakes) { wakes in
                    open += try send(study, to: parent, in: transaction, wakes: &wakes)
                }
            }
            return wakes
        }
        wakes.ring(flow.signals)
    }

    private func send(
        _ study: StudyInstanceUID, to parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Int {
        let now = flow.clock.now()
        guard let passage = try flow.passages.passage(of: study, in: transaction),
            let origin = try flow.catalogue.origin(of: study, in: transaction)
        else { return 0 }
        let isNew = try flow.custody.sent(study, to: parent, in: transaction) == nil
        try flow.custody.noteSent(study, to: parent, revision: passage.revision, at: now, in: transaction)
        let files = try flow.catalogue.instances(of: study, in: transaction).filter { !$0.isNetworkMade && $0.isHere }
        let count = try RoutePlanner(flow).owe(
            files, of: study, .routine, to: parent, isCustodyCopy: true, in: transaction, wakes: &wakes)
        try flow.deliveries.putBehind(study, to: parent, at: now, in: transaction)
        if let manifest = try flow.manifests.manifest(of: study, in: transaction) {
            try Messenger(flow).send(
                StudySettled(study: study, origin: origin.originNode, manifest: manifest), to: parent, in: transaction,
                wakes: &wakes)
        }
        if isNew {
            try flow.audit.record(
                AuditEvent(
                    .custodyCopied, by: .system("custody copy"), at: now, study: study,
                    detail: "\(files.count) instances to \(parent)"), in: transaction)
        }
        wakes.changes.insert(FlowChange(.study, study))
        return count
    }

    // MARK: It is to be read above after all

    /// The study now goes up for reading: what waited for the night goes at once.
    func bringForward(
        _ study: StudyInstanceUID, to hop: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard try flow.custody.forgetSent(study, to: hop, in: transaction) else { return }
        try flow.deliveries.bringForward(study, to: hop, at: flow.clock.now(), in: transaction)
        if try flow.passages.isAnnounced(study, to: hop, in: transaction) == true {
            try flow.deliveries.release(study: study, destination: hop, in: transaction)
        }
        // Again, and now without the mark.
        try RoutePlanner(flow).announce(study, to: hop, in: transaction, wakes: &wakes)
        wakes.relay(hop, .routine)
    }

    /// The node below wants it read: the copy becomes a study like any other.
    func release(_ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes) throws {
        guard try flow.custody.release(study, in: transaction) else { return }
        try RoutePlanner(flow).replan(study, in: transaction, wakes: &wakes)
    }
}
