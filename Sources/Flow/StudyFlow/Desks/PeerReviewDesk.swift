// Double reading: chosen at the release, read by another doctor, compared, fed back.

import Audit
import Database
import PeerReview
import Reading
import Vocabulary

package struct PeerReviewDesk: Sendable {
    private let flow: FlowContext
    private let book = PeerReviewBook()

    package init(_ flow: FlowContext) { self.flow = flow }

    // MARK: Choosing

    /// In the transaction that releases a report for the first time.
    func choose(_ material: ReportMaterial, in transaction: Transaction) throws {
        // A correction or an addendum was looked at again already.
        guard material.report.supersededSR == nil, let author = material.report.author,
            let reviewer = material.report.reviewer
        else { return }
        let study = material.study
        let work = ReviewedWork(
            modalities: Set(study.modalities.map { $0.uppercased() }),
            bodyParts: Set(study.bodyParts.map { $0.uppercased() }),
            institutions: [study.issuer, material.task.origin.rawValue], workType: material.task.plan?.workType.rawValue
        )
        guard let rule = flow.peerReviewRules.choice(of: work, task: material.task.id.rawValue) else { return }
        try book.propose(
            NewPeerReview(
                task: material.task.id.rawValue, study: material.task.study, origin: material.task.origin,
                ruleName: rule.name, author: ReviewPerson(author), reviewer: ReviewPerson(reviewer),
                first: ReviewText(findings: material.report.text.findings, impression: material.report.text.impression)),
            at: flow.clock.now(), in: transaction)
    }

    // MARK: Reading

    package func take(_ id: String, by person: Person) async throws -> PeerReview {
        try await act(.peerReviewTaken, by: person) { transaction in
            try book.take(id, by: ReviewPerson(person), at: flow.clock.now(), in: transaction)
        }
    }

    package func save(
        _ text: ReviewText, over version: Int, of id: String, by person: Person
    ) async throws -> PeerReview {
        try await flow.database.write { transaction in
            try book.save(
                text, over: version, of: id, by: ReviewPerson(person), at: flow.clock.now(), in: transaction)
        }
    }

    package func sign(_ id: String, by person: Person) async throws -> PeerReview {
        try await act(.peerReviewSigned, by: person) { transaction in
            try book.sign(id, by: ReviewPerson(person), at: flow.clock.now(), in: transaction)
        }
    }

    /// What is to be learned goes down to the hospital that took the images, without a name.
    package func grade(
        _ id: String, as code: String, comment: String, teaching: String, by person: Person
    ) async throws -> PeerReview {
        let (review, wakes) = try await flow.database.write { transaction in
            let now = flow.clock.now()
            let review = try book.grade(
                id, as: code, comment: comment, teaching: teaching, by: ReviewPerson(person), flow.peerReviewRules,
                at: now, in: transaction)
            try record(.peerReviewGraded, review, by: person, in: transaction)
            var wakes = Wakes(study: review.study)
            if !teaching.isEmpty {
                let note = TeachingNote(
                    review: review.id, study: review.study, origin: review.origin, text: teaching, at: now)
                try heard(note, in: transaction, wakes: &wakes)
            }
            return (review, wakes)
        }
        wakes.ring(flow.signals)
        return review
    }

    package func see(_ id: String, by person: Person) async throws -> PeerReview {
        try await flow.database.write { transaction in
            try book.see(id, by: ReviewPerson(person), at: flow.clock.now(), in: transaction)
        }
    }

    // MARK: Teaching

    /// Kept at every node on the way down, so that each may learn from it.
    func heard(_ note: TeachingNote, in transaction: Transaction, wakes: inout Wakes) throws {
        try book.keep(note, in: transaction)
        wakes.changes.insert(FlowChange(.report, note.study))
        guard let below = try flow.catalogue.origin(of: note.study, in: transaction)?.viaChild else { return }
        try Messenger(flow).send(TeachingShared(note: note), to: below, in: transaction, wakes: &wakes)
    }

    // MARK: Lists

    package struct Lists: Hashable, Sendable {
        package var waiting: [PeerReview]
        package var underway: [PeerReview]
        /// Waiting for this person's grade as a third doctor.
        package var toArbitrate: [PeerReview]
        package var feedback: [PeerReview]
    }

    package func lists(for user: String) async throws -> Lists {
        try await flow.database.read { snapshot in
            Lists(
                waiting: try book.waiting(for: user, at: flow.clock.now(), in: snapshot),
                underway: try book.underway(of: user, in: snapshot),
                toArbitrate: flow.peerReviewRules.grader == .arbiter
                    ? try book.awaitingArbiter(user, in: snapshot) : [],
                feedback: try book.feedback(for: user, in: snapshot))
        }
    }

    package func review(_ id: String) async throws -> PeerReview? {
        try await flow.database.read { try book.review(id, in: $0) }
    }

    /// The report is kept from who reads the study independently.
    package func isBlind(_ user: String, to study: StudyInstanceUID) async throws -> Bool {
        try await flow.database.read { try book.isBlind(user, to: study, in: $0) }
    }

    /// All studies of which `isBlind` is true.
    package func blindStudies(of user: String, in database: some DatabaseReading) throws -> Set<StudyInstanceUID> {
        try book.blindStudies(of: user, in: database)
    }

    package func notes(of study: StudyInstanceUID) async throws -> [TeachingNote] {
        try await flow.database.read { try book.notes(of: study, in: $0) }
    }

    package func notes() async throws -> [TeachingNote] {
        try await flow.database.read { try book.notes(in: $0) }
    }

    // MARK: Details

    private func act(
        _ action: AuditAction, by person: Person,
        _ change: @escaping @Sendable (Transaction) throws -> PeerReview
    ) async throws -> PeerReview {
        try await flow.database.write { transaction in
            let review = try change(transaction)
            try record(action, review, by: person, in: transaction)
            return review
        }
    }

    private func record(
        _ action: AuditAction, _ review: PeerReview, by person: Person, in transaction: Transaction
    ) throws {
        try flow.audit.record(
            AuditEvent(
                action, by: .user(person.user), at: flow.clock.now(), study: review.study, object: review.id,
                detail: review.grade ?? ""), in: transaction)
    }
}

extension ReviewPerson {
    init(_ person: Person) { self.init(user: person.user, displayName: person.displayName) }
}
