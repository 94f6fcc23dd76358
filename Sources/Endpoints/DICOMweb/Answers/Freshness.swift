// Answers that a browser may keep.

import HTTPService
import HTTPTypes
import Hummingbird
import Vocabulary

/// An instance's bytes never change under its UID, so neither does what is made of them: the tag is the digest of the data
/// set with what was asked of it. For the asker's own cache only; another account on the same machine asks anew.
struct Freshness: Sendable {
    let tag: String
    /// Kept, but asked about each time.
    let mayChange: Bool

    init(_ digest: Digest, _ variant: String, mayChange: Bool = false) {
        self.mayChange = mayChange
        tag = "\"\(digest.hexadecimal.prefix(24))-\(Digest(of: variant.utf8).hexadecimal.prefix(16))\""
    }

    var headers: HTTPFields {
        [
            .eTag: tag, .cacheControl: mayChange ? "private, no-cache" : "private, max-age=86400, immutable",
            .vary: "Accept, Authorization, Cookie",
        ]
    }

    /// 304 to whoever has it, else what `make` makes.
    func response(to request: Request, _ make: (HTTPFields) async throws -> Response) async throws -> Response {
        let known = (request.headers[.ifNoneMatch] ?? "").split(separator: ",").map { HeaderText.trimmed($0) }
        if known.contains(tag) || known.contains("W/" + tag) || known.contains("*") {
            return Response(status: .notModified, headers: headers)
        }
        return try await make(headers)
    }
}
