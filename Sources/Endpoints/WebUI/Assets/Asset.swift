// One static file.

import Deflate
import Foundation
import NIOCore
import Vocabulary

struct Asset: Sendable {
    let contentType: String
    let bytes: ByteBuffer
    /// The same as gzip, made once at start; `nil` where it would not be smaller.
    let packed: ByteBuffer?
    let digest: Digest

    var entityTag: String { "\"\(digest.hexadecimal.prefix(16))\"" }
    /// Other bytes, another tag (RFC 9110 8.8.3.3).
    var packedEntityTag: String { "\"\(digest.hexadecimal.prefix(16))-gzip\"" }

    /// - Throws: `DeflateError`.
    init(name: String, data: Data) throws {
        contentType = Self.contentType(of: name)
        bytes = ByteBuffer(bytes: data)
        digest = Digest(of: data)
        let packed = try data.withUnsafeBytes { try DeflateStream.compress($0, .gzip, .best) }
        self.packed = packed.count < data.count * 9 / 10 ? ByteBuffer(bytes: packed) : nil
    }

    /// Markers for tools lie beside the scripts; they are not for browsers.
    static func isServed(_ name: String) -> Bool { !name.hasSuffix("package.json") }

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "json": "application/json; charset=utf-8"
        case "png": "image/png"
        case "woff2": "font/woff2"
        default: "application/octet-stream"
        }
    }
}
