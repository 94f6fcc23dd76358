// The text that is signed.

import Foundation
import Vocabulary

enum ReceiptBody {
    /// JSON with sorted keys. Only the signer's own text is ever checked, so its spelling need not be canonical.
    static func text(of items: [ReceiptItem]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(items), as: UTF8.self)
    }

    static func items(in text: String) throws -> [ReceiptItem] {
        do {
            return try JSONDecoder().decode([ReceiptItem].self, from: Data(text.utf8))
        } catch {
            throw RelayError(
                code: .receiptUnreadable, message: "the body of a receipt is not a list of receipt items", cause: error)
        }
    }
}
