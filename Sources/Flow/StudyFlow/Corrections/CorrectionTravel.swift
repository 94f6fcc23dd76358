// Corrections on their way to every node that has the study.

import Archive
import Audit
import Database
import Foundation
import Outbox
import Vocabulary

/// A node tells its neighbours, they tell theirs; nobody tells back whom it heard from, and what is no news goes no further.
struct CorrectionTravel: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    func tell(
        _ change: StudyCorrected.Change, about study: StudyInstanceUID, except heardFrom: NodeName? = nil,
        in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let origin = try flow.catalogue.origin(of: study, in: transaction) else { return }
        var neighbours = Set(try flow.passages.announced(study, in: transaction))
        if let child = origin.viaChild { neighbours.insert(child) }
        neighbours.formUnion(
            try flow.priorLoans.loans(of: study, in: transaction).filter { $0.state == .given }.map(\.borrower))
        for neighbour in neighbours.sorted(by: { $0.rawValue < $1.rawValue })
        where neighbour != heardFrom
            && (flow.node.parents.contains(neighbour) || flow.node.children.contains(neighbour))
        {
            try send(change, about: study, origin, to: neighbour, in: transaction, wakes: &wakes)
        }
    }

    /// A study goes on, or is lent, to a node that has not heard of it: what was corrected before goes along.
    func accompany(
        _ study: StudyInstanceUID, to hop: NodeName, lane: Lane = .normal, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        guard let origin = try flow.catalogue.origin(of: study, in: transaction) else { return }
        for change in try changes(of: study, in: transaction) {
            try send(change, about: study, origin, to: hop, lane: lane, in: transaction, wakes: &wakes)
        }
    }

    /// All that is to be told with a study.
    ///
    /// - Throws: `CorrectionError.noteUnreadable`: the study must wait, for without the note its images would be shown.
    func changes(
        of study: StudyInstanceUID, in transaction: Transaction
    ) throws -> [StudyCorrected.Change] {
        let lifts = try flow.rejections.lifts(of: study, in: transaction)
        let liftedNotes = Set(lifts.filter { $0.instance == nil }.map(\.note))
        var changes: [StudyCorrected.Change] = []
        // Notes that came from a modality travel as the instances they are.
        for note in try flow.rejections.noteFiles(of: study, in: transaction) where note.isNetworkMade {
            if let file = try file(of: note, isLifted: liftedNotes.contains(note.sopInstanceUID)) {
                changes.append(.rejected(file: file))
            }
        }
        changes += lifts.map { .lifted($0) }
        if let correction = try flow.patientCorrections.correction(of: study, in: transaction) {
            changes.append(.patient(correction))
        }
        changes += try flow.studyMap.moves(of: study, in: transaction).map { .moved($0) }
        if let merge = try flow.studyMap.merge(of: study, in: transaction) { changes.append(.moved(merge)) }
        if let hold = try flow.legalHolds.hold(of: study, in: transaction) { changes.append(.held(hold)) }
        return changes
    }

    /// - Returns: `nil` for a note that was taken back and need not be read any more.
    private func file(of note: InstanceRecord, isLifted: Bool) throws -> Data? {
        do {
            guard note.isHere else {
                throw CorrectionError(code: .noteUnreadable, message: "it is \(note.fileState.rawValue)")
            }
            let file = try Data(contentsOf: flow.store.url(of: note.path))
            guard Digest(of: file.dropFirst(Int(note.dataSetOffset))) == note.digest else {
                throw CorrectionError(code: .noteUnreadable, message: "it is not what was written")
            }
            return file
        } catch {
            if isLifted { return nil }
            throw CorrectionError(
                code: .noteUnreadable,
                message:
                    "rejection note \(note.sopInstanceUID) of study \(note.studyInstanceUID) cannot be read, and without "
                    + "it the study does not go on; bring its file back ('jieli verify' names it), or take the rejection "
                    + "back")
        }
    }

    private func send(
        _ change: StudyCorrected.Change, about study: StudyInstanceUID, _ origin: StudyOrigin, to neighbour: NodeName,
        lane: Lane = .normal, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try Messenger(flow).send(
            StudyCorrected(study: study, issuer: origin.issuer, origin: origin.originNode, change: change),
            to: neighbour, lane: lane, in: transaction, wakes: &wakes)
    }

    // MARK: Hearing

    /// From a child about a study that came through it, from a parent about one that was sent to it or that it lent.
    func heard(
        _ event: StudyCorrected, from peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try checkRight(event, of: peer, in: transaction)
        try checkSubject(event, of: peer, in: transaction)
        let actor = AuditActor.node(peer)
        let isNews =
            switch event.change {
            case .rejected(let file):
                try Rejections(flow).take(file, of: event.study, from: peer, in: transaction, wakes: &wakes)
            case .lifted(let lift):
                try Rejections(flow).lift(lift, by: actor, in: transaction, wakes: &wakes)
            case .patient(let correction):
                try PatientCorrections(flow).apply(correction, by: actor, in: transaction, wakes: &wakes)
            case .moved(let move):
                try StudyMoves(flow).apply(move, by: actor, in: transaction, wakes: &wakes)
            case .held(let hold):
                try CorrectionDesk(flow).apply(hold, by: actor, in: transaction)
            }
        guard isNews else { return }
        try tell(event.change, about: event.study, except: peer, in: transaction, wakes: &wakes)
        wakes.changes.insert(FlowChange(.study, event.study))
    }

    /// What is decided is about the study whose right was checked, and no other hospital's images are brought into it or its
    /// images into another's.
    private func checkSubject(_ event: StudyCorrected, of peer: NodeName, in transaction: Transaction) throws {
        func conflict(_ what: String) -> EventError {
            EventError(code: .conflict, message: "\(peer) corrects study \(event.study), but \(what)")
        }
        switch event.change {
        case .rejected: break
        case .lifted(let lift):
            let note = try flow.rejections.study(of: lift.note, in: transaction) ?? lift.study
            guard lift.study == event.study, note == event.study else {
                throw conflict("takes back a note about another study")
            }
        case .patient(let correction):
            guard correction.study == event.study else { throw conflict("names another study's patient") }
            // Without a number, say, all such patients would be one.
            try PatientIdentity(correction).check()
        case .held(let hold):
            guard hold.study == event.study else { throw conflict("holds another study") }
        case .moved(let move):
            guard move.source == event.study else { throw conflict("moves another study") }
            guard let target = move.target, let known = try flow.catalogue.origin(of: target, in: transaction) else {
                return
            }
            let issuer = try flow.catalogue.origin(of: event.study, in: transaction)?.issuer
            guard known.issuer == issuer else { throw conflict("shows it in another hospital's study \(target)") }
            guard flow.node.parents.contains(peer) || known.viaChild == peer else {
                throw conflict("shows it in study \(target), which did not come through it")
            }
        }
    }

    private func checkRight(
        _ event: StudyCorrected, of peer: NodeName, in transaction: Transaction
    ) throws {
        let isParent = flow.node.parents.contains(peer)
        if let origin = try flow.catalogue.origin(of: event.study, in: transaction) {
            let wasTold = try isParent && flow.passages.isAnnounced(event.study, to: peer, in: transaction) != nil
            let lent = try isParent && flow.priorLoans.isLent(event.study, by: peer, in: transaction)
            guard wasTold || lent || origin.viaChild == peer else {
                throw EventError(
                    code: .conflict,
                    message: "\(peer) corrects study \(event.study), which neither came through it nor was sent to it")
            }
            return
        }
        guard !isParent || event.origin == flow.node.name else {
            throw EventError(code: .conflict, message: "\(peer) corrects study \(event.study), which is not known here")
        }
        if !isParent {
            try ChildStanding(flow, of: peer).check(
                issuer: event.issuer, origin: event.origin, of: "study \(event.study)", in: transaction)
        }
        // It overtook the study's announcement.
        _ = try flow.catalogue.claim(
            StudyOrigin(
                studyInstanceUID: event.study, issuer: event.issuer, originNode: event.origin,
                viaChild: isParent ? nil : peer, recordedAt: flow.clock.now()), in: transaction)
    }
}
