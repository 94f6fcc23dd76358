// A person's studies at this node.

import Archive
import Database
import Priors
import Vocabulary

struct PriorFinder: Sendable {
    /// Studies that may be looked at for one question.
    private static let mostCandidates = 5000

    private let flow: FlowContext
    private var rules: LinkingRules { flow.priorPolicy.linking }

    init(_ flow: FlowContext) { self.flow = flow }

    /// `nil` for a study that is not here.
    func facts(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> PatientFacts? {
        guard let patient = try flow.catalogue.study(study, in: database)?.patient else { return nil }
        return PatientFacts(
            identifier: patient.identifier,
            cardNumber: try card(
                of: patient.identifier, study, noted: flow.priors.card(of: study, in: database), in: database),
            name: patient.name, birthDate: patient.birthDate, sex: patient.sex)
    }

    /// - Parameter noted: the number that the study's objects name. Where another patient was corrected in, it is not
    ///   this patient's.
    private func card(
        of patient: PatientIdentifier, _ study: StudyInstanceUID, noted: String?, in database: some DatabaseReading
    ) throws -> String? {
        if let own = ResidentNumber.found(in: patient.patientID) { return own }
        guard let noted else { return nil }
        let original = try flow.patientCorrections.original(of: study, in: database)
        return original == nil || original?.identifier == patient ? noted : nil
    }

    /// Everything here that is the patient's by this node's rules, newest first.
    ///
    /// - Parameters:
    ///   - besides: the study that is being read.
    ///   - byNumberOnly: only what bears the same hospital's same Patient ID, whatever the rules say.
    func studies(
        of patient: PatientFacts, besides study: StudyInstanceUID, byNumberOnly: Bool = false, limit: Int = 200,
        in database: some DatabaseReading
    ) throws -> [(record: StudyRecord, basis: LinkBasis)] {
        var found: [(record: StudyRecord, basis: LinkBasis)] = []
        let rules = byNumberOnly ? LinkingRules() : self.rules
        for (uid, basis) in try linked(to: patient, by: rules, in: database) where uid != study {
            guard let record = try flow.catalogue.study(uid, in: database), record.shownAcquiredCount > 0 else {
                continue
            }
            found.append((record, basis))
        }
        func time(_ record: StudyRecord) -> String { (record.studyDate ?? "") + (record.studyTime ?? "") }
        found.sort { (time($0.record), $0.record.studyInstanceUID) > (time($1.record), $1.record.studyInstanceUID) }
        return Array(found.prefix(limit))
    }

    /// Whether `prior` is here and this patient's.
    func basis(
        of prior: StudyInstanceUID, for patient: PatientFacts, in database: some DatabaseReading
    ) throws -> LinkBasis? {
        try facts(of: prior, in: database).flatMap { rules.basis(patient, $0) }
    }

    /// Whoever may be the same person, by what the rules compare and the indices reach. Of hundreds who share a birth date
    /// that somebody made up, no more is read than what is compared.
    private func linked(
        to patient: PatientFacts, by rules: LinkingRules, in database: some DatabaseReading
    ) throws -> [StudyInstanceUID: LinkBasis] {
        var found: [StudyInstanceUID: LinkBasis] = [:]
        func look(_ condition: String, _ arguments: [(any DatabaseBindable)?]) throws {
            let rows = try database.rows(
                """
                SELECT study.study_instance_uid AS uid, patient.issuer AS issuer, patient.patient_id AS patient_id,
                    patient.patient_name AS name, patient.birth_date AS birth_date, patient.sex AS sex,
                    patient_card.card_number AS card_number
                FROM study
                JOIN patient ON patient.issuer = study.issuer AND patient.patient_id = study.patient_id
                LEFT JOIN patient_card ON patient_card.study_instance_uid = study.study_instance_uid
                WHERE \(condition) LIMIT ?
                """, arguments: arguments + [Self.mostCandidates])
            for row in rows {
                let uid: StudyInstanceUID = try row["uid"]
                let identifier = PatientIdentifier(issuer: try row["issuer"], patientID: try row["patient_id"])
                let facts = PatientFacts(
                    identifier: identifier,
                    cardNumber: try card(of: identifier, uid, noted: try row[optional: "card_number"], in: database),
                    name: try row[optional: "name"], birthDate: try row[optional: "birth_date"],
                    sex: try row[optional: "sex"])
                if let basis = rules.basis(patient, facts) { found[uid] = basis }
            }
        }
        let identifier = patient.identifier
        try look("study.issuer = ? AND study.patient_id = ?", [identifier.issuer, identifier.patientID])
        let fields = rules.rules.reduce(into: Set<LinkingRule.Field>()) { $0.formUnion($1.match) }
        if fields.contains(.patientID) { try look("study.patient_id = ?", [identifier.patientID]) }
        if fields.contains(.cardNumber), let card = patient.cardNumber {
            try look("study.patient_id IN (?, ?)", [card, card.lowercased()])
            try look("patient_card.card_number = ?", [card])
        }
        if fields.contains(.birthDate), let born = patient.birthDate { try look("patient.birth_date = ?", [born]) }
        return found
    }
}

extension PriorSummary {
    init(
        _ record: StudyRecord, _ basis: LinkBasis, filesAway: Int, at node: NodeName, report: PriorReportNote? = nil
    ) {
        self.init(
            study: record.studyInstanceUID, holder: node, issuer: record.issuer,
            institution: record.institutionName, studyDate: record.studyDate, studyTime: record.studyTime,
            modalities: record.modalities.filter { !Self.documents.contains($0) }, bodyParts: record.bodyParts,
            description: record.studyDescription, imageCount: record.shownAcquiredCount, byteCount: record.byteCount,
            filesHere: max(0, record.shownAcquiredCount - filesAway), basis: basis,
            report: report)
    }

    private static let documents: Set<String> = ["SR", "DOC", "KO", "PR"]
}
