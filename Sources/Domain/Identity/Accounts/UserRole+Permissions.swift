// Which role includes which.

import Vocabulary

extension UserRole {
    /// Whether someone with this role may do what `other` may: a reviewer reads like a radiologist, an administrator
    /// operates. An administrator is no doctor: signing a report is never included in running the machine.
    package func includes(_ other: UserRole) -> Bool {
        switch (self, other) {
        case (.reviewer, .radiologist), (.administrator, .operator): true
        default: self == other
        }
    }
}
