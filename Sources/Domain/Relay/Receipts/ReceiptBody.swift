// The text that is signed.

import Foundation
import Vocabulary

/// What a node states: it holds these, and says so now.
struct ReceiptStatement: Codable, Hashable, Sendable {
    var items: [ReceiptItem]
    /// By the signer's clock. `nil` in receipts from before it was part of the text.
    var signedAt: Timestamp?
}

enum ReceiptBody {
    /// JSON with sorted keys. Only the signer's own text is ever checked, so its spelling need not be canonical.
    static func text(of statement: ReceiptStatement) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(statement), as: UTF8.self)
    }

    /// - Throws: `RelayError.receiptUnreadable`.
    static func statement(in text: String) throws -> ReceiptStatement {
        let bytes = Data(text.utf8)
        do {
            guard text.utf8.first != UInt8(ascii: "[") else {
                return ReceiptStatement(items: try JSONDecoder().decode([ReceiptItem].self, from: bytes))
            }
            return try JSONDecoder().decode(ReceiptStatement.self, from: bytes)
        } catch {
            throw RelayError(
                code: .receiptUnreadable, message: "the body of a receipt is not a list of receipt items", cause: error)
        }
    }
}
