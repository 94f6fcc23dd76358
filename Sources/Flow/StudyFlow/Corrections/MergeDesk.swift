// Merging, splitting, moving: what a person may do and what stands against it.

import Archive
import Database
import Reading
import Vocabulary

extension CorrectionDesk {
    /// Shows all of `source` in `target`: two Study Instance UIDs of one examination.
    ///
    /// - Parameter evenIfRead: although somebody reads the source or has signed a report of it. Their draft is kept.
    /// - Throws: `CorrectionError.differentPatient`, `.beingRead`, `.reportSigned`, `.ring`, `.nothingToDo`.
    package func merge(
        _ source: StudyInstanceUID, into target: StudyInstanceUID, reason: String, evenIfRead: Bool, by person: Person,
        right: CorrectionRight
    ) async throws {
        try await act { transaction, wakes in
            try checkPair(source, target, right, in: transaction)
            guard try patient(of: source, in: transaction) == patient(of: target, in: transaction) else {
                throw CorrectionError(
                    code: .differentPatient,
                    message: "studies \(source) and \(target) have different patients; correct the patient first")
            }
            let standing = try context.studyMap.merge(of: source, in: transaction)
            guard standing?.target != target else {
                throw CorrectionError(code: .nothingToDo, message: "study \(source) is merged into \(target) already")
            }
            try checkUnread(source, evenIfRead, in: transaction)
            try tell(
                StudyMove(
                    source: source, target: target,
                    decision: try decision(reason, after: standing?.decision, by: person)), by: person,
                in: transaction, wakes: &wakes)
        }
    }

    /// Takes a merge back.
    package func split(
        _ source: StudyInstanceUID, reason: String, by person: Person, right: CorrectionRight
    ) async throws {
        try await act { transaction, wakes in
            try check(right, to: source, in: transaction)
            guard let standing = try context.studyMap.merge(of: source, in: transaction), standing.target != nil else {
                throw CorrectionError(code: .nothingToDo, message: "study \(source) is not merged into another")
            }
            try tell(
                StudyMove(
                    source: source, target: nil, decision: try decision(reason, after: standing.decision, by: person)),
                by: person, in: transaction, wakes: &wakes)
        }
    }

    /// Shows one series in another study, of whichever patient; `nil` brings it back.
    package func move(
        _ series: SeriesInstanceUID, of source: StudyInstanceUID, to target: StudyInstanceUID?, reason: String,
        evenIfRead: Bool, by person: Person, right: CorrectionRight
    ) async throws {
        try await act { transaction, wakes in
            try check(right, to: source, in: transaction)
            guard
                try context.catalogue.series(of: source, in: transaction).contains(where: {
                    $0.seriesInstanceUID == series && !$0.isNetworkMade
                })
            else {
                throw CorrectionError(
                    code: .unknownSeries, message: "study \(source) has no acquired series \(series)")
            }
            if let target {
                try checkPair(source, target, right, in: transaction)
                try checkUnread(source, evenIfRead, in: transaction)
                try checkUnread(target, evenIfRead, in: transaction)
            }
            let standing = try context.studyMap.moves(of: source, in: transaction).first { $0.series == series }
            guard standing?.target != target else {
                throw CorrectionError(code: .nothingToDo, message: "series \(series) is shown there already")
            }
            try tell(
                StudyMove(
                    source: source, series: series, target: target,
                    decision: try decision(reason, after: standing?.decision, by: person)), by: person, in: transaction,
                wakes: &wakes)
        }
    }

    // MARK: Checks

    private func checkPair(
        _ source: StudyInstanceUID, _ target: StudyInstanceUID, _ right: CorrectionRight, in transaction: Transaction
    ) throws {
        try check(right, to: source, in: transaction)
        try check(right, to: target, in: transaction)
        // Also the way on from the target: showing each in the other would show neither.
        guard source != target, try context.studyMap.shown(target, in: transaction) != source else {
            throw CorrectionError(
                code: .ring, message: "study \(target) is shown in \(source) itself; split that first")
        }
        let (from, to) = (
            try context.catalogue.origin(of: source, in: transaction),
            try context.catalogue.origin(of: target, in: transaction)
        )
        guard from?.issuer == to?.issuer else {
            throw CorrectionError(
                code: .differentPatient, message: "studies \(source) and \(target) come from different hospitals")
        }
    }

    private func patient(
        of study: StudyInstanceUID, in transaction: Transaction
    ) throws -> PatientIdentifier? {
        try context.catalogue.study(study, in: transaction)?.patient.identifier
    }

    private func checkUnread(
        _ study: StudyInstanceUID, _ evenIfRead: Bool, in transaction: Transaction
    ) throws {
        guard !evenIfRead, let task = try context.tasks.currentTask(of: study, in: transaction) else { return }
        if task.shownState.isBeingRead {
            let reader = task.claimedByName ?? task.claimedBy?.displayName
            throw CorrectionError(
                code: .beingRead,
                message:
                    "study \(study) is being read\(reader.map { " by \($0)" } ?? "") at \(task.owner); wait, or say that "
                    + "it be done all the same")
        }
        guard !task.shownState.isSigned, task.shownState != .recalled else {
            throw CorrectionError(
                code: .reportSigned,
                message:
                    "study \(study) has a signed report; say that it be done all the same, the report stays with it")
        }
    }

    private func tell(
        _ move: StudyMove, by person: Person, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard try StudyMoves(context).apply(move, by: .user(person.user), in: transaction, wakes: &wakes) else {
            throw CorrectionError(
                code: .nothingToDo, message: "a node with a clock ahead decided on study \(move.source) later")
        }
        try CorrectionTravel(context).tell(.moved(move), about: move.source, in: transaction, wakes: &wakes)
    }
}
