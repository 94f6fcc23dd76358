// Random tokens that are handed out once and kept as a hash.

import Foundation
import Vocabulary

import struct Crypto.SymmetricKey

/// A session cookie's or an API token's value: 256 random bits in URL-safe base64 behind a prefix that secret scanners
/// can look for. The database keeps only its SHA-256, so a stolen copy of the database opens nothing.
package struct Secret: Sendable {
    /// What the client sends. Shown once, never logged.
    package let text: String
    package let hash: Digest

    static func generate(prefix: String) -> Secret {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let encoded = bytes.base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return Secret(text: prefix + encoded)
    }

    package init(text: String) {
        self.text = text
        hash = Digest(of: Array(text.utf8))
    }
}
