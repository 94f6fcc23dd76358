// What people do about wrong patients, bad images and doubled studies.

import Archive
import Audit
import DICOM
import Database
import Foundation
import Reading
import Vocabulary

/// Who may correct what.
package enum CorrectionRight: Hashable, Sendable {
    /// A radiographer: studies acquired at this node.
    case ownStudies
    /// Operators and reviewers.
    case everything
}

/// Each act is one transaction: the decision, what is shown, the tasks, the trail and the news for other nodes, or nothing.
package struct CorrectionDesk: Sendable {
    /// Larger rejections are written as several notes: a note travels as one event.
    static let mostReferences = 1000

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// What is to be rejected of a study: all that was acquired, unless series or instances are named.
    package struct Selection: Hashable, Sendable {
        package var series: [SeriesInstanceUID]
        package var instances: [SOPInstanceUID]

        package init(series: [SeriesInstanceUID] = [], instances: [SOPInstanceUID] = []) {
            self.series = series
            self.instances = instances
        }

        func holds(_ instance: InstanceRecord) -> Bool {
            if series.isEmpty, instances.isEmpty { return !instance.isNetworkMade }
            return series.contains(instance.seriesInstanceUID) || instances.contains(instance.sopInstanceUID)
        }
    }

    // MARK: Rejecting

    /// Writes rejection notes, hides what they name, here and at every node that has the study.
    ///
    /// - Returns: the notes.
    /// - Throws: `CorrectionError.nothingToDo` where all of it is rejected for this reason already.
    package func reject(
        _ selection: Selection = Selection(), of study: StudyInstanceUID, for reason: RejectionReason, remark: String,
        by person: Person, right: CorrectionRight
    ) async throws -> [SOPInstanceUID] {
        let notes = try await RejectionWriting(flow).reject(of: study, for: reason, by: person) { database in
            try check(right, to: study, in: database)
            let named = try flow.catalogue.instances(of: study, in: database).filter {
                selection.holds($0) && $0.withheld != .note && $0.withheld != Withholding(reason)
            }
            return RejectionWriting.Choice(instances: named, remark: remark)
        }
        return notes ?? []
    }

    /// Shows again what a note hid.
    ///
    /// - Throws: `CorrectionError.unknownNote`; `.destroyed` where nothing is left to be shown.
    package func lift(
        _ note: SOPInstanceUID, of study: StudyInstanceUID, reason: String, by person: Person, right: CorrectionRight
    ) async throws {
        try await act { transaction, wakes in
            try check(right, to: study, in: transaction)
            guard let entry = try flow.rejections.entries(of: study, in: transaction).first(where: { $0.note == note })
            else {
                throw CorrectionError(code: .unknownNote, message: "study \(study) has no rejection note \(note)")
            }
            guard entry.destroyed < max(entry.named, 1) else {
                throw CorrectionError(
                    code: .destroyed, message: "what note \(note) rejected was destroyed and can't be shown again")
            }
            let lift = RejectionLift(
                note: note, study: study, by: person.displayName, at: flow.clock.now(), reason: reason)
            guard try Rejections(flow).lift(lift, by: .user(person.user), in: transaction, wakes: &wakes) else {
                throw CorrectionError(code: .nothingToDo, message: "note \(note) was taken back before")
            }
            try CorrectionTravel(flow).tell(.lifted(lift), about: study, in: transaction, wakes: &wakes)
        }
    }

    // MARK: The patient

    /// - Parameter recallingReport: a report that is signed names the wrong patient and is recalled; without it, such a
    ///   study is not corrected.
    package func correctPatient(
        of study: StudyInstanceUID, to patient: PatientIdentity, reason: String, recallingReport: Bool,
        by person: Person, right: CorrectionRight
    ) async throws {
        try await act { transaction, wakes in
            try check(right, to: study, in: transaction)
            guard let record = try flow.catalogue.study(study, in: transaction) else {
                throw CorrectionError.unknownStudy(study)
            }
            try patient.check()
            guard patient != PatientIdentity(record) else {
                throw CorrectionError(code: .nothingToDo, message: "study \(study) already has this patient")
            }
            try checkReport(of: study, recalling: recallingReport, in: transaction)
            let standing = try flow.patientCorrections.correction(of: study, in: transaction)?.decision
            try tell(
                PatientCorrection(
                    study: study, patientID: patient.patientID, name: patient.name, birthDate: patient.birthDate,
                    sex: patient.sex, decision: try decision(reason, after: standing, by: person)), by: person,
                in: transaction, wakes: &wakes)
        }
    }

    /// The patient is again whom the modality wrote.
    package func restorePatient(
        of study: StudyInstanceUID, reason: String, recallingReport: Bool, by person: Person, right: CorrectionRight
    ) async throws {
        try await act { transaction, wakes in
            try check(right, to: study, in: transaction)
            guard var correction = try flow.patientCorrections.correction(of: study, in: transaction),
                !correction.isWithdrawn
            else {
                throw CorrectionError(code: .nothingToDo, message: "the patient of study \(study) was not corrected")
            }
            try checkReport(of: study, recalling: recallingReport, in: transaction)
            correction.isWithdrawn = true
            correction.decision = try decision(reason, after: correction.decision, by: person)
            try tell(correction, by: person, in: transaction, wakes: &wakes)
        }
    }

    private func tell(
        _ correction: PatientCorrection, by person: Person, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard
            try PatientCorrections(flow).apply(correction, by: .user(person.user), in: transaction, wakes: &wakes)
        else {
            throw CorrectionError(
                code: .nothingToDo, message: "a node with a clock ahead corrected study \(correction.study) later")
        }
        try CorrectionTravel(flow).tell(
            .patient(correction), about: correction.study, in: transaction, wakes: &wakes)
    }

    private func checkReport(
        of study: StudyInstanceUID, recalling: Bool, in transaction: Transaction
    ) throws {
        guard !recalling, let task = try flow.tasks.currentTask(of: study, in: transaction), task.shownState.isSigned
        else { return }
        throw CorrectionError(
            code: .reportSigned,
            message: "the report of study \(study) is signed and names the patient; say that it be recalled, too")
    }

    // MARK: Holds

    /// Nothing of the study is destroyed while the hold is set.
    package func hold(
        _ study: StudyInstanceUID, isSet: Bool, reason: String, by person: Person
    ) async throws {
        try await act { transaction, wakes in
            try check(.everything, to: study, in: transaction)
            guard try flow.legalHolds.isHeld(study, in: transaction) != isSet else {
                throw CorrectionError(code: .nothingToDo, message: "that is so already")
            }
            let standing = try flow.legalHolds.hold(of: study, in: transaction)?.decision
            let hold = LegalHold(
                study: study, isSet: isSet, decision: try decision(reason, after: standing, by: person))
            _ = try apply(hold, by: .user(person.user), in: transaction)
            try CorrectionTravel(flow).tell(.held(hold), about: study, in: transaction, wakes: &wakes)
            wakes.changes.insert(FlowChange(.study, study))
        }
    }
}

