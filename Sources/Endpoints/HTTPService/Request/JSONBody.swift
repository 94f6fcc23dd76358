// JSON answers.

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

package enum JSONBody {
    /// Keys sorted, so that answers can be compared.
    package static func encode(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    /// A body that says it is something else is not tried: a form of another site can send text, but not JSON.
    ///
    /// - Throws: 415. A body that does not say what it is passes.
    package static func requireJSON(_ request: Request) throws {
        guard let given = request.headers[.contentType] else { return }
        let type = given.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        guard type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json")) else {
            throw HTTPProblem(
                .unsupportedMediaType, code: "unsupported_media_type",
                Sentence("请求内容应为 application/json", "the request's body must be application/json"))
        }
    }
}

extension Response {
    /// `application/json` with status 200 unless another is given.
    package static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: try JSONBody.encode(value)))
    }
}
