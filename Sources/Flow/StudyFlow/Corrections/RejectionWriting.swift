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

    /// - Returns: the notes, each naming at most `CorrectionDesk.mostReferences` instances.
    /// - Throws: `CorrectionError.nothingToDo`, `.reasonMissing`.
    func reject(
        _ instances: [InstanceRecord], of study: StudyInstanceUID, for reason: RejectionReason, remark: String,
        by person: Person, in transaction: Transaction, wakes: inout Wakes
    ) throws -> [SOPInstanceUID] {
        guard !remark.allSatisfy(\.isWhitespace) else {
            throw CorrectionError(code: .reasonMissing, message: "a rejection needs a reason in words")
        }
        guard !instances.isEmpty else {
            throw CorrectionError(
                code: .nothingToDo, message: "nothing of study \(study) is left to be rejected for this reason")
        }
        let subject = try subject(of: study, in: transaction)
        var notes: [SOPInstanceUID] = []
        for start in stride(from: 0, to: instances.count, by: CorrectionDesk.mostReferences) {
            let part = instances[start..<min(start + CorrectionDesk.mostReferences, instances.count)]
            let note = SOPInstanceUID.generate()
            let file = try KeyObjectSelection(
                subject: subject, identity: identity(note, of: study, in: transaction),
                title: .init(code: reason.code, meaning: reason.meaning), observer: person.displayName, text: remark,
                items: part.map { .init(.init(record: $0)) }
            ).dataSet().part10()
            _ = try Rejections(flow).keep(
                file, of: study, source: InstanceSource(kind: .made, name: "corrections"), by: .user(person.user),
                in: transaction, wakes: &wakes)
            try CorrectionTravel(flow).tell(.rejected(file: file), about: study, in: transaction, wakes: &wakes)
            notes.append(note)
        }
        return notes
    }

    /// As the bytes say: a note is about what was stored.
    private func subject(of study: StudyInstanceUID, in transaction: Transaction) throws -> ReportSubject {
        let truth = try flow.charsets.charset(of: study, in: transaction)?.encoding
        if let first = try flow.catalogue.instances(of: study, in: transaction)
            .first(where: { $0.isHere && !$0.isNetworkMade && $0.sopClass != .keyObjectSelection })
        {
            return ReportSubject(try InstanceHeader.read(file: flow.store.url(of: first.path).path, truth: truth))
        }
        guard let record = try flow.catalogue.study(study, in: transaction) else {
            throw CorrectionError.unknownStudy(study)
        }
        return ReportSubject(record)
    }

    /// One series a study and node.
    private func identity(
        _ note: SOPInstanceUID, of study: StudyInstanceUID, in transaction: Transaction
    ) throws -> ReportObjectIdentity {
        let digest = Digest(of: "\(study) \(flow.node.name) rejections".utf8).hexadecimal
        let number = UInt128(digest.prefix(32), radix: 16) ?? 1
        return ReportObjectIdentity(
            sopInstance: note, series: SeriesInstanceUID(unchecked: "2.25.\(number)"), seriesNumber: 9004,
            institution: flow.node.institution, created: flow.clock.now())
    }
}
