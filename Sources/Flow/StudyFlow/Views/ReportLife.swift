// Everything that was signed about one study here, in order.

import Database
import Reading
import Vocabulary

/// One text of a report, and what it changed in the one before.
package struct ReportStep: Hashable, Sendable {
    package var version: Int
    package var state: ReportState
    package var text: ReportText
    /// `nil` for a draft.
    package var signer: Person?
    package var signedAt: Timestamp?
    /// `nil` for the first.
    package var findings: TextDifference?
    package var impression: TextDifference?

    /// It says something else than the one before.
    package var isChanged: Bool { !(findings?.isEmpty ?? true) || !(impression?.isEmpty ?? true) }
}

package struct ReportLife: Hashable, Sendable {
    /// Oldest first; the draft, where there is one that differs, is the last.
    package var steps: [ReportStep]
    package var addenda: [Addendum]
    package var corrections: [Correction]
    package var fields: [ReportField]
    package var keyImages: [KeyImage]
    /// What a signature now would be about.
    package var images: SigningImages
}

extension StudyViews {
    /// - Returns: `nil` where this node does not have the task.
    package func life(of id: TaskID) async throws -> ReportLife? {
        try await flow.database.read { snapshot in
            guard let task = try flow.tasks.task(id, in: snapshot) else { return nil }
            let signed = try flow.tasks.signedReports(of: id, in: snapshot)
            let report = try flow.tasks.report(of: id, in: snapshot)
            return ReportLife(
                steps: Self.steps(signed, report), addenda: try flow.tasks.addenda(of: id, in: snapshot),
                corrections: try flow.tasks.corrections(of: id, in: snapshot),
                fields: try flow.tasks.fields(of: id, in: snapshot),
                keyImages: try flow.tasks.keyImages(of: id, in: snapshot),
                images: try SigningCheck(flow).images(of: task.study, in: snapshot))
        }
    }

    static func steps(_ signed: [SignedReport], _ report: Report?) -> [ReportStep] {
        var steps: [ReportStep] = []
        func add(_ version: Int, _ state: ReportState, _ text: ReportText, _ signer: Person?, _ at: Timestamp?) {
            let before = steps.last?.text
            steps.append(
                ReportStep(
                    version: version, state: state, text: text, signer: signer, signedAt: at,
                    findings: before.map { TextDifference(from: $0.findings, to: text.findings) },
                    impression: before.map { TextDifference(from: $0.impression, to: text.impression) }))
        }
        for version in signed { add(version.version, version.state, version.text, version.signer, version.signedAt) }
        // Written since: by its author after a return, by a reviewer, or for a correction.
        if let report, let last = steps.last, report.text != last.text {
            add(report.version, .draft, report.text, nil, nil)
        }
        return steps
    }
}
