// The tabs over the worklist: four lists, each wider than the one before, and what waits for review or is done.

import StudyFlow
import Vocabulary

struct WorklistTabs {
    var current: WorklistTab
    var scope: WorklistScope
    /// On each list; empty where another tab is open.
    var counts: [WorklistScope: Int]
    var review: Int
    /// What a tab keeps of the filter.
    var filters: String

    var href: String { "/worklist?state=\(current.rawValue)&scope=\(scope.rawValue)\(filters)" }

    func fields(_ words: Words) -> [Fields] {
        let lists = WorklistScope.allCases.map { list in
            var fields: Fields = [
                "href": "/worklist?state=open&scope=\(list.rawValue)\(filters)",
                "label": words["worklist.\(list.rawValue)"],
                "isCurrent": current == .open && list == scope,
            ]
            if let count = counts[list], count > 0 { fields["count"] = count }
            return fields
        }
        let further = [WorklistTab.review, .done].map { tab in
            var fields: Fields = [
                "href": "/worklist?state=\(tab.rawValue)\(filters)", "label": words["worklist.\(tab.rawValue)"],
                "isCurrent": current == tab,
            ]
            if tab == .review, review > 0 { fields["count"] = review }
            return fields
        }
        return lists + further
    }
}
