// The report editor: who may do what now.

import Identity
import Reading
import StudyFlow
import Vocabulary

struct ReportEditorFields {
    let item: WorklistItem
    let report: Report?
    let user: User
    let singleReaderAllowed: Bool
    let words: Words
    let life: ReportLife
    let asksPassword: Bool

    private var task: ReadingTask { item.task }

    var fields: Fields {
        let text = report?.text ?? ReportText()
        var draft: Fields = [
            "version": report?.version ?? 0, "findings": text.findings, "impression": text.impression,
        ]
        draft.put("savedAt", report?.savedAt?.description)
        var shown: Fields = [
            "id": task.id.rawValue, "mineFlag": item.isMine ? "true" : "false", "state": task.shownState.rawValue,
            "stateLabel": words.label(task.shownState), "leaseUntil": task.leaseUntil?.description ?? "",
        ]
        if let reason = task.reason, !reason.isEmpty, task.state == .claimed || task.state == .ready {
            shown["returnedReason"] = reason
            shown["reasonLabel"] =
                words[
                    report?.supersededSR == nil ? "reading.returnedReason" : "edition.correctionReason"]
        }
        var fields: Fields = [
            "task": shown, "draft": draft, "isReadOnly": !item.isMine, "signerName": user.displayName,
            "asksPassword": asksPassword, "addenda": life.addenda.map(words.fields), "versions": words.fields(life),
            "buttons": buttons.map(fields(of:)),
        ]
        if let report, let author = report.author, let at = report.preliminaryAt {
            fields["author"] = words.signature(author.displayName, at)
        }
        if let report, let reviewer = report.reviewer, let at = report.finalAt {
            fields["reviewer"] = words.signature(reviewer.displayName, at)
        }
        fields.put("explanation", explanation)
        return fields
    }

    private struct Button {
        var action: String
        var label: String
        /// What a key presses: `claim` or `sign`.
        var kind = "other"
        var key: String?
    }

    private var buttons: [Button] {
        guard item.isMine else {
            guard item.canClaim else { return afterRelease }
            let label = task.state == .preliminary ? "reading.claimReview" : "reading.claim"
            return [Button(action: "claim", label: label, kind: "claim", key: "Enter")]
        }
        let unclaim = Button(action: "unclaim", label: "reading.unclaim")
        guard task.state == .preliminary else {
            var buttons = [
                Button(action: "preliminary", label: "reading.signPreliminary", kind: "sign", key: "Ctrl+Enter")
            ]
            if singleReaderAllowed, user.may(.reviewer) {
                buttons.append(Button(action: "final", label: "reading.signFinal"))
            }
            return buttons + [unclaim]
        }
        return [
            Button(action: "final", label: "reading.signFinal", kind: "sign", key: "Ctrl+Enter"),
            Button(action: "return", label: "reading.return"), unclaim,
        ]
    }

    /// What can still be said of a released report.
    private var afterRelease: [Button] {
        guard [.released, .delivered, .acknowledged].contains(task.shownState) else { return [] }
        var buttons: [Button] = []
        if user.may(singleReaderAllowed ? .radiologist : .reviewer) {
            buttons.append(Button(action: "addendum", label: "edition.addAddendum"))
        }
        return buttons + [Button(action: "correct", label: "edition.correct")]
    }

    private func fields(of button: Button) -> Fields {
        var fields: Fields = [
            "action": button.action, "label": words[button.label], "kind": button.kind,
            "isPrimary": button.kind != "other",
        ]
        fields.put("key", button.key)
        return fields
    }

    private var explanation: String? {
        if item.isMine { return nil }
        if item.canClaim { return words["reading.readOnly"] }
        if task.isHeld(at: item.now), let holder = task.claimedByName ?? task.claimedBy?.displayName {
            return words("reading.claimedByOther", ["name": holder])
        }
        return words("reading.waitsText", ["state": words.label(task.shownState)])
    }
}
