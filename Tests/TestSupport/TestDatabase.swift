// A real SQLite database for a test.

import Database
import Foundation

/// A directory that is removed when the last reference goes.
package final class TemporaryDirectory: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "jieli-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    package func appending(_ name: String) -> String { url.appending(path: name).path }

    deinit {
        do { try FileManager.default.removeItem(at: url) } catch { print("temporary directory kept: \(error)") }
    }
}

/// A database in a directory of its own.
package func temporaryDatabase(_ migrations: [Migration]) throws -> (Database, TemporaryDirectory) {
    let directory = try TemporaryDirectory()
    return (try Database(path: directory.appending("jieli.sqlite"), migrations: migrations), directory)
}
