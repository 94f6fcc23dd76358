// How a study's text is written, and reading it accordingly.

import Archive
import Audit
import DICOM
import Database
import Foundation
import Observability
import Vocabulary

/// Applies what operators have said of modalities to studies, and passes it on to every node above that was told of them:
/// the bytes travel as they are, so the knowledge has to travel beside them.
struct StudyText: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    // MARK: At intake

    /// The header of what just came, read as an operator said; most need nothing.
    ///
    /// - Returns: with it, what has become known of the study.
    func read(
        _ header: InstanceHeader, at path: String, from arrival: Arrival, in transaction: Transaction
    ) throws -> (header: InstanceHeader, told: StudyCharset?) {
        guard header.textBasis != .plain, !arrival.isNetworkMade else { return (header, nil) }
        let known = try flow.charsets.charset(of: header.studyInstanceUID, in: transaction)
        var told: StudyCharset?
        var encoding = known?.encoding
        if known == nil, arrival.sender == nil {
            encoding = try flow.charsets.encoding(for: header, from: arrival.source, in: transaction)
            told = encoding.map {
                StudyCharset(study: header.studyInstanceUID, encoding: $0, setAt: flow.clock.now())
            }
        }
        guard let encoding else { return (header, nil) }
        let file = try flow.store.url(of: path).path
        return (try InstanceHeader.read(file: file, truth: encoding), told)
    }

    // MARK: Telling

    /// Notes what is known of a study's text and tells the nodes above, where it is news.
    ///
    /// - Parameter isApplied: the catalogue's rows are read by it already.
    @discardableResult
    func tell(
        _ charset: StudyCharset, isApplied: Bool, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Bool {
        guard try flow.charsets.tell(charset, isApplied: isApplied, in: transaction) else { return false }
        for hop in try flow.passages.announced(charset.study, in: transaction) {
            try Messenger(flow).send(StudyTextTold(charset: charset), to: hop, in: transaction, wakes: &wakes)
        }
        if !isApplied { wakes.texts = true }
        return true
    }

    /// Beside a study's announcement.
    func accompany(
        _ study: StudyInstanceUID, to hop: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let charset = try flow.charsets.charset(of: study, in: transaction) else { return }
        try Messenger(flow).send(StudyTextTold(charset: charset), to: hop, in: transaction, wakes: &wakes)
    }

    /// From a node below; may overtake the study.
    func heard(
        _ event: StudyTextTold, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let study = event.charset.study
        let origin = try flow.catalogue.origin(of: study, in: transaction)
        guard origin == nil || origin?.viaChild == child else {
            throw EventError(
                code: .conflict, message: "\(child) says how study \(study) is written, which is not its own")
        }
        try tell(event.charset, isApplied: false, in: transaction, wakes: &wakes)
    }

    // MARK: Reading again

    /// What the files say; blocks while it reads one of each series.
    ///
    /// - Throws: `DICOMError` where none can be read.
    func texts(of samples: [InstanceRecord], as encoding: CharacterEncoding?) throws -> RereadTexts {
        var texts = RereadTexts(headers: [], formerNames: [])
        var problem: (any Error)?
        for sample in samples {
            do {
                let file = try flow.store.url(of: sample.path).path
                if texts.headers.isEmpty {
                    let readings = try InstanceHeader.readings(file: file, truths: Self.everyTruth)
                    texts.formerNames = Set(readings.compactMap(\.patientName))
                }
                texts.headers.append(try InstanceHeader.read(file: file, truth: encoding))
            } catch {
                problem = error
            }
        }
        if texts.headers.isEmpty, let problem { throw problem }
        return texts
    }

    static let everyTruth: [CharacterEncoding?] = [nil] + CharacterEncoding.allCases.map { $0 }

    /// Rows and audit line; the caller's transaction also says that it is done.
    ///
    /// - Returns: whether anything reads differently now.
    func apply(
        _ texts: RereadTexts, to charset: StudyCharset, by actor: AuditActor, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> Bool {
        let isChanged = try flow.catalogue.reread(charset.study, as: texts, in: transaction)
        try flow.charsets.markApplied(charset, in: transaction)
        guard isChanged else { return false }
        try flow.audit.record(
            AuditEvent(
                .studyReread, by: actor, at: flow.clock.now(), study: charset.study,
                detail: charset.encoding?.rawValue ?? "as declared"), in: transaction)
        wakes.changes.insert(FlowChange(.study, charset.study))
        wakes.changes.insert(FlowChange(.task, charset.study))
        return true
    }
}
