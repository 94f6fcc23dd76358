// A person with an account at this node.

import Foundation
import Vocabulary

/// An account without its secrets. The name is the key: it is never reused and never changes, because reports and the
/// audit trail cite it; an account is disabled, not deleted.
package struct User: Hashable, Codable, Sendable {
    package var name: String
    /// As shown to people and printed on reports: 张伟.
    package var displayName: String
    package var role: UserRole
    package var isDisabled: Bool
    package var createdAt: Timestamp

    package init(name: String, displayName: String, role: UserRole, isDisabled: Bool = false, createdAt: Timestamp) {
        self.name = name
        self.displayName = displayName
        self.role = role
        self.isDisabled = isDisabled
        self.createdAt = createdAt
    }

    /// Whether this person may do what any of `roles` may.
    package func may(_ roles: UserRole...) -> Bool { roles.contains { role.includes($0) } }

    /// The one spelling of a name: trimmed, composed, lower case; letters of any script, digits, and `. _ - @`.
    ///
    /// - Throws: `IdentityError.invalidUserName`.
    package static func canonicalName(_ text: String) throws -> String {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let name = trimmed.precomposedStringWithCanonicalMapping.lowercased()
        guard (1...64).contains(name.count), name.utf8.count <= 200,
            name.allSatisfy({ $0.isLetter || $0.isNumber || "._-@".contains($0) })
        else {
            throw IdentityError(
                code: .invalidUserName,
                message: "a user name has 1 to 64 letters, digits and the signs . _ - @ "
                    + "(用户名为 1 至 64 个字母、汉字、数字或 . _ - @)")
        }
        return name
    }
}
