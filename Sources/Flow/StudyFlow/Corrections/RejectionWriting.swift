// Notes that this node writes.

import Archive
import DICOM
import Database
import Foundation
import Reading
import Vocabulary

/// A person's rejection as key objects, stored like all that the network makes: a series of their own, in no manifest.
struct RejectionWriting: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// What is to be rejected, and why.
    struct Choice: Sendable {
        var instances: [InstanceRecord]
        var remark: String
    }

    /// Files on disk that no row names yet.
    private struct Written: Sendable {
        var instances: Set<SOPInstanceUID>
        var notes: [(file: Data, placed: Rejections.PlacedNote)]
    }

    private static let attempts = 3

    /// Chooses, writes and flushes the notes' files, and then lets them take effect in one transaction that nothing is flushed
    /// in: of a large study there are many. Where the choice is another one by then, all of it is done again.
    ///
    /// - Parameters:
    ///   - choose: asked twice; `nil`: nothing is to be done after all.
    ///   - then: in the transaction, after the notes.
    /// - Returns: the notes, each naming at most `CorrectionDesk.mostReferences` instances; `nil` where nothing was chosen.
    /// - Throws: `CorrectionError.nothingToDo`, `.reasonMissing`, and what `choose` throws.
    func reject(
        of study: StudyInstanceUID, for reason: RejectionReason, by person: Person,
        choose: @escaping @Sendable (any DatabaseReading) throws -> Choice?,
        then: @escaping @Sendable (Transaction) throws -> Void = { _ in }
    ) async throws -> [SOPInstanceUID]? {
        for _ in 0..<Self.attempts {
            let written = try await flow.database.read { snapshot in
                try choose(snapshot).map { try write($0, of: study, for: reason, by: person, in: snapshot) }
            }
            guard let written else { return nil }
            let done: [SOPInstanceUID]?
            do {
                done = try await record(written, of: study, by: person, choose: choose, then: then)
            } catch {
                try discard(written.notes.map(\.placed))
                throw error
            }
            if let done { return done }
            try discard(written.notes.map(\.placed))
        }
        throw CorrectionError(
            code: .correctionUnseen, message: "study \(study) changes all the time; look at it, and try again")
    }

    /// - Returns: `nil`, and nothing changed, where something else would be chosen now.
    private func record(
        _ written: Written, of study: StudyInstanceUID, by person: Person,
        choose: @escaping @Sendable (any DatabaseReading) throws -> Choice?,
        then: @escaping @Sendable (Transaction) throws -> Void
    ) async throws -> [SOPInstanceUID]? {
        let wakes = try await flow.database.write { transaction -> Wakes? in
            var wakes = Wakes()
            let chosen = try choose(transaction).map { Set($0.instances.map(\.sopInstanceUID)) }
            guard chosen == written.instances else { return nil }
            for note in written.notes {
                try Rejections(flow).record(
                    note.placed, source: InstanceSource(kind: .made, name: "corrections"), by: .user(person.user),
                    in: transaction, wakes: &wakes)
                try CorrectionTravel(flow).tell(
                    .rejected(file: note.file), about: study, in: transaction, wakes: &wakes)
            }
            try then(transaction)
            return wakes
        }
        wakes?.ring(flow.signals)
        return wakes.map { _ in written.notes.map(\.placed.uid) }
    }

    private func write(
        _ choice: Choice, of study: StudyInstanceUID, for reason: RejectionReason, by person: Person,
        in database: some DatabaseReading
    ) throws -> Written {
        guard !choice.remark.allSatisfy(\.isWhitespace) else {
            throw CorrectionError(code: .reasonMissing, message: "a rejection needs a reason in words")
        }
        let instances = choice.instances
        guard !instances.isEmpty else {
            throw CorrectionError(
                code: .nothingToDo, message: "nothing of study \(study) is left to be rejected for this reason")
        }
        let subject = try subject(of: study, in: database)
        var written = Written(instances: Set(instances.map(\.sopInstanceUID)), notes: [])
        do {
            for start in stride(from: 0, to: instances.count, by: CorrectionDesk.mostReferences) {
                let part = instances[start..<min(start + CorrectionDesk.mostReferences, instances.count)]
                let file = try KeyObjectSelection(
                    subject: subject, identity: identity(.generate(), of: study),
                    title: .init(code: reason.code, meaning: reason.meaning), observer: person.displayName,
                    text: choice.remark, items: part.map { .init(.init(record: $0)) }
                ).dataSet().part10()
                written.notes.append((file, try Rejections(flow).place(file, of: study)))
            }
        } catch {
            try discard(written.notes.map(\.placed))
            throw error
        }
        return written
    }

    private func discard(_ notes: [Rejections.PlacedNote]) throws {
        for note in notes { try Rejections(flow).remove(note) }
    }

    /// As the bytes say: a note is about what was stored.
    private func subject(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> ReportSubject {
        let truth = try flow.charsets.charset(of: study, in: database)?.encoding
        if let first = try flow.catalogue.instances(of: study, in: database)
            .first(where: { $0.isHere && !$0.isNetworkMade && $0.sopClass != .keyObjectSelection })
        {
            return ReportSubject(try InstanceHeader.read(file: flow.store.url(of: first.path).path, truth: truth))
        }
        guard let record = try flow.catalogue.study(study, in: database) else {
            throw CorrectionError.unknownStudy(study)
        }
        return ReportSubject(record)
    }

    /// One series a study and node.
    private func identity(_ note: SOPInstanceUID, of study: StudyInstanceUID) -> ReportObjectIdentity {
        let digest = Digest(of: "\(study) \(flow.node.name) rejections".utf8).hexadecimal
        let number = UInt128(digest.prefix(32), radix: 16) ?? 1
        return ReportObjectIdentity(
            sopInstance: note, series: SeriesInstanceUID(unchecked: "2.25.\(number)"), seriesNumber: 9004,
            institution: flow.node.institution, created: flow.clock.now())
    }
}
