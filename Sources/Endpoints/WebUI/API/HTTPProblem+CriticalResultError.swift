// What went wrong with critical results, for people and programs.

import CriticalResults
import HTTPService

extension CriticalResultError: HTTPProblemConvertible {
    package var httpProblem: HTTPProblem {
        switch code {
        case .unknownResult: .notFound(Sentence("本节点没有这条危急值", message))
        case .unknownFinding: .badRequest(code: "unknown_finding", Sentence("危急值清单中没有这一项", message))
        case .noteMissing: .badRequest(code: "note_missing", Sentence("请写明具体所见", message))
        case .toldMissing:
            .badRequest(code: "told_missing", Sentence("请写明电话通知了医院的哪一位", message))
        case .markedElsewhere:
            .conflict(code: "marked_elsewhere", Sentence("这条危急值由另一节点发出，只能在那里撤回", message))
        case .withdrawn: .conflict(code: "withdrawn", Sentence("这条危急值已被撤回", message))
        case .notReadHere: .conflict(code: "not_read_here", Sentence("这次检查现在不由本节点阅片", message))
        }
    }
}
