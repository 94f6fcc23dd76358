// Text made smaller for the line.

import Deflate
import HTTPTypes
import Hummingbird
import NIOCore

/// Pages and JSON as gzip (RFC 9110 8.4.1.3) for whoever takes it: metadata of five hundred slices is as good as one slice's
/// five hundred times. Pixels have a form of their own, files were compressed at start, and event streams must not wait for a
/// full window, so only text that isn't compressed yet is touched. No page echoes what a stranger sent beside a secret: the
/// session is in a cookie and nothing else guards a form, so lengths tell nothing (BREACH).
package struct AnswerCompression: RouterMiddleware {
    package typealias Context = JieliRequestContext

    private static let types = ["text/html", "application/json", "application/dicom+json", "text/csv", "text/plain"]
    /// Below it, heads outweigh what is saved.
    private static let smallest = 1024

    package init() {}

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard Self.isText(response), (response.body.contentLength ?? .max) >= Self.smallest else { return response }
        response.headers.addVary("Accept-Encoding")
        guard AcceptedEncoding.gzip(in: request.headers[.acceptEncoding]), request.method != .head else {
            return response
        }
        response.headers[.contentEncoding] = "gzip"
        response.headers[.contentLength] = nil
        // The tag names these very bytes no longer (RFC 9110 8.8.1).
        if let tag = response.headers[.eTag], tag.hasPrefix("\"") { response.headers[.eTag] = "W/" + tag }
        let body = response.body
        response.body = ResponseBody { writer in
            let base = writer
            try await body.write(GzipWriter(base: base, stream: try DeflateStream(.gzip, .quick)))
        }
        return response
    }

    private static func isText(_ response: Response) -> Bool {
        guard response.status == .ok || response.status.code >= 400, response.headers[.contentEncoding] == nil,
            let type = response.headers[.contentType]?.split(separator: ";").first
        else { return false }
        return types.contains(type.lowercased())
    }
}

private struct GzipWriter: ResponseBodyWriter {
    var base: any ResponseBodyWriter
    let stream: DeflateStream

    mutating func write(_ buffer: ByteBuffer) async throws {
        let piece = ByteBuffer(bytes: buffer.withUnsafeReadableBytes { stream.write($0) })
        if piece.readableBytes > 0 { try await base.write(piece) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await base.write(ByteBuffer(bytes: stream.finish()))
        try await base.finish(trailingHeaders)
    }
}

/// `Accept-Encoding` (RFC 9110 12.5.3), as far as gzip goes.
package enum AcceptedEncoding {
    package static func gzip(in field: String?) -> Bool {
        var anything: Bool?
        for item in (field ?? "").split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            let isWanted = !parts.dropFirst().contains { $0.hasPrefix("q=") && (Double($0.dropFirst(2)) ?? 0) <= 0 }
            switch parts.first {
            case "gzip", "x-gzip": return isWanted
            case "*": anything = isWanted
            default: continue
            }
        }
        return anything ?? false
    }
}

extension HTTPFields {
    /// Adds a name to `Vary` unless it is there.
    package mutating func addVary(_ name: String) {
        let present = self[.vary] ?? ""
        guard !present.lowercased().contains(name.lowercased()) else { return }
        self[.vary] = present.isEmpty ? name : "\(present), \(name)"
    }
}
