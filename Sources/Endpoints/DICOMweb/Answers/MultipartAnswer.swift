// multipart/related (RFC 2387), as WADO-RS answers it (PS3.18 8.6.1.2).

import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Several bodies in one. Parts are made one at a time while the answer is sent, the first one before it begins, so that
/// what can't be given at all is refused with a status.
struct MultipartAnswer: Sendable {
    struct Part: Sendable {
        /// With its parameters.
        var contentType: String
        var location: String
        var content: BodyContent
    }

    enum Source: Sendable {
        case ready(Part)
        case made(@Sendable () async throws -> Part)

        func part() async throws -> Part {
            switch self {
            case .ready(let part): part
            case .made(let make): try await make()
            }
        }
    }

    /// Of the parts, without parameters.
    var mediaType: String
    var parts: [Source]
    var boundary = "jieli-\(UUID().uuidString.lowercased())"

    func response(headers: HTTPFields = [:], logger: Logger) async throws -> Response {
        var answer = self
        if let first = parts.first { answer.parts[0] = .ready(try await first.part()) }
        var headers = headers
        headers[.contentType] = "multipart/related; type=\"\(mediaType)\"; boundary=\(boundary)"
        return Response(status: .ok, headers: headers, body: answer.body(logger))
    }

    private func body(_ logger: Logger) -> ResponseBody {
        .reporting(to: logger, contentLength: length) { writer in
            for source in parts {
                let part = try await source.part()
                try await writer.write(head(of: part))
                try await part.content.write(to: &writer)
                try await writer.write(ByteBuffer(string: "\r\n"))
            }
            try await writer.write(ByteBuffer(string: end))
        }
    }

    /// Known where all parts are.
    private var length: Int? {
        var sum = end.utf8.count
        for source in parts {
            guard case .ready(let part) = source else { return nil }
            sum += head(of: part).readableBytes + part.content.count + 2
        }
        return sum
    }

    private func head(of part: Part) -> ByteBuffer {
        ByteBuffer(
            string: """
                --\(boundary)\r
                Content-Type: \(part.contentType)\r
                Content-Location: \(part.location)\r
                Content-Length: \(part.content.count)\r
                \r

                """)
    }

    private var end: String { "--\(boundary)--\r\n" }
}
