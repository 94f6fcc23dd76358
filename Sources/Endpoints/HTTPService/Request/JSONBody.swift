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
}

extension Response {
    /// `application/json` with status 200 unless another is given.
    package static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: try JSONBody.encode(value)))
    }
}
