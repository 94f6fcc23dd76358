// Disk and files in the words of the pages.

import Archive
import StudyFlow
import Vocabulary

extension Words {
    /// How long the disk lasts.
    func timeLeft(_ forecast: SpaceForecast) -> String {
        if forecast.concern == .full { return self["disk.full"] }
        guard let hours = forecast.hoursLeft else { return self["disk.plenty"] }
        return hours < 72 ? self("disk.hours", ["hours": hours]) : self("disk.days", ["days": hours / 24])
    }

    func tone(_ forecast: SpaceForecast) -> String {
        switch forecast.concern {
        case .none: "done"
        case .soon: "warning"
        case .urgent, .full: "failed"
        }
    }

    /// For the radiographer: a line, and a warning when something must be done.
    func fields(_ forecast: SpaceForecast) -> Fields {
        let left = timeLeft(forecast)
        var fields: Fields = [
            "line": forecast.concern == .none
                ? self("disk.line", ["free": bytes(forecast.space.free), "left": left]) : "",
            "tone": tone(forecast),
        ]
        switch forecast.concern {
        case .none: break
        case .soon, .urgent:
            fields["warning"] = self("disk.act", ["hours": left, "free": bytes(forecast.usable)])
        case .full: fields["warning"] = left
        }
        fields["isUrgent"] = forecast.concern == .urgent || forecast.concern == .full
        return fields
    }

    /// Nothing when all of a study is where it belongs.
    func fields(_ holding: StudyHolding, of acquired: Int) -> Fields? {
        var lines: [Fields] = []
        func line(_ text: String, _ tone: String) { lines.append(["text": text, "tone": tone]) }
        let evicted = holding.files.evicted
        if evicted > 0 {
            let nodes = holding.heldAt.map(\.rawValue).joined(separator: language == .chinese ? "、" : ", ")
            line(
                evicted >= acquired
                    ? self("files.evicted", ["nodes": nodes])
                    : self("files.evictedSome", ["count": evicted, "nodes": nodes]), "waiting")
        }
        if holding.files.faults > 0 { line(self("files.faults", ["count": holding.files.faults]), "failed") }
        if holding.returning > 0 {
            line(
                [self("files.returning", ["count": holding.returning]), holding.lastError].compactMap { $0 }
                    .joined(separator: " · "), "active")
        }
        if holding.isCustodyCopy { line(self["files.custodyKept"], "done") }
        if let parent = holding.custodyCopyAt { line(self("files.custodySent", ["node": parent]), "done") }
        guard !lines.isEmpty else { return nil }
        return [
            "lines": lines, "firstLine": lines[0]["text"] ?? "",
            "canRecall": evicted > 0 && holding.returning < evicted,
        ]
    }

    func fields(_ trouble: FileTrouble) -> Fields {
        let instance = trouble.absence.instance
        return [
            "since": trouble.absence.since.description, "studyHref": "/studies/\(instance.studyInstanceUID)",
            "sopInstanceUID": instance.sopInstanceUID.rawValue, "state": self["file.\(trouble.absence.state.rawValue)"],
            "reason": trouble.absence.reason ?? "",
            "repair": trouble.request?.lastError ?? self["operator.damagedWaiting"],
        ]
    }
}
