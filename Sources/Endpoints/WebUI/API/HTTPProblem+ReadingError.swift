// What went wrong with orders, tasks and reports, for people and programs.

import HTTPService
import Reading

extension ReadingError: HTTPProblemConvertible {
    package var httpProblem: HTTPProblem {
        switch code {
        case .unknownTask: .notFound(Sentence("本节点没有这个阅片任务", message))
        case .unknownOrder: .notFound(Sentence("本节点没有这份申请", message))
        case .refused(let refusal): .conflict(code: Self.code(refusal), Sentence(Self.sentence(refusal), message))
        case .claimedByAnother: .conflict(code: "claimed_by_another", Sentence("另一位医生正在处理这个任务", message))
        case .notClaimant: .conflict(code: "not_claimant", Sentence("您没有认领这个任务，或认领已失效", message))
        case .staleDraft: .conflict(code: "stale_draft", Sentence("草稿已在别处被修改，请重新载入", message))
        case .sameSigner: .conflict(code: "same_signer", Sentence("审核医生不能是报告医生本人", message))
        case .blankReport: .badRequest(code: "blank_report", Sentence("报告内容为空，不能提交", message))
        case .imagesIncomplete:
            .conflict(
                code: "images_incomplete", Sentence("影像还没有到齐。请等待，或者在签名时注明“影像未到齐”", message))
        case .imagesUnseen:
            .conflict(code: "late_images_unseen", Sentence("有后到的影像还没有看。请先查看，或者在签名时注明", message))
        case .imagesNotDiagnostic:
            .conflict(
                code: "images_not_diagnostic", Sentence("有影像只看了预览或未能显示。请等待其载入后查看，或者在签名时注明", message))
        case .tooManyKeyImages:
            .conflict(code: "too_many_key_images", Sentence("关键图像太多，请先去掉一些", message))
        case .staleMeasurements:
            .conflict(code: "stale_measurements", Sentence("测量已在别处被修改，请重新载入", message))
        case .tooManyMeasurements:
            .conflict(code: "too_many_measurements", Sentence("测量太多，请先删除一些", message))
        case .notOfStudy: .badRequest(code: "not_of_study", Sentence("这不是本次检查的影像", message))
        case .alreadyMatched: .conflict(code: "already_matched", Sentence("申请或检查已有对应", message))
        case .orderCancelled: .conflict(code: "order_cancelled", Sentence("这份申请已取消", message))
        case .orderPlacedElsewhere:
            .conflict(code: "order_placed_elsewhere", Sentence("这份申请由另一节点提交，只能在那里修改", message))
        case .changedMeanwhile:
            HTTPProblem(
                .serviceUnavailable, code: "changed_meanwhile", Sentence("数据刚被修改，请重试", message), retryAfter: 1)
        }
    }

    /// `ownedElsewhere` → `owned_elsewhere`.
    private static func code(_ refusal: ReadingTaskRefusal) -> String {
        refusal.rawValue.reduce(into: "") { text, letter in
            if letter.isUppercase { text += "_" }
            text += letter.lowercased()
        }
    }

    private static func sentence(_ refusal: ReadingTaskRefusal) -> String {
        switch refusal {
        case .imagesMissing: "影像还没有到齐，或者还在等诊断申请"
        case .frozenByOffer: "任务正在转交给另一节点，等待对方答复"
        case .ownedElsewhere: "这个任务由另一节点阅片"
        case .notOwnedElsewhere: "这个任务没有转交给其他节点"
        case .createdHere: "这个任务产生于本节点，不能退回"
        case .notClaimed: "请先认领任务"
        case .beingRead: "有医生正在处理或已签名"
        case .alreadySigned: "报告已签名；如需更正，请先撤回"
        case .needsPreliminary: "还没有已提交的报告可供审核"
        case .notFinal: "报告还没有审核签发"
        case .notReleased: "报告还没有发布"
        case .retakeAwaited: "已要求重拍，正在等待新影像"
        case .noRetakeAwaited: "没有要求重拍"
        case .nothingToRecall: "没有可撤回的正式报告"
        case .recalled: "报告已撤回，请认领后更正"
        case .cancelled: "任务已取消"
        }
    }
}
