// Telling those who cannot come in.

import Glibc

/// Rejects connections for which there is no thread: the answer goes out without the request having been read, and the
/// socket is closed a second later, so that the answer arrives. Bounded; belongs to the accepting thread.
struct Doorstep {
    /// A-ASSOCIATE-RJ: transient, by the presentation service, local limit exceeded (PS3.8 9.3.4).
    private static let rejection: [UInt8] = [0x03, 0, 0, 0, 0, 4, 0, 2, 3, 2]
    private static let places = 64

    private var waiting: [(descriptor: Int32, until: ContinuousClock.Instant)] = []

    var isEmpty: Bool { waiting.isEmpty }

    /// Takes the descriptor over. A TLS client could not read the answer and is just closed.
    mutating func turnAway(_ descriptor: Int32, speaksPlainly: Bool) {
        guard speaksPlainly else {
            Glibc.close(descriptor)
            return
        }
        if waiting.count >= Self.places { Self.close(waiting.removeFirst().descriptor) }
        _ = send(descriptor, Self.rejection, Self.rejection.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        shutdown(descriptor, Int32(SHUT_WR))
        waiting.append((descriptor, .now + .seconds(1)))
    }

    /// Closes those that have stood there long enough, or all.
    mutating func sweep(all: Bool = false) {
        let now = ContinuousClock.now
        while let first = waiting.first, all || first.until <= now {
            Self.close(waiting.removeFirst().descriptor)
        }
    }

    /// What was sent meanwhile is read: closing a socket with something unread resets the connection.
    private static func close(_ descriptor: Int32) {
        var unread = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<16 {
            guard recv(descriptor, &unread, unread.count, Int32(MSG_DONTWAIT)) > 0 else { break }
        }
        Glibc.close(descriptor)
    }
}
