// Header names that the library has no constant for.

import HTTPTypes

extension HTTPField.Name {
    /// A name written in our source. (The parse can't fail for one; `contentType` stands in for a forced unwrap.)
    package static func known(_ name: StaticString) -> Self {
        Self(name.description) ?? .contentType
    }
}
