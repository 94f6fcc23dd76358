// Why a correction was turned down, for people and programs.

import HTTPService
import StudyFlow

extension CorrectionError: HTTPProblemConvertible {
    package var httpProblem: HTTPProblem {
        switch code {
        case .unknownStudy: .notFound(Sentence("本节点没有这次检查", message))
        case .unknownNote: .notFound(Sentence("没有这条作废记录", message))
        case .unknownSeries: .notFound(Sentence("该检查没有这个序列", message))
        case .notOwnStudy: HTTPProblem(.forbidden, code: code.rawValue, Sentence("这次检查不是本院采集的，请由运维或审核医生更正", message))
        case .reasonMissing: .badRequest(code: code.rawValue, Sentence("请写明原因", message))
        case .badPatient: .badRequest(code: code.rawValue, Sentence("患者信息格式不正确：请检查编号、姓名、出生日期和性别", message))
        case .nothingToDo: .conflict(code: code.rawValue, Sentence("已经是这样，没有可更改的内容", message))
        case .destroyed: .conflict(code: code.rawValue, Sentence("影像已销毁，无法恢复", message))
        case .studyRejected: .conflict(code: code.rawValue, Sentence("这次检查的影像已全部作废，不能签发报告；草稿已保留", message))
        case .studyMerged:
            .conflict(
                code: code.rawValue,
                Sentence("这次检查已并入 \(study?.rawValue ?? "另一检查")，请到那里阅片；草稿已保留", message))
        case .correctionUnseen: .conflict(code: code.rawValue, Sentence("阅片期间检查有更正，请核对并确认后再签名；草稿已保留", message))
        case .beingRead: .conflict(code: code.rawValue, Sentence("有医生正在阅这次检查；请等待，或在表单下方勾选“仍要执行”", message))
        case .reportSigned: .conflict(code: code.rawValue, Sentence("报告已签发；请在表单下方勾选怎样处理它，再提交", message))
        case .differentPatient: .conflict(code: code.rawValue, Sentence("两次检查不是同一患者或同一医院，请先更正患者信息", message))
        case .noteUnreadable:
            .conflict(code: code.rawValue, Sentence("作废记录的文件缺失或损坏，检查不能外送；请恢复文件或撤销作废", message))
        case .ring: .conflict(code: code.rawValue, Sentence("不能互相合并，请先拆分", message))
        }
    }
}
