// Images that came late, in words.

import StudyFlow
import Vocabulary

extension Words {
    /// For a list; `nil` where nothing came late that anybody must look at.
    func mark(_ late: LateImages) -> String? {
        if late.unseen > 0 { return self("late.mark", ["count": late.unseen]) }
        return late.afterReport > 0 ? self("late.afterReportMark", ["count": late.afterReport]) : nil
    }

    /// For the page where the study is read, or looked at.
    func fields(_ late: LateImages, mayNote: Bool) -> Fields {
        let time = late.lastAt.map { self.time($0) } ?? ""
        var fields: Fields = ["canNote": mayNote && late.unseen > 0]
        if late.afterReport > 0 {
            fields["text"] = self("late.afterReport", ["count": late.afterReport, "time": time])
        } else if late.unseen > 0 {
            fields["text"] = self("late.unseen", ["count": late.unseen, "time": time])
        }
        return fields
    }
}
