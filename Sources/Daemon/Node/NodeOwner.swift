// Whose files a node's data are.

import Foundation
import Observability

/// What a command writes beside the daemon must be the daemon's to read, and to destroy. Another user, root included, would
/// leave files in its name.
package enum NodeOwner {
    /// - Parameter user: who runs the command.
    /// - Throws: `ConfigurationError.wrongUser`; nothing where the directory is not there yet.
    package static func check(_ configuration: NodeConfiguration, user: uid_t = geteuid()) throws {
        for path in [configuration.directory, configuration.archiveDirectory, configuration.databaseFile] {
            guard let owner = owner(of: path), owner != user else { continue }
            let (mine, theirs) = (name(of: user), name(of: owner))
            throw ConfigurationError(
                code: .wrongUser,
                message: "\(path) belongs to user '\(theirs)', and this runs as '\(mine)': what it writes could not be "
                    + "changed by the node; run it as its user: runuser -u \(theirs) -- jieli … 请以该用户身份运行")
        }
    }

    private static func owner(of path: String) -> uid_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_uid : nil
    }

    private static func name(of user: uid_t) -> String {
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return "\(user)" }
        return String(cString: name)
    }
}
