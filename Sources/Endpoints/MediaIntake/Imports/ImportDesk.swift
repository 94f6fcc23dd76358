// All imports of this node.

import Archive
import DICOM
import Foundation
import HTTPService
import Observability
import StudyFlow
import Vocabulary

/// Keeps what is known of each import. Files lie in a folder of each job and are gone with it; what was taken is in the
/// archive. Imports do not outlive the daemon: whoever imports sees that and begins again, and what was taken is known.
final class ImportDesk: Sendable {
    let limits: ImportLimits
    private let flow: FlowContext
    private let folder: String
    private let jobs = LockedBox<[UUID: ImportJob]>([:])

    /// - Parameter folder: for uploaded files; whatever lies there is removed.
    init(_ flow: FlowContext, folder: String, limits: ImportLimits) {
        self.flow = flow
        self.folder = folder
        self.limits = limits
    }

    /// Blocks; once, before the first import.
    func clear() throws {
        let files = FileManager.default
        if files.fileExists(atPath: folder) { try files.removeItem(atPath: folder) }
        try files.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    // MARK: Jobs

    func open(by user: String) throws -> ImportJob {
        let id = UUID()
        let job = ImportJob(
            id: id, user: user, createdAt: flow.clock.now(), folder: "\(folder)/\(id.uuidString.lowercased())")
        try jobs.withLock { jobs in
            let open = jobs.values.count { $0.user == user && $0.phase != .finished }
            guard open < limits.jobsPerUser else {
                throw HTTPProblem.conflict(
                    code: "too_many_imports",
                    Sentence("您还有 \(open) 个导入没有完成，请先完成或取消", "finish or cancel your \(open) open imports first"))
            }
            let finished = jobs.values.filter { $0.phase == .finished }.min { $0.createdAt < $1.createdAt }
            if jobs.count >= limits.jobs, let finished { jobs[finished.id] = nil }
            guard jobs.count < limits.jobs else {
                throw HTTPProblem.conflict(
                    code: "too_many_imports", Sentence("正在进行的导入太多，请稍后再试", "too many imports are under way; try later"))
            }
            jobs[id] = job
        }
        return job
    }

    func list(for user: String?) -> [ImportJob] {
        jobs.withLock { Array($0.values) }.filter { user == nil || $0.user == user }
            .sorted { $0.createdAt > $1.createdAt }
    }

    /// - Parameter user: `nil` for somebody who may see everybody's.
    func job(_ id: UUID, for user: String?) throws -> ImportJob {
        guard let job = jobs.withLock({ $0[id] }), user == nil || job.user == user else {
            throw HTTPProblem.notFound(
                Sentence(
                    "没有这个导入：可能已取消，或服务器已重启；已收下的影像不会丢失，请重新选择文件",
                    "there is no such import: it was cancelled, or the server was restarted; what was taken is safe"))
        }
        return job
    }

    func collecting(_ id: UUID, for user: String?) throws -> ImportJob {
        let job = try job(id, for: user)
        guard job.phase == .collecting else {
            throw HTTPProblem.conflict(code: "import_started", Sentence("这个导入已经开始", "this import has begun"))
        }
        return job
    }

    /// `nil` when the job is gone.
    @discardableResult
    func change<Result>(_ id: UUID, _ body: (inout ImportJob) throws -> Result) rethrows -> Result? {
        try jobs.withLock { jobs in
            guard jobs[id] != nil else { return nil }
            return try body(&jobs[id]!)
        }
    }

    /// - Returns: its folder, to be removed.
    func remove(_ id: UUID) -> String? { jobs.withLock { $0.removeValue(forKey: id)?.folder } }

    /// - Returns: whether it is begun now.
    func begin(_ id: UUID, studies: Set<StudyInstanceUID>, isForeign: Bool) -> Bool {
        change(id) { job in
            guard job.phase == .collecting, job.unpacking == 0 else { return false }
            for uid in job.studies.keys { job.studies[uid]?.isChosen = studies.contains(uid) }
            job.isForeign = isForeign
            job.phase = .importing
            return true
        } ?? false
    }

    // MARK: Room

    /// Room for so many more bytes of an upload.
    ///
    /// - Throws: 404 when the job is gone, 413 beyond its limit, 507 where the disk would be full.
    func reserve(_ count: Int64, for id: UUID) throws {
        // The archive needs the same room once more, for a while.
        guard flow.node.storage.reserve.admits(count, in: try flow.store.freeSpace()) else {
            throw HTTPProblem(
                .init(code: 507, reasonPhrase: "Insufficient Storage"), code: "storage_full",
                Sentence("服务器磁盘空间不足，请联系运维人员", "the server's disk is full; tell the operator"))
        }
        let isDone: Void? = try change(id) { job in
            guard job.bytes + count <= limits.bytesPerJob else { throw HTTPProblem.tooLarge }
            job.bytes += count
        }
        guard isDone != nil else { throw HTTPProblem.notFound }
    }

    func release(_ count: Int64, of id: UUID) { change(id) { $0.bytes -= count } }

    /// A file of the job's folder.
    ///
    /// - Throws: 404 when the job is gone, 413 where it has too many.
    func newFile(in id: UUID) throws -> (number: Int, path: String) {
        let made = try change(id) { job in
            guard job.files.count < limits.filesPerJob else { throw HTTPProblem.tooLarge }
            let number = job.nextNumber()
            return (number, job.path(of: number))
        }
        guard let made else { throw HTTPProblem.notFound }
        return made
    }
}
