// What went wrong with grades and retakes, for people and programs.

import HTTPService
import ImageQuality

extension ImageQualityError: HTTPProblemConvertible {
    package var httpProblem: HTTPProblem {
        switch code {
        case .unknownRetake: .notFound(Sentence("本节点没有这条重拍要求", message))
        case .notReadHere: .conflict(code: code.rawValue, Sentence("这次检查现在不由本节点阅片", message))
        case .notTheHospital: .conflict(code: code.rawValue, Sentence("只有采集这次检查的医院可以答复", message))
        case .askedElsewhere: .conflict(code: code.rawValue, Sentence("重拍由另一节点要求，只能在那里撤回", message))
        case .alreadyAnswered: .conflict(code: code.rawValue, Sentence("这条重拍要求已答复或已撤回", message))
        case .reasonMissing: .badRequest(code: code.rawValue, Sentence("请写明原因", message))
        case .unknownStudy: .badRequest(code: code.rawValue, Sentence("本节点没有这次新检查", message))
        }
    }
}
