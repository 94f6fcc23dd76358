// What deciding about a request needs.

import Audit
import Database
import Identity
import Vocabulary

/// Accounts, sessions, tokens, peers and the trail, joined for the middlewares and the login routes.
package struct HTTPAccess: Sendable {
    package let node: NodeName
    package let database: Database
    package let users = UserBook()
    package let sessions: SessionBook
    package let tokens = TokenBook()
    package let audit = AuditTrail()
    package let passwords: PasswordQueue
    package let throttle: LoginThrottle
    package let clock: WallClock
    /// Read for each request with a certificate, so that an enrolment counts at once.
    package let peers: @Sendable () -> PeerDirectory

    /// Cookies know no ports: the node's name keeps several nodes on one address apart (the demo has three).
    package var sessionCookieName: String { "jieli_session_\(node)" }

    package init(
        node: NodeName, database: Database, sessions: SessionBook = SessionBook(),
        passwords: PasswordQueue = PasswordQueue(), throttle: LoginThrottle = LoginThrottle(),
        clock: WallClock = .system, peers: @escaping @Sendable () -> PeerDirectory = { PeerDirectory() }
    ) {
        self.node = node
        self.database = database
        self.sessions = sessions
        self.passwords = passwords
        self.throttle = throttle
        self.clock = clock
        self.peers = peers
    }
}