extension CorrectionDesk {
    func act<Result: Sendable>(
        _ change: @escaping @Sendable (Transaction, inout Wakes) throws -> Result
    ) async throws -> Result {
        let (result, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let result = try change(transaction, &wakes)
            return (result, wakes)
        }
        wakes.ring(flow.signals)
        return result
    }

    /// - Throws: `CorrectionError.unknownStudy`, `.notOwnStudy`.
    func check(_ right: CorrectionRight, to study: StudyInstanceUID, in database: some DatabaseReading) throws {
        guard let origin = try flow.catalogue.origin(of: study, in: database),
            try flow.catalogue.study(study, in: database) != nil
        else { throw CorrectionError.unknownStudy(study) }
        guard right == .everything || origin.originNode == flow.node.name else {
            throw CorrectionError(
                code: .notOwnStudy,
                message:
                    "study \(study) was acquired at \(origin.originNode); an operator or a reviewer corrects it here")
        }
    }

    /// - Parameter standing: what was decided about the same thing before. Of two decisions in one millisecond the later must
    ///   win at every node, so it says that it came a millisecond later; a node whose clock ran ahead can be overruled, too.
    /// - Throws: `CorrectionError.reasonMissing`.
    func decision(_ reason: String, after standing: Decision?, by person: Person) throws -> Decision {
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw CorrectionError(code: .reasonMissing, message: "a correction needs a reason")
        }
        let now = flow.clock.now()
        let time = standing.map { max(now, $0.at + .milliseconds(1)) } ?? now
        return Decision(at: time, node: flow.node.name, by: person.displayName, reason: reason)
    }

    /// - Returns: `false`, and nothing changed, where a later decision stands.
    func apply(_ hold: LegalHold, by actor: AuditActor, in transaction: Transaction) throws -> Bool {
        guard try flow.legalHolds.record(hold, in: transaction) else { return false }
        try flow.audit.record(
            AuditEvent(
                hold.isSet ? .legalHoldSet : .legalHoldLifted, by: actor, at: flow.clock.now(), study: hold.study,
                detail: hold.decision.reason), in: transaction)
        return true
    }

    var context: FlowContext { flow }
}

extension ReadingTaskState {
    /// The final report is signed.
    var isSigned: Bool { [.final, .released, .delivered, .acknowledged].contains(self) }
    /// Somebody has begun and not finished.
    var isBeingRead: Bool { self == .claimed || self == .preliminary }
}
