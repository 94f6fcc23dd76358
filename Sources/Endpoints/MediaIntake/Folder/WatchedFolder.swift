// One look at a watched folder, and what it leads to.

import Archive
import Audit
import Database
import Foundation
import Logging
import Observability
import StudyFlow
import SystemPackage
import Vocabulary

/// Takes what was dropped into a folder: by a share, by a stick, by a modality that can only export files.
///
/// A file is taken when it has stayed the same for the quiet time (or was renamed in), nobody on this machine has it
/// open for writing, and it is whole. It is moved only when it is durable in the archive: a node that dies in between
/// takes it once more and finds that it knows it.
final class WatchedFolder: Sendable {
    let path: String
    let notice = FolderNotice()
    private let flow: FlowContext
    private let intake: FileIntake
    private let settings: FolderSettings
    private let now: @Sendable () -> Timestamp
    /// Stands between the taking and the moving; tests stop here.
    private let taken: @Sendable () throws -> Void
    private struct State {
        var waiting: Waiting
        var shown: WatchedFolderState
        var isBlockedUntil: Timestamp?
    }
    private let state: LockedBox<State>

    /// So many files are dealt with before the folder is looked at again.
    private static let batch = 500
    private static let retryAfter: Duration = .seconds(30)
    /// Without a word from the kernel, it is looked at this often.
    private static let lookEvery: Duration = .seconds(10)

    /// - Parameter now: a clock that is never set, for waiting.
    init(
        _ path: String, flow: FlowContext, intake: FileIntake, settings: FolderSettings,
        now: @escaping @Sendable () -> Timestamp, taken: @escaping @Sendable () throws -> Void = {}
    ) {
        self.path = path
        self.flow = flow
        self.intake = intake
        self.settings = settings
        self.now = now
        self.taken = taken
        state = LockedBox(State(waiting: Waiting(settings), shown: WatchedFolderState(path: path)))
    }

    /// Blocks while files are taken.
    ///
    /// - Returns: how long until there may be something to do without a word from the kernel.
    func look() throws -> Duration {
        let root = FilePath(path)
        var known = state.withLock { $0 }
        let before = known.shown
        defer { state.withLock { [known] in $0 = known } }
        do {
            let scan = try FolderScan(root)
            notice.watch(scan.folders)
            notice.collect()
            known.waiting.see(scan.files, at: now())
            known.shown.problem = nil
            if let blocked = known.isBlockedUntil, blocked > now() {
                known.shown.problem = before.problem
            } else {
                known.isBlockedUntil = nil
                try takeReady(in: root, &known)
            }
        } catch let error as MediaIntakeError {
            known.shown.problem = error.message
        }
        known.shown.waiting = known.waiting.count
        if known.shown != before { try show(known.shown) }
        let next = known.waiting.next(after: now()).map { $0.elapsed(since: now()) } ?? Self.lookEvery
        return known.waiting.ready(at: now(), renamedIn: { _ in false }).isEmpty ? min(next, Self.lookEvery) : .zero
    }

    private func show(_ shown: WatchedFolderState) throws {
        try flow.database.writeBlocking { [folders = flow.folders] in try folders.note(shown, in: $0) }
        flow.signals.publish(FlowChange(.conflict))
    }

    // MARK: One file

    private func takeReady(in root: FilePath, _ known: inout State) throws {
        let ready = known.waiting.ready(at: now()) { notice.wasRenamedIn(root.pushing($0)) }
        for path in ready.prefix(Self.batch) {
            do {
                try deal(with: path, in: root, &known)
            } catch let error as any ClassifiedError where Self.isStorage(error) {
                // Whatever is wrong with the disk is wrong for every file.
                known.shown.problem = error.sentence
                known.isBlockedUntil = now() + Self.retryAfter
                flow.logger.log(
                    .error, "files in a watched folder cannot be taken; it is tried again",
                    [.path: "\(self.path)", .error: "\(error.sentence)"])
                return
            }
        }
    }

