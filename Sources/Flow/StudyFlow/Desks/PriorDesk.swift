// What readers do about earlier studies.

import Archive
import Audit
import Database
import Priors
import Reading
import Vocabulary

package struct PriorDesk: Sendable {
    /// A question asked again within this is the same question.
    static let fresh: Duration = .seconds(600)

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Asks the network for earlier studies of a study's patient. What was asked a moment ago is not asked again.
    ///
    /// - Parameter anew: ask all the same.
    /// - Returns: `nil` where nobody else is asked.
    /// - Throws: `PriorError.notHere`.
    @discardableResult
    package func ask(
        _ study: StudyInstanceUID, anew: Bool = false, by person: Person
    ) async throws -> PriorQuery? {
        let now = flow.clock.now()
        // Each page of a task asks when it is opened: nearly always there is nothing to write.
        if !anew, let last = try await flow.database.read({ try asked(study, at: now, in: $0) }) { return last }
        return try await act { transaction, wakes in
            guard try flow.catalogue.study(study, in: transaction) != nil else { throw Self.notHere(study) }
            if !anew, let last = try asked(study, at: now, in: transaction) { return last }
            return try PriorPassing(flow).ask(study, by: person.user, in: transaction, wakes: &wakes)
        }
    }

    /// A moment ago.
    private func asked(
        _ study: StudyInstanceUID, at now: Timestamp, in database: some DatabaseReading
    ) throws -> PriorQuery? {
        let last = try flow.priors.latest(for: study, askedBy: flow.node.name, at: now, in: database)
        return last.flatMap { now.elapsed(since: $0.askedAt) < Self.fresh ? $0 : nil }
    }

    /// Wants the images of an earlier study here.
    ///
    /// - Returns: `true` when they are here already.
    /// - Throws: `PriorError.notAPrior` for a study that is not this patient's, or that no answer named.
    @discardableResult
    package func fetch(
        _ prior: StudyInstanceUID, for study: StudyInstanceUID, by person: Person
    ) async throws -> Bool {
        let now = flow.clock.now()
        return try await act { transaction, wakes in
            guard let facts = try PriorFinder(flow).facts(of: study, in: transaction) else {
                throw Self.notHere(study)
            }
            let query = try flow.priors.latest(for: study, askedBy: flow.node.name, at: now, in: transaction)
            let isHere = try flow.catalogue.study(prior, in: transaction) != nil
            let isTold = try query.map {
                try !flow.priors.routes(of: $0.id, to: prior, in: transaction).isEmpty
            }
            guard try isTold == true || PriorFinder(flow).basis(of: prior, for: facts, in: transaction) != nil else {
                throw Self.notAPrior(prior, study)
            }
            // Its words are here before its images are, and come even where those are here already.
            try PriorReports(flow).want(prior, query, by: person, in: transaction, wakes: &wakes)
            // A loan that has ended is renewed: what was corrected since is not known here.
            if isHere, try flow.absences.files(of: prior, in: transaction).away == 0,
                try !PriorLending(flow).hasEnded(prior, in: transaction),
                try flow.passages.passage(of: prior, in: transaction)?.settledAt != nil
            {
                return true
            }
            let isWanted = try PriorLending(flow).want(
                prior, for: flow.node.name, query?.id ?? "", in: transaction, wakes: &wakes)
            guard isWanted else { throw Self.notAPrior(prior, study) }
            try flow.audit.record(
                AuditEvent(
                    .priorRequested, by: .user(person.user), at: now, study: prior, object: study.rawValue),
                in: transaction)
            wakes.changes.insert(FlowChange(.prior, study))
            return false
        }
    }

    /// Somebody looks at an earlier study beside another: it stands on the trail of both.
    ///
    /// - Throws: `PriorError.notAPrior` for another patient's study, which stands on the trail as well.
    package func open(
        _ prior: StudyInstanceUID, beside study: StudyInstanceUID, by person: Person
    ) async throws -> LinkBasis {
        let basis = try await act { transaction, _ in
            let basis = try link(of: prior, to: study, in: transaction)
            try note(.priorViewed, of: prior, beside: study, by: person, isRefused: basis == nil, in: transaction)
            return basis
        }
        guard let basis else { throw Self.notAPrior(prior, study) }
        return basis
    }

    /// An earlier study's report as somebody reads it, and where it is.
    package struct ReportReading: Hashable, Sendable {
        /// `nil` where nobody said anything of a report.
        package var status: PriorReportStatus?
        /// The words, once they are here.
        package var report: PriorReport?
        package var record: PriorSummary?
    }

    /// Somebody reads the report of an earlier study beside another: it stands on the trail. What is not here is asked for.
    ///
    /// - Parameter mayAsk: this person reads, and may have other nodes asked.
    /// - Throws: `PriorError.notAPrior` for another patient's study, which stands on the trail as well.
    package func report(
        of prior: StudyInstanceUID, beside study: StudyInstanceUID, mayAsk: Bool, by person: Person
    ) async throws -> ReportReading {
        let now = flow.clock.now()
        let reading: ReportReading? = try await act { transaction, wakes in
            guard try link(of: prior, to: study, in: transaction) != nil else {
                try note(.priorReportViewed, of: prior, beside: study, by: person, isRefused: true, in: transaction)
                return nil
            }
            let query = try flow.priors.latest(for: study, askedBy: flow.node.name, at: now, in: transaction)
            if mayAsk { try PriorReports(flow).want(prior, query, by: person, in: transaction, wakes: &wakes) }
            let known = try PriorReports(flow).known(prior, in: transaction)?.report
            if known != nil {
                try note(.priorReportViewed, of: prior, beside: study, by: person, in: transaction)
            }
            let views = PriorViews(flow)
            let entry = try views.list(for: study, in: transaction).entries.first { $0.summary.study == prior }
            return ReportReading(status: entry?.report, report: known, record: entry?.summary)
        }
        guard let reading else { throw Self.notAPrior(prior, study) }
        return reading
    }

    /// Why the study is this patient's; `nil` where nothing says so.
    private func link(
        of prior: StudyInstanceUID, to study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> LinkBasis? {
        let finder = PriorFinder(flow)
        let basis = try finder.facts(of: study, in: database).flatMap {
            try finder.basis(of: prior, for: $0, in: database)
        }
        // Another node's rules may know the patient where this one's do not.
        guard basis == nil,
            let query = try flow.priors.latest(
                for: study, askedBy: flow.node.name, at: flow.clock.now(), in: database)
        else { return basis }
        return try flow.priors.routes(of: query.id, to: prior, in: database).compactMap(\.summary?.basis).first
    }

    private func note(
        _ action: AuditAction, of prior: StudyInstanceUID, beside study: StudyInstanceUID, by person: Person,
        isRefused: Bool = false, in transaction: Transaction
    ) throws {
        try flow.audit.record(
            AuditEvent(
                action, by: .user(person.user), at: flow.clock.now(), outcome: isRefused ? .refused : .success,
                study: prior, object: study.rawValue), in: transaction)
    }

    private static func notHere(_ study: StudyInstanceUID) -> PriorError {
        PriorError(code: .notHere, message: "study \(study) is not at this node")
    }

    private static func notAPrior(_ prior: StudyInstanceUID, _ study: StudyInstanceUID) -> PriorError {
        PriorError(
            code: .notAPrior, message: "study \(prior) is not known as an earlier study of the patient of \(study)")
    }

    private func act<Result: Sendable>(
        _ change: @escaping @Sendable (Transaction, inout Wakes) throws -> Result
    ) async throws -> Result {
        let (result, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            return (try change(transaction, &wakes), wakes)
        }
        wakes.ring(flow.signals)
        return result
    }
}
