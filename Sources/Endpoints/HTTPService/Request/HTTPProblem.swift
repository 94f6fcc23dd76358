// Errors as answers.

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOSSL
import Observability

/// An error that knows its HTTP status and what to tell a person. Handlers throw it; `ErrorAnswers` makes
/// `{"error": {"code", "message"}}` of it, or a page for a browser.
package struct HTTPProblem: ClassifiedError, Hashable {
    package var status: HTTPResponse.Status
    /// Lower-case words joined by underscores, for programs.
    package var code: String
    package var sentence: Sentence
    /// Seconds for `Retry-After`.
    package var retryAfter: Int?

    package init(
        _ status: HTTPResponse.Status, code: String, _ sentence: Sentence, retryAfter: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.sentence = sentence
        self.retryAfter = retryAfter
    }

    package var isRetriable: Bool { status == .serviceUnavailable || status == .tooManyRequests }
    package var label: String { "http_\(code)" }
    package var description: String { sentence.english }
}

extension HTTPProblem {
    package static let unauthenticated = HTTPProblem(
        .unauthorized, code: "unauthenticated", Sentence("请先登录", "log in first"))
    package static let forbidden = HTTPProblem(
        .forbidden, code: "forbidden", Sentence("您的角色无权进行此操作", "your role does not allow this"))
    package static let notFound = HTTPProblem(
        .notFound, code: "not_found", Sentence("没有找到所请求的内容", "there is nothing here"))
    package static let tooLarge = HTTPProblem(
        .contentTooLarge, code: "too_large", Sentence("请求内容过大", "the request is too large"))

    package static let shuttingDown = HTTPProblem(
        .serviceUnavailable, code: "shutting_down", Sentence("服务器正在重启，请稍后重试", "this node is restarting; try again"),
        retryAfter: 5)

    package static func badRequest(code: String = "bad_request", _ sentence: Sentence) -> HTTPProblem {
        HTTPProblem(.badRequest, code: code, sentence)
    }
    package static func conflict(code: String, _ sentence: Sentence) -> HTTPProblem {
        HTTPProblem(.conflict, code: code, sentence)
    }
    package static func notFound(_ sentence: Sentence) -> HTTPProblem {
        HTTPProblem(.notFound, code: "not_found", sentence)
    }
}

/// An error type of another module that an endpoint translates, in one file per edge (`HTTPProblem+ReadingError.swift`):
/// `extension ReadingError: HTTPProblemConvertible { var httpProblem: HTTPProblem { … } }`.
package protocol HTTPProblemConvertible: Error {
    var httpProblem: HTTPProblem { get }
}

// MARK: From any error

extension HTTPProblem {
    /// What a client is told about `error`. Nothing of an error that isn't ours is repeated: it may quote a patient.
    package init(_ error: any Error, requestID: String) {
        switch error {
        case let problem as HTTPProblem: self = problem
        case let error as any HTTPProblemConvertible: self = error.httpProblem
        case let error as HTTPError: self.init(error)
        case let error as any HTTPResponseError: self = .generic(error.status)
        case is CancellationError: self = .shuttingDown
        // The client broke HTTP, or the connection, in the middle of its body.
        case is HTTPParserError, is NIOSSLError, is ChannelError:
            self = .badRequest(code: "broken_request", Sentence("请求不完整或格式错误", "the request is broken off or malformed"))
        case let error as IOError where [ECONNRESET, EPIPE, ETIMEDOUT].contains(error.errnoCode):
            self = .badRequest(code: "broken_request", Sentence("请求不完整", "the request is broken off"))
        case is DecodingError:
            self = .badRequest(Sentence("请求内容的格式不正确", "the request's body is not what this interface expects"))
        case let error as any ClassifiedError:
            self.init(
                error.isRetriable ? .serviceUnavailable : .internalServerError, code: error.label,
                Sentence("操作失败：\(error.description)", error.description), retryAfter: error.isRetriable ? 5 : nil)
        default:
            self.init(
                .internalServerError, code: "internal",
                Sentence(
                    "服务器内部错误，请把编号 \(requestID) 告诉运维人员",
                    "something went wrong here; tell the operator number \(requestID)"))
        }
    }

    private init(_ error: HTTPError) {
        self = .generic(error.status)
    }

    private static func generic(_ status: HTTPResponse.Status) -> HTTPProblem {
        switch status {
        case .notFound: .notFound
        case .unauthorized: .unauthenticated
        case .forbidden: .forbidden
        case .contentTooLarge: .tooLarge
        case .badRequest: .badRequest(Sentence("请求的内容或格式不正确", "the request is not what this interface expects"))
        case .unsupportedMediaType:
            HTTPProblem(
                status, code: "unsupported_media_type", Sentence("不支持这种内容类型", "this content type is not supported"))
        default:
            HTTPProblem(
                status, code: "http_\(status.code)",
                Sentence("请求失败（\(status.code)）", "the request failed (\(status.code) \(status.reasonPhrase))"))
        }
    }
}