    private static func isStorage(_ error: any ClassifiedError) -> Bool {
        error is ArchiveError || error is DatabaseError
    }

    private func deal(with path: FilePath, in root: FilePath, _ known: inout State) throws {
        let file = root.pushing(path)
        guard let sighting = known.waiting[path], FileSignature(of: file) == sighting.signature else { return }
        guard !WriterCheck.isBeingWritten(file) else {
            known.waiting.putOff(path, until: now() + settings.quiet)
            return
        }
        // Names are bytes, and the readers below want text: they are given the file by another of its names.
        let descriptor = file.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard descriptor >= 0 else {
            let reason = "the file cannot be opened: \(String(cString: strerror(errno)))"
            return try doubtOrRefuse(path, reason, in: root, &known)
        }
        defer { close(descriptor) }
        let name = "/proc/self/fd/\(descriptor)"
        let origin = FileIntake.Origin(
            InstanceSource(kind: .folder, name: root.lastComponent?.string ?? self.path))
        let accepted: Accepted
        do {
            try FileWholeness.check(name, limits: flow.node.limits)
            // Kept when it is refused for good: what is not whole now may be whole in a minute.
            accepted = try intake.take(name, origin: origin, manner: .passing)
        } catch let error as IntakeError {
            guard error.isForItsBytes else { return try refuse(path, error.message, in: root, &known) }
            guard known.waiting.isPatienceOver(path, at: now()) else {
                return known.waiting.doubt(path, error.message)
            }
            try intake.quarantine(name, origin: origin, for: error)
            return try refuse(path, error.message, in: root, &known)
        }
        known.shown.taken += accepted.wasKnown ? 0 : 1
        known.shown.lastTakenAt = flow.clock.now()
        try taken()
        // Written to in the meantime: what it is now is another file, and waits its time.
        guard FileSignature(of: file) == sighting.signature else { return }
        try putAway(path, in: root, &known)
    }

    private func putAway(_ path: FilePath, in root: FilePath, _ known: inout State) throws {
        notice.forget(root.pushing(path))
        // Where it can't be moved, it is taken again later, and known.
        known.waiting.putOff(path, until: now() + Self.retryAfter)
        switch settings.afterwards {
        case .keep: return known.waiting.settle(path)
        case .delete: try FileMoves(root: root).remove(path)
        case .move: _ = try FileMoves(root: root).move(path, to: FolderNames.done)
        }
        known.waiting.forget(path)
    }

    // MARK: Refusing

    /// What is not whole now may be whole in a minute.
    private func doubtOrRefuse(_ path: FilePath, _ reason: String, in root: FilePath, _ known: inout State) throws {
        guard known.waiting.isPatienceOver(path, at: now()) else {
            return known.waiting.doubt(path, reason)
        }
        try refuse(path, reason, in: root, &known)
    }

    private func refuse(_ path: FilePath, _ reason: String, in root: FilePath, _ known: inout State) throws {
        notice.forget(root.pushing(path))
        known.waiting.putOff(path, until: now() + Self.retryAfter)
        let at = flow.clock.now()
        if settings.afterwards == .keep {
            known.waiting.settle(path)
        } else {
            let moves = FileMoves(root: root)
            let target = try moves.move(path, to: FolderNames.refused)
            known.waiting.forget(path)
            try moves.writeReason(RefusalText.text(reason, at: at), beside: target)
        }
        known.shown.refused += 1
        let refusal = RefusedFile(
            id: UUID(), folder: self.path, name: path.string, reason: reason, at: at)
        try flow.database.writeBlocking { [flow] transaction in
            try flow.folders.refuse(refusal, in: transaction)
            try flow.audit.record(
                AuditEvent(
                    .fileRefused, by: .system(root.lastComponent?.string ?? "folder"), at: refusal.at,
                    outcome: .refused, detail: reason), in: transaction)
        }
        flow.logger.log(
            .warning, "a file in a watched folder was refused", [.path: "\(self.path)", .reason: "\(reason)"])
    }
}
