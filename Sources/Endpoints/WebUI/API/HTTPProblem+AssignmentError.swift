// What went wrong with giving work to readers, and with the roster, for people and programs.

import HTTPService
import Roster
import StudyFlow

extension AssignmentError: HTTPProblemConvertible {
    package var httpProblem: HTTPProblem {
        switch code {
        case .unknownReader: .badRequest(code: code.rawValue, Sentence("本节点没有这位阅片医生", message))
        case .cannotRead:
            .conflict(code: code.rawValue, Sentence("这位医生的专长、权限或负责机构不包括这次检查", message))
        case .away: .conflict(code: code.rawValue, Sentence("这位医生已离开，请选择其他人", message))
        case .wrongTimes: .badRequest(code: code.rawValue, Sentence("结束时间应在开始时间之后", message))
        case .rosterNotWritable: .conflict(code: code.rawValue, Sentence("无法写入排班文件", message))
        }
    }
}

extension RosterError: HTTPProblemConvertible {
    /// The message begins with `roster.yaml:line:column`, which the page's editor goes to.
    package var httpProblem: HTTPProblem {
        let sentence =
            switch code {
            case .badFile: "排班有误（\(message)）"
            case .unknownReader: "排班中有未知的医生（\(message)）"
            case .unknownWorkType: "排班中有未知的工作类型（\(message)）"
            case .overlappingShifts: "同一医生的班次重叠（\(message)）"
            }
        return .badRequest(code: code.rawValue, Sentence(sentence, message))
    }
}
