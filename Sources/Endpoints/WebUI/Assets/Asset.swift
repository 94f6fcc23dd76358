// One static file.

import Foundation
import NIOCore
import Vocabulary

struct Asset: Sendable {
    let contentType: String
    let bytes: ByteBuffer
    let digest: Digest

    var entityTag: String { "\"\(digest.hexadecimal.prefix(16))\"" }

    init(name: String, data: Data) {
        contentType = Self.contentType(of: name)
        bytes = ByteBuffer(bytes: data)
        digest = Digest(of: data)
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
