// The whole schema of a node's database.

import Database
import Identity
import StudyFlow

package enum NodeSchema {
    /// What `Database` applies at start, for the daemon, the command line and the demo alike.
    package static let migrations: [Migration] = FlowContext.migrations + IdentitySchema.migrations
}
