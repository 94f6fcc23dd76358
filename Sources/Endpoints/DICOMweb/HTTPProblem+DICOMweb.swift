// What this interface refuses, and how it says so.

import DICOM
import HTTPService
import HTTPTypes

extension HTTPProblem {
    static let notAcceptable = HTTPProblem(
        .notAcceptable, code: "not_acceptable",
        Sentence("不能按请求的格式提供此内容", "this cannot be given in any of the media types that were asked for"))
    static let noSuchStudy = HTTPProblem.notFound(Sentence("本节点没有这项检查", "this node has no such study"))
    static let noSuchSeries = HTTPProblem.notFound(Sentence("该检查没有这个序列", "the study has no such series"))
    static let noSuchInstance = HTTPProblem.notFound(Sentence("该序列没有这个对象", "the series has no such instance"))
    static let noSuchFrame = HTTPProblem.notFound(Sentence("该对象没有这一帧", "the instance has no such frame"))
    static let noImage = HTTPProblem.notFound(Sentence("其中没有图像", "there is no image in it"))
    static let independentReading = HTTPProblem(
        .forbidden, code: "independent_reading",
        Sentence("您正在独立复核这次检查，签名之前不能看原报告", "you read this study independently; sign before you see the report"))
    static let evicted = HTTPProblem.conflict(
        code: "evicted",
        Sentence(
            "影像已转存上级节点，请先取回（检查页“取回”）",
            "the images are kept at a node above; fetch them back first (POST /api/v1/studies/{study}/recall)"))
    static let damaged = HTTPProblem.conflict(
        code: "damaged",
        Sentence("影像文件已损坏，正在从其他节点修复", "the file is damaged and is being repaired from another node"))
    static let destroyed = HTTPProblem(
        .gone, code: "destroyed",
        Sentence("影像保存期满，已按规定销毁", "the image was kept for as long as it had to be, and was destroyed"))
    static let noSuchValue = HTTPProblem.notFound(Sentence("该对象没有这个值", "the instance has no such value"))

    static func badParameter(_ name: String, _ sentence: Sentence) -> HTTPProblem {
        .badRequest(code: "bad_parameter", sentence)
    }

    static func badUID(_ name: String) -> HTTPProblem {
        .badRequest(code: "bad_uid", Sentence("\(name) 不是有效的 UID", "the \(name) is not a DICOM UID"))
    }

    /// Pixels that cannot be decoded are not acceptable in the form asked for; a disk that fails is another matter.
    static func undecodable(_ error: DICOMError) -> any Error {
        switch error.code {
        case .unsupportedTransferSyntax, .decodingFailed, .malformed, .tooLarge:
            HTTPProblem(
                .notAcceptable, code: error.label,
                Sentence(
                    "图像无法解码：\(error.message)",
                    "the image cannot be decoded (\(error.message)); transfer-syntax=* gives it as it is stored"))
        case .timedOut, .cancelled:
            HTTPProblem(
                .serviceUnavailable, code: "busy",
                Sentence("解码繁忙，请稍后重试", "the decoders are busy; try again in a moment"), retryAfter: 1)
        default: error
        }
    }
}
