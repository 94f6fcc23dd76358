// The report of an earlier study on its way to where the other is read.

import Archive
import Audit
import Database
import Foundation
import Priors
import Reading
import Vocabulary

/// Words travel without the images, and ahead of them: whoever was told of a study may want its report, each node asks the
/// neighbour that the answer came through, and what is told goes back the same way. The holder remembers who wanted it, so
/// that addenda and corrections follow. Drafts and preliminary reports never travel: what is told is what was released.
struct PriorReports: Sendable {
    /// Nothing came for so long: it is asked for once more when somebody looks again.
    private static let patience: Duration = .seconds(600)
    private static let longestReason = 300

    private let flow: FlowContext
    private let book = PriorReportBook()
    private var here: NodeName { flow.node.name }

    init(_ flow: FlowContext) { self.flow = flow }

    // MARK: What is known

    /// Of a study that was read or acquired here, or whose report came through on its way home.
    func own(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> PriorReport? {
        try ReportHomecoming(flow).reports(of: study, in: database).map { home in
            PriorReport(home.announcement, try flow.tasks.task(home.announcement.task, in: database))
        }.max { $0.signedAt < $1.signedAt }
    }

    /// - Returns: also when it came, where another node lent it.
    func known(
        _ study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> (report: PriorReport, receivedAt: Timestamp?)? {
        if let own = try own(study, in: database) { return (own, nil) }
        return try book.report(of: study, in: database).map { ($0.report, $0.receivedAt) }
    }

    // MARK: Wanting

    /// For this node's reader: asks whoever told of the latest report, unless it is here or on its way.
    func want(
        _ study: StudyInstanceUID, _ query: PriorQuery?, by person: Person, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        guard let query, try own(study, in: transaction) == nil else { return }
        let before = try book.wish(for: study, by: here, in: transaction)
        let routes = try flow.priors.routes(of: query.id, to: study, in: transaction)
        guard let route = Self.best(routes, besides: before?.refusal == nil ? nil : before?.holder) else { return }
        let now = flow.clock.now()
        if let before, before.endedAt == nil, before.refusal == nil {
            let lent = try book.report(of: study, in: transaction)?.report.signedAt
            let isWaiting = lent == nil && now.elapsed(since: before.since) >= Self.patience
            let isLater = (route.note?.signedAt).map { told in lent.map { told > $0 } ?? true } ?? false
            guard isWaiting || isLater && before.holder != route.holder else { return }
        }
        try book.want(
            PriorReportWish(
                study: study, borrower: here, query: query.id, holder: route.holder, lender: route.via, since: now),
            in: transaction)
        try Messenger(flow).send(
            PriorReportWanted(query: query.id, study: study, holder: route.holder), to: route.via, lane: .urgent,
            in: transaction, wakes: &wakes)
        try flow.audit.record(
            AuditEvent(
                .priorReportRequested, by: .user(person.user), at: now, study: study, object: query.study.rawValue,
                detail: "at \(route.holder)"), in: transaction)
    }

    /// The way to the latest report, the shortest first. A node that says nothing of reports tells none.
    static func best(_ routes: [PriorRoute], besides refusing: NodeName? = nil) -> PriorRoute? {
        let telling = routes.filter { $0.note != nil }
        let willing = telling.filter { $0.holder != refusing }
        func worth(_ route: PriorRoute) -> (Int64, Int) {
            (route.note?.signedAt?.milliseconds ?? .min, -route.hops)
        }
        return (willing.isEmpty ? telling : willing).max { worth($0) < worth($1) }
    }

    /// A neighbour wants the report of what was told to it, or does not want it any more.
    func receive(
        _ event: PriorReportWanted, from peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        if event.isOver == true {
            guard let wish = try book.wish(for: event.study, by: peer, in: transaction) else { return }
            return try end(wish, in: transaction, wakes: &wakes)
        }
        let query = try flow.priors.query(event.query, in: transaction)
        let route =
            try query?.cameFrom == peer
            ? flow.priors.routes(of: event.query, to: event.study, in: transaction).first { $0.holder == event.holder }
            : nil
        let now = flow.clock.now()
        try flow.audit.record(
            AuditEvent(
                .priorReportRequested, by: .node(peer), at: now, outcome: route == nil ? .refused : .success,
                study: event.study, object: event.query, detail: query.map { "for \($0.asker)" } ?? "unknown question"),
            in: transaction)
        guard let route else {
            let reason = "\(here) did not answer with it, or long ago"
            return try send(
                PriorReportTold(study: event.study, report: nil, reason: reason), to: peer, in: transaction,
                wakes: &wakes)
        }
        let isHolder = event.holder == here
        try book.want(
            PriorReportWish(
                study: event.study, borrower: peer, query: event.query, holder: event.holder,
                lender: isHolder ? nil : route.via, since: now), in: transaction)
        if isHolder { return try tell(event.study, in: transaction, wakes: &wakes) }
        try Messenger(flow).send(event, to: route.via, lane: .urgent, in: transaction, wakes: &wakes)
    }

    // MARK: Telling

    /// Whoever wants the study's report hears of what is new about it. Safe to call at any time, any number of times.
    func tell(_ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes) throws {
        let wishes = try book.wishes(for: study, in: transaction).filter {
            $0.lender == nil && $0.endedAt == nil && isNeighbour($0.borrower)
        }
        guard !wishes.isEmpty, let report = try known(study, in: transaction)?.report.shortened else { return }
        // What was taken back stays so until there is a new version.
        var takenBack = report
        takenBack.isTakenBack = true
        for wish in wishes where wish.told != report.edition && wish.told != takenBack.edition {
            try send(PriorReportTold(study: study, report: report), to: wish.borrower, in: transaction, wakes: &wakes)
            try book.noteTold(report.edition, to: wish, in: transaction)
            try flow.audit.record(
                AuditEvent(
                    .priorReportSent, by: .system("priors"), at: flow.clock.now(), study: study, object: wish.query,
                    detail: "version \(report.version) to \(wish.borrower)"), in: transaction)
        }
    }

    /// From whoever was asked for it.
    ///
    /// - Throws: parks the event: nobody here asked this neighbour, or it says more than there is to say.
    func receive(
        _ event: PriorReportTold, from peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard event.report.map({ $0.study == event.study && $0.isOfBoundedLength }) ?? true,
            (event.reason?.count ?? 0) <= Self.longestReason
        else {
            throw EventError(code: .unreadable, message: "the report of study \(event.study) from \(peer) is malformed")
        }
        let wishes = try book.wishes(for: event.study, in: transaction).filter { $0.lender == peer }
        guard !wishes.isEmpty else {
            throw EventError(
                code: .conflict, message: "\(peer) tells the report of study \(event.study), which nobody asked it for")
        }
        for wish in wishes where wish.endedAt == nil {
            if wish.borrower == here {
                try take(event, wish, from: peer, in: transaction, wakes: &wakes)
            } else if isNeighbour(wish.borrower) {
                try send(event, to: wish.borrower, in: transaction, wakes: &wakes)
                guard let report = event.report else {
                    try book.end(wish, at: flow.clock.now(), in: transaction)
                    continue
                }
                try book.noteTold(report.edition, to: wish, in: transaction)
                try flow.audit.record(
                    AuditEvent(
                        .priorReportSent, by: .node(peer), at: flow.clock.now(), study: event.study, object: wish.query,
                        detail: "version \(report.version) to \(wish.borrower)"), in: transaction)
            }
        }
        // Others may have been told that it is here.
        try tell(event.study, in: transaction, wakes: &wakes)
    }

    private func take(
        _ event: PriorReportTold, _ wish: PriorReportWish, from peer: NodeName, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        if let report = event.report {
            guard try book.keep(report, from: peer, at: flow.clock.now(), in: transaction) else { return }
            try book.noteTold(report.edition, to: wish, in: transaction)
        } else {
            try book.refuse(wish, because: event.reason ?? "\(peer) does not give it", in: transaction)
        }
        wakes.changes.insert(FlowChange(.prior, try flow.priors.query(wish.query, in: transaction)?.study))
    }

    private func send(
        _ event: PriorReportTold, to peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try Messenger(flow).send(event, to: peer, lane: .urgent, in: transaction, wakes: &wakes)
    }

    private func isNeighbour(_ node: NodeName) -> Bool {
        flow.node.parents.contains(node) || flow.node.children.contains(node)
    }

    // MARK: Forgetting

    /// The study's images end here, and with them what another node lent of its report.
    func forget(_ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes) throws {
        try book.forget(study, in: transaction)
        guard let wish = try book.wish(for: study, by: here, in: transaction), wish.endedAt == nil else { return }
        try end(wish, in: transaction, wakes: &wakes)
    }

    /// By a question that is over, nothing stays of a study whose images were never wanted.
    func forgetOver(in transaction: Transaction, wakes: inout Wakes) throws {
        for wish in try book.over(at: flow.clock.now(), by: here, in: transaction) {
            let loan = try flow.priorLoans.loan(of: wish.study, to: here, in: transaction)
            if loan?.state == .granted { continue }
            if try flow.catalogue.study(wish.study, in: transaction) != nil { continue }
            try forget(wish.study, in: transaction, wakes: &wakes)
        }
    }

    private func end(_ wish: PriorReportWish, in transaction: Transaction, wakes: inout Wakes) throws {
        try book.end(wish, at: flow.clock.now(), in: transaction)
        guard let lender = wish.lender, isNeighbour(lender) else { return }
        let others = try book.wishes(for: wish.study, in: transaction).filter {
            $0.lender == lender && $0.endedAt == nil
        }
        guard others.isEmpty else { return }
        try Messenger(flow).send(
            PriorReportWanted(query: wish.query, study: wish.study, holder: wish.holder, isOver: true), to: lender,
            lane: .urgent, in: transaction, wakes: &wakes)
    }
}

extension PriorRoute {
    var note: PriorReportNote? { summary?.report }
}

extension PriorReport {
    /// - Parameter task: as it stands here; `nil` where this node has none.
    init(_ announcement: ReportAvailable, _ task: ReadingTask?) {
        let released = announcement.report
        self.init(
            study: announcement.study, task: announcement.task.rawValue, version: released.version,
            findings: released.text.findings, impression: released.text.impression, author: released.author,
            reviewer: released.reviewer, finalAt: released.finalAt,
            addenda: (released.addenda ?? []).map {
                Addendum(text: $0.text, signer: $0.signer.displayName, signedAt: $0.signedAt)
            }, readAt: announcement.readAt, institution: released.institution, srInstance: released.srInstance,
            isCorrection: released.isCorrection,
            isTakenBack: task.map { $0.isBeingCorrected || $0.releasedAt != nil && $0.shownState == .cancelled }
                ?? false)
    }
}
