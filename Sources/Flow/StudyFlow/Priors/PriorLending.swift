// Images of an earlier study on their way to where the other is read.

import Archive
import Audit
import Database
import Foundation
import Priors
import Relay
import Vocabulary

/// Each node asks the neighbour that an answer came through, and gives on what has come. Up go copies that nobody reads;
/// down, the child fetches what was granted to it.
struct PriorLending: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    // MARK: Wanting

    /// For this node's reader, or for the neighbour that asks. Every way to it is tried, those in vain before as well.
    ///
    /// - Returns: `false` where no way to the study is known.
    func want(
        _ study: StudyInstanceUID, for borrower: NodeName, _ query: String, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> Bool {
        try flow.priors.forgetRefusals(of: study, to: query, in: transaction)
        return try wantByNextWay(study, for: borrower, query, in: transaction, wakes: &wakes)
    }

    private func wantByNextWay(
        _ study: StudyInstanceUID, for borrower: NodeName, _ query: String, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> Bool {
        let now = flow.clock.now()
        var loan = PriorLoan(
            study: study, borrower: borrower, query: query, lender: nil, state: .wanted, since: now)
        if try isHeld(study, in: transaction) && !mustBeAskedFor(study, by: borrower, query, in: transaction) {
            try flow.priorLoans.want(loan, in: transaction)
            wakes.priors = true
            return true
        }
        let routes = try flow.priors.routes(of: query, to: study, untried: true, in: transaction).filter {
            $0.via != flow.node.name && $0.via != borrower
        }
        // Nearest first, but rather where the files are.
        let whole = routes.first { route in route.summary.map { $0.filesHere >= $0.imageCount } ?? false }
        guard let route = whole ?? routes.first else { return false }
        loan.lender = route.via
        try flow.priorLoans.want(loan, in: transaction)
        try Messenger(flow).send(
            PriorWanted(query: query, study: study), to: route.via, lane: .urgent, in: transaction, wakes: &wakes)
        return true
    }

    /// The study is known here, by its images and not by hearsay.
    private func isHeld(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        guard let record = try flow.catalogue.study(study, in: database) else { return false }
        let expected = try flow.manifests.settledCount(of: study, in: database) ?? record.acquiredCount
        return record.acquiredCount > 0 && record.acquiredCount >= expected
    }

    /// It was lent to this node, and its files have left the disk since, or the loan has ended: the lender is asked again, and
    /// tells what was corrected meanwhile.
    private func mustBeAskedFor(
        _ study: StudyInstanceUID, by borrower: NodeName, _ query: String, in database: some DatabaseReading
    ) throws -> Bool {
        guard let lender = try flow.priorLoans.fetched(study, in: database)?.lender, lender != borrower,
            try hasEnded(study, in: database) || flow.absences.files(of: study, in: database).away > 0
        else { return false }
        return try flow.priors.routes(of: query, to: study, untried: true, in: database).contains { $0.via == lender }
    }

    /// What a parent lent is kept here, and it is not told any more what is corrected about it.
    func hasEnded(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        guard let text = try flow.priorLoans.fetched(study, in: database)?.grant,
            let until = try JSONDecoder().decode(PriorGranted.self, from: Data(text.utf8)).until
        else { return false }
        return until <= flow.clock.now()
    }

    /// Held, and settled: as soon as its files are here, it can be given on.
    func isWhole(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        try isHeld(study, in: database) && flow.passages.passage(of: study, in: database)?.settledAt != nil
    }

    /// A neighbour wants what was told to it.
    func receive(
        _ event: PriorWanted, from peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let query = try flow.priors.query(event.query, in: transaction)
        let wasTold =
            try query?.cameFrom == peer
            && !flow.priors.routes(of: event.query, to: event.study, in: transaction).isEmpty
        let now = flow.clock.now()
        try flow.audit.record(
            AuditEvent(
                .priorRequested, by: .node(peer), at: now, outcome: wasTold ? .success : .refused, study: event.study,
                object: event.query, detail: query.map { "for \($0.asker)" } ?? "unknown question"), in: transaction)
        let isWanted = try wasTold && want(event.study, for: peer, event.query, in: transaction, wakes: &wakes)
        guard !isWanted else { return }
        let reason =
            wasTold ? "\(flow.node.name) has it no more" : "\(flow.node.name) did not answer with it, or long ago"
        try Messenger(flow).send(
            PriorUnavailable(study: event.study, reason: reason), to: peer, lane: .urgent, in: transaction,
            wakes: &wakes)
    }

    /// Another way is tried; where there is none, whoever wanted it hears of it.
    func receive(
        _ event: PriorUnavailable, from peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        for loan in try flow.priorLoans.borrowers(of: event.study, from: peer, in: transaction) {
            try flow.priors.noteRefusal(
                by: peer, of: loan.study, to: loan.query, at: flow.clock.now(), in: transaction)
            if try wantByNextWay(loan.study, for: loan.borrower, loan.query, in: transaction, wakes: &wakes) {
                continue
            }
            try flow.priorLoans.set(.refused, of: loan, error: event.reason, in: transaction)
            if loan.borrower != flow.node.name {
                try Messenger(flow).send(event, to: loan.borrower, lane: .urgent, in: transaction, wakes: &wakes)
            }
            try tellReader(loan, in: transaction, wakes: &wakes)
        }
    }

    // MARK: Giving

    /// - Returns: `false` when it cannot be given yet.
    func serve(_ loan: PriorLoan, in transaction: Transaction, wakes: inout Wakes) throws -> Bool {
        let now = flow.clock.now()
        guard loan.state == .wanted else { return true }
        guard try isHeld(loan.study, in: transaction),
            let passage = try flow.passages.passage(of: loan.study, in: transaction), passage.settledAt != nil,
            let manifest = try flow.manifests.manifest(of: loan.study, in: transaction),
            let origin = try flow.catalogue.origin(of: loan.study, in: transaction)
        else { return false }
        let files = try flow.catalogue.instances(of: loan.study, in: transaction).filter { !$0.isNetworkMade }
        let evicted = files.filter { $0.fileState.isEvicted }.map(\.sopInstanceUID)
        if !evicted.isEmpty {
            let known = Set(try flow.fileRequests.requests(of: loan.study, in: transaction).map(\.sopInstance))
            try flow.fileRequests.add(
                evicted.filter { !known.contains($0) }, of: loan.study, for: .recall, by: loan.borrower.rawValue,
                at: now, in: transaction)
            wakes.storage = true
            return false
        }
        guard files.allSatisfy(\.isHere) else { return false }
        switch loan.borrower {
        case flow.node.name:
            try flow.priorLoans.set(.here, of: loan, in: transaction)
            try tellReader(loan, in: transaction, wakes: &wakes)
            return true
        case let parent where flow.node.parents.contains(parent):
            try RoutePlanner(flow).owe(
                files, of: loan.study, .urgent, to: parent, isCustodyCopy: true, in: transaction, wakes: &wakes)
            if passage.decision?.nextHop != parent {
                try flow.custody.noteSent(
                    loan.study, to: parent, revision: passage.revision, at: now, in: transaction)
            }
            try Messenger(flow).send(
                StudySettled(study: loan.study, origin: origin.originNode, manifest: manifest), to: parent,
                in: transaction, wakes: &wakes)
        default:
            try Messenger(flow).send(
                PriorGranted(
                    study: loan.study, issuer: origin.issuer, origin: origin.originNode, manifest: manifest,
                    contexts: Set(files.map(\.context)).sorted {
                        ($0.sopClass, $0.transferSyntax) < ($1.sopClass, $1.transferSyntax)
                    }, until: now + flow.priorPolicy.lent), to: loan.borrower, lane: .urgent, in: transaction,
                wakes: &wakes)
            // In the same lane, behind the grant: what was rejected here, or named another patient, is so there as well.
            try CorrectionTravel(flow).accompany(
                loan.study, to: loan.borrower, lane: .urgent, in: transaction, wakes: &wakes)
        }
        try flow.priorLoans.give(loan, at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .priorSent, by: .system("priors"), at: now, study: loan.study, object: loan.query,
                detail: "\(files.count) images to \(loan.borrower)"), in: transaction)
        return true
    }

    // MARK: Being granted

    /// A parent lets this node fetch the study.
    func receive(
        _ event: PriorGranted, from parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let loans = try flow.priorLoans.borrowers(of: event.study, from: parent, in: transaction)
        guard !loans.isEmpty else { return }
        guard event.manifest.studyInstanceUID == event.study else {
            throw EventError(
                code: .unreadable, message: "\(parent) grants study \(event.study) with the manifest of another")
        }
        let now = flow.clock.now()
        let origin = try flow.catalogue.claim(
            StudyOrigin(
                studyInstanceUID: event.study, issuer: event.issuer, originNode: event.origin, viaChild: nil,
                recordedAt: now), in: transaction)
        guard origin.issuer == event.issuer else {
            throw EventError(
                code: .conflict, message: "\(parent) grants study \(event.study) as another hospital's than it is here")
        }
        if try flow.passages.passage(of: event.study, in: transaction) == nil {
            // Here to be looked at: it is on nobody's reading list and goes nowhere.
            try flow.custody.keep(event.study, for: parent, at: now, in: transaction)
            try flow.passages.expect(
                event.study, priority: .routine, setAt: Timestamp(milliseconds: 0), at: now, in: transaction)
        }
        try flow.manifests.store(event.manifest, at: now, in: transaction)
        let grant = String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
        for loan in loans {
            try flow.priorLoans.set(.granted, of: loan, grant: grant, in: transaction)
            try tellReader(loan, in: transaction, wakes: &wakes)
        }
        wakes.grantedPriors = true
    }

    /// Everything that was granted is here.
    func fetched(
        _ loan: PriorLoan, _ grant: PriorGranted, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let left = try flow.catalogue.missing(from: grant.manifest.items, in: transaction)
        guard left.isEmpty else {
            throw EventError(code: .conflict, message: "\(left.count) of the images did not come as granted")
        }
        try flow.passages.settle(
            loan.study, revision: grant.manifest.revision, at: flow.clock.now(), in: transaction)
        // What had left the disk is fetched back before it is given on, or shown.
        let isHere =
            try loan.borrower == flow.node.name && flow.absences.files(of: loan.study, in: transaction).away == 0
        try flow.priorLoans.set(isHere ? .here : .wanted, of: loan, in: transaction)
        wakes.priors = !isHere
        try tellReader(loan, in: transaction, wakes: &wakes)
    }

    /// What of a study a parent lent, as acquired. Empty where that parent is none any more.
    func lent(
        _ study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [SOPInstanceUID: Digest] {
        guard let loan = try flow.priorLoans.fetched(study, in: database), let lender = loan.lender,
            flow.node.parents.contains(lender), let text = loan.grant
        else { return [:] }
        let grant = try JSONDecoder().decode(PriorGranted.self, from: Data(text.utf8))
        return Dictionary(
            grant.manifest.items.map { ($0.sopInstanceUID, $0.digest) }, uniquingKeysWith: { first, _ in first })
    }

    func tellReader(_ loan: PriorLoan, in transaction: Transaction, wakes: inout Wakes) throws {
        wakes.changes.insert(FlowChange(.prior, try flow.priors.query(loan.query, in: transaction)?.study))
    }
}
