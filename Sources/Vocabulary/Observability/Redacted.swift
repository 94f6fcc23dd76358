// Keeping patients out of logs.

import Crypto
import Foundation

/// A patient's name, ID or other identifying text on its way near a log: its description is a keyed hash, the same for
/// the same text within one run of the process, so that lines about one patient can be joined and nobody named.
package struct Redacted: Sendable, CustomStringConvertible, CustomReflectable {
    private let text: String

    package init(_ text: String) { self.text = text }

    package var description: String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: Self.key)
        return "redacted-" + code.prefix(6).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Without children, so that neither `dump` nor an error that holds one shows the text.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }

    private static let key = SymmetricKey(size: .bits256)
}
