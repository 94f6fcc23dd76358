// Who looked at which study.

import Audit
import HTTPService
import Observability
import StudyFlow
import Vocabulary

/// Writes access to the audit trail before anything is answered. A viewer asks for each frame by itself: of one person's
/// requests for one study, one line a minute and kind is written.
final class AccessTrail: Sendable {
    private struct Key: Hashable {
        var user: String
        var study: StudyInstanceUID
        var action: AuditAction
    }

    private let desk: StudyDesk
    private let clock: WallClock
    private let noted = LockedBox<[Key: Timestamp]>([:])
    static let interval: Duration = .seconds(60)
    private let limit: Int

    init(desk: StudyDesk, clock: WallClock, limit: Int = 4096) {
        self.desk = desk
        self.clock = clock
        self.limit = limit
    }

    /// - Throws: what kept the line from being written: without it nothing is shown.
    func note(_ action: AuditAction, to study: StudyInstanceUID, in context: JieliRequestContext) async throws {
        try await note(action, to: study, by: try context.requireUser().name, address: context.remoteAddress)
    }

    func note(
        _ action: AuditAction, to study: StudyInstanceUID, by user: String, address: String
    ) async throws {
        let key = Key(user: user, study: study, action: action)
        guard isDue(key) else { return }
        do {
            try await desk.noteAccess(
                action, to: study, by: .user(user), address: address.isEmpty ? nil : address)
        } catch {
            noted.withLock { $0[key] = nil }
            throw error
        }
    }

    private func isDue(_ key: Key) -> Bool {
        let (now, limit) = (clock.now(), limit)
        return noted.withLock { noted in
            if let last = noted[key], last <= now, now < last + Self.interval { return false }
            if noted.count >= limit { noted = noted.filter { now < $0.value + Self.interval } }
            // More people and studies in one minute than fit: forgetting costs a line too many, never one too few.
            if noted.count >= limit { noted.removeAll() }
            noted[key] = now
            return true
        }
    }
}
