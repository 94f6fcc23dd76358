// Reading what a client sends.

import Foundation
import HTTPService
import Hummingbird
import Reading
import Vocabulary

enum RequestBody {
    private static let limit = 1 << 20

    /// The body as JSON; an empty one is `{}`, so that requests whose members are all optional need none.
    ///
    /// - Throws: 400 that names the member that is missing or wrong, 415 when it says that it is no JSON.
    static func decode<Value: Decodable>(_ type: Value.Type, from request: Request) async throws -> Value {
        let body = try await request.body.collect(upTo: limit)
        if body.readableBytes > 0 { try JSONBody.requireJSON(request) }
        let data = body.readableBytes == 0 ? Data("{}".utf8) : Data(buffer: body)
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw problem(error)
        }
    }

    private static func problem(_ error: DecodingError) -> HTTPProblem {
        func name(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "JSON" : path.map(\.stringValue).joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context):
            let member = name(context.codingPath + [key])
            return .badRequest(
                code: "missing_member", Sentence("请求中缺少 \(member)", "the request lacks \(member)"))
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let member = name(context.codingPath)
            return .badRequest(
                code: "wrong_member", Sentence("请求中的 \(member) 不正确", "\(member) is not what this interface expects"))
        @unknown default:
            return .badRequest(Sentence("请求内容的格式不正确", "the request's body is not what this interface expects"))
        }
    }

    /// - Throws: 400 when the text is longer than `limit` characters.
    static func checked(_ text: String, _ member: String, atMost limit: Int) throws -> String {
        guard text.count <= limit else {
            throw HTTPProblem.badRequest(
                code: "too_long", Sentence("\(member) 超过 \(limit) 个字符", "\(member) is longer than \(limit) characters"))
        }
        return text
    }
}

extension JieliRequestContext {
    /// The study that the path names.
    func pathStudy() throws -> StudyInstanceUID {
        guard let study = parameters.get("study").flatMap(StudyInstanceUID.init(rawValue:)) else {
            throw HTTPProblem.notFound
        }
        return study
    }

    func pathTask() throws -> TaskID {
        guard let task = parameters.get("id").flatMap(TaskID.init(rawValue:)) else { throw HTTPProblem.notFound }
        return task
    }

    func pathOrder() throws -> OrderID {
        guard let order = parameters.get("id").flatMap(OrderID.init(rawValue:)) else { throw HTTPProblem.notFound }
        return order
    }

    /// Who acts, as the flow knows people.
    func person(anyOf roles: UserRole...) throws -> Person {
        let user = try requireRole(anyOf: roles)
        return Person(user: user.name, displayName: user.displayName)
    }
}

extension Request {
    /// A parameter of the query; an empty one counts as absent.
    func query(_ name: Substring) -> String? {
        uri.queryParameters[name].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: 400 when it is no number or out of range.
    func query(_ name: Substring, in range: ClosedRange<Int>, default fallback: Int) throws -> Int {
        guard let text = query(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw HTTPProblem.badRequest(
                code: "wrong_parameter",
                Sentence(
                    "\(name) 应为 \(range.lowerBound) 到 \(range.upperBound) 的整数",
                    "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
        }
        return number
    }

    /// - Throws: 400 when it is none of the values.
    func query<Value: RawRepresentable<String> & CaseIterable>(_ name: Substring, default fallback: Value) throws
        -> Value
    {
        guard let text = query(name) else { return fallback }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw HTTPProblem.badRequest(
                code: "wrong_parameter", Sentence("\(name) 应为 \(known) 之一", "\(name) must be one of \(known)"))
        }
        return value
    }
}
