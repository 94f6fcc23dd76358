// Which studies were kept long enough, and what stands against letting them go.

import Archive
import Database
import Reading
import Retention
import Vocabulary

/// Why a study is not let go, though it may be old enough.
package enum RetentionObstacle: String, Hashable, Sendable, CaseIterable {
    /// This node's own rules keep it longer.
    case notExpired = "not_expired"
    case onHold = "on_hold"
    /// Somebody still has to read it, or its report is not home.
    case reading
    /// Something of it is still to be sent.
    case deliveries
    /// No node above has proven to hold each of its images.
    case notSafeAbove = "not_safe_above"
}

/// A study that the rules let go, with what stands against it.
package struct RetentionCandidate: Hashable, Sendable {
    package var study: StudyRecord
    package var term: RetentionTerm
    package var obstacle: RetentionObstacle?
}

/// Facts for the rules, and the obstacles. Stateless; asked again in the transaction that acts.
struct RetentionLedger: Sendable {
    private static let page = 200
    /// Of a series: images, and not what says something about them.
    private static let acquired = "series_network_made = 0 AND COALESCE(modality, '') <> 'KO'"

    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// Dates that a modality with a dead clock wrote do not make a study old: nothing counts as older than its arrival here.
    func facts(of record: StudyRecord, in database: some DatabaseReading) throws -> RetentionFacts {
        let origin = try flow.catalogue.origin(of: record.studyInstanceUID, in: database)
        let patient = record.patient.identifier
        // What the network made of it later, or a note about it, is no visit.
        let row = try database.row(
            """
            SELECT max(study_date) AS visit, max(series_last_received_at) AS received FROM study
            LEFT JOIN series ON series.study_instance_uid = study.study_instance_uid AND \(Self.acquired)
            WHERE issuer = ? AND patient_id = ?
            """, patient.issuer, patient.patientID)
        let received: Timestamp = try row?[optional: "received"] ?? record.firstReceivedAt
        let visit: String? = try row?[optional: "visit"]
        return RetentionFacts(
            modalities: record.modalities,
            sites: Set([record.issuer] + (origin.map { [$0.originNode.rawValue] } ?? [])),
            patientClass: try flow.orders.order(of: record.studyInstanceUID, in: database)?.patientClass,
            birthDate: DICOMText.civilDate(record.patient.birthDate), studyDate: DICOMText.civilDate(record.studyDate),
            lastVisit: max(DICOMText.civilDate(visit) ?? CivilDate(of: received), CivilDate(of: received)))
    }

    /// The longest kept first. Studies that were confirmed already are left out.
    func candidates(
        limit: Int, _ rules: RetentionRules, in database: some DatabaseReading
    ) throws -> [RetentionCandidate] {
        let today = CivilDate(of: flow.clock.now())
        // Years of 366 days: nothing is missed, and what is not old enough drops out below.
        let oldest = flow.clock.now() - StoragePolicy.day * (rules.leastYears * 365 - 1)
        var found: [RetentionCandidate] = []
        // Below all that there are.
        var last = (Timestamp(milliseconds: .min), "")
        while found.count < limit {
            let page = try database.rows(
                """
                SELECT study_instance_uid, study_first_received_at FROM study WHERE study_first_received_at <= ?
                AND (study_first_received_at > ? OR (study_first_received_at = ? AND study_instance_uid > ?))
                AND NOT EXISTS (
                    SELECT 1 FROM series WHERE series.study_instance_uid = study.study_instance_uid
                        AND series_last_received_at > ? AND \(Self.acquired))
                AND NOT EXISTS (
                    SELECT 1 FROM rejection_note WHERE rejection_note.study_instance_uid = study.study_instance_uid
                        AND reason = ? AND NOT EXISTS (SELECT 1 FROM rejection_lifted
                            WHERE rejection_lifted.note_uid = rejection_note.note_uid))
                ORDER BY study_first_received_at, study_instance_uid LIMIT ?
                """, oldest, last.0, last.0, last.1, oldest, RejectionReason.retentionExpired, Self.page
            ).map { row -> (StudyInstanceUID, Timestamp) in
                (try row["study_instance_uid"], try row["study_first_received_at"])
            }
            for (uid, _) in page {
                guard found.count < limit, let record = try flow.catalogue.study(uid, in: database) else { continue }
                let term = rules.term(for: try facts(of: record, in: database))
                guard term.until < today else { continue }
                found.append(
                    RetentionCandidate(
                        study: record, term: term, obstacle: try obstacle(to: record, rules, in: database)))
            }
            guard page.count == Self.page, let end = page.last else { break }
            last = (end.1, end.0.rawValue)
        }
        return found
    }

    /// - Returns: `nil` where nothing stands against letting it go.
    func obstacle(
        to record: StudyRecord, _ rules: RetentionRules, in database: some DatabaseReading
    ) throws -> RetentionObstacle? {
        let study = record.studyInstanceUID
        guard rules.hasExpired(try facts(of: record, in: database), on: CivilDate(of: flow.clock.now())) else {
            return .notExpired
        }
        if try flow.legalHolds.isHeld(study, in: database) { return .onHold }
        let open = try flow.tasks.tasks(of: study, in: database).contains {
            ![.delivered, .acknowledged, .cancelled].contains($0.shownState)
        }
        if try open || ReportHomecoming(flow).isExpected(for: study, in: database) { return .reading }
        if try flow.deliveries.hasOpen(of: study, in: database) { return .deliveries }
        return try isSafeAbove(study, in: database) ? nil : .notSafeAbove
    }

    /// A node below lets nothing go before a node above has signed for it.
    private func isSafeAbove(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        guard !flow.node.parents.isEmpty else { return true }
        let holders = try flow.receipts.holders(of: study, in: database)
        let above = flow.node.nodesAbove
        return try flow.catalogue.instances(of: study, in: database)
            .filter { !$0.isNetworkMade && !$0.fileState.isDestroyed }
            .allSatisfy { instance in
                let forms = holders[instance.sopInstanceUID] ?? [:]
                return !instance.forms.reduce(into: Set<NodeName>()) { $0.formUnion(forms[$1] ?? []) }
                    .isDisjoint(with: above)
            }
    }
}
