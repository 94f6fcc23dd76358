// How folders are watched.

import SystemPackage
import Vocabulary

package struct FolderSettings: Hashable, Sendable {
    /// What becomes of a file that was taken.
    package enum Afterwards: String, Hashable, Sendable, CaseIterable {
        /// Into the subfolder `done`.
        case move
        case delete
        case keep
    }

    package var afterwards: Afterwards
    /// A file must have stayed the same for so long.
    package var quiet: Duration
    /// One that does not look whole is refused when it has stayed the same for so long.
    package var patience: Duration

    package init(
        afterwards: Afterwards = .move, quiet: Duration = .seconds(5), patience: Duration = .seconds(120)
    ) {
        self.afterwards = afterwards
        self.quiet = quiet
        self.patience = patience
    }
}

/// The folders that this service makes in a watched folder.
enum FolderNames {
    static let done = "done"
    static let refused = "refused"
    static let reasonSuffix = ".reason.txt"

    /// Names under which programs write what is not finished, and what systems leave lying about.
    static func isPassedOver(_ name: FilePath.Component) -> Bool {
        let text = name.string.lowercased()
        if text.hasPrefix(".") || text.hasPrefix("~") || text.hasSuffix("~") { return true }
        if ["thumbs.db", "desktop.ini", "autorun.inf", "dicomdir"].contains(text) { return true }
        return [".part", ".tmp", ".temp", ".partial", ".filepart", ".crdownload", ".download", ".swp", ".lock"]
            .contains { text.hasSuffix($0) }
    }
}
