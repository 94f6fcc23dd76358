// Does whoever signs have all images before them?

import Database
import Reading
import Vocabulary

/// What a signature is about, counted in the transaction that makes it.
package struct SigningImages: Hashable, Sendable {
    /// What the manifest names, or what is here where none is known.
    package var expected: Int
    package var here: Int
    /// Came after the reader opened the study.
    package var unseen: Int
    /// Were on the signer's screen as previews only, or could not be shown: what the viewer says.
    package var undisplayed = 0

    package var missing: Int { max(0, expected - here) }
    package var isWhole: Bool { missing == 0 && unseen == 0 && undisplayed == 0 }

    /// What a report says that is signed all the same.
    package var statement: String {
        var sentences: [String] = []
        if missing > 0 {
            sentences.append("（签名时影像未到齐：应有 \(expected) 幅，已到 \(here) 幅；本报告仅依据已到影像。）")
        } else if unseen > 0 {
            sentences.append("（签名时另有 \(unseen) 幅后到的影像未阅；本报告未包括这些影像。）")
        }
        if undisplayed > 0 { sentences.append("（签名时有 \(undisplayed) 幅影像未能以诊断质量显示。）") }
        return sentences.joined(separator: "\n")
    }
}

package struct SigningCheck: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func images(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> SigningImages {
        let progress = try flow.manifests.progress(of: study, in: database)
        let record = try flow.catalogue.study(study, in: database)
        // What was rejected has arrived as well; but nobody is shown it, so nobody need have seen it.
        let (count, shown) = (record?.acquiredCount ?? 0, record?.shownAcquiredCount ?? 0)
        let here = progress.map { min($0.arrived, count) } ?? count
        let seen = try Additions(flow).seenCount(of: study, in: database) ?? shown
        return SigningImages(expected: progress?.expected ?? count, here: here, unseen: max(0, shown - seen))
    }

    /// The text to sign: as it is where all images were there, with a sentence that says otherwise where the reader
    /// accepts that.
    ///
    /// - Throws: `ReadingError.imagesIncomplete`, `.imagesUnseen`, `.imagesNotDiagnostic` unless the reader accepts it.
    func text(
        _ text: ReportText, of id: TaskID, acceptIncomplete: Bool, undisplayed: Int = 0,
        in transaction: Transaction
    ) throws -> ReportText {
        // The task's own state speaks first: a study that was merged away or recalled has no report to sign.
        guard let task = try flow.tasks.task(id, in: transaction), [.claimed, .preliminary].contains(task.state) else {
            return text
        }
        var images = try images(of: task.study, in: transaction)
        images.undisplayed = undisplayed
        guard !images.isWhole else { return text }
        guard acceptIncomplete else {
            if images.missing > 0 {
                throw ReadingError(
                    code: .imagesIncomplete,
                    message: "reading task \(id): \(images.missing) of \(images.expected) images have not arrived; "
                        + "wait for them, or sign with acceptIncomplete, which says so in the report")
            }
            if images.unseen == 0 {
                throw ReadingError(
                    code: .imagesNotDiagnostic,
                    message:
                        "reading task \(id): \(undisplayed) images were shown as previews only or not at all; look "
                        + "at them once they are there, or sign with acceptIncomplete, which says so in the report")
            }
            throw ReadingError(
                code: .imagesUnseen,
                message: "reading task \(id): \(images.unseen) images came after it was opened; look at them, or sign "
                    + "with acceptIncomplete, which says so in the report")
        }
        guard !text.findings.contains(images.statement) else { return text }
        var said = text
        said.findings += (text.findings.isEmpty ? "" : "\n") + images.statement
        return said
    }
}
