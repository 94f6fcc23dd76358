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
        let now = flow.clock.now()
        let basis = try await flow.database.write { transaction in
            let finder = PriorFinder(flow)
            var basis = try finder.facts(of: study, in: transaction).flatMap {
                try finder.basis(of: prior, for: $0, in: transaction)
            }
            // Another node's rules may know the patient where this one's do not.
            if basis == nil,
                let query = try flow.priors.latest(for: study, askedBy: flow.node.name, at: now, in: transaction)
            {
                basis = try flow.priors.routes(of: query.id, to: prior, in: transaction).compactMap(\.summary?.basis)
                    .first
            }
            try flow.audit.record(
                AuditEvent(
                    .priorViewed, by: .user(person.user), at: now, outcome: basis == nil ? .refused : .success,
                    study: prior, object: study.rawValue), in: transaction)
            return basis
        }
        guard let basis else { throw Self.notAPrior(prior, study) }
        return basis
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
