// The work behind the imports: unpacking, and taking in what was chosen.

import Archive
import Audit
import DICOM
import Database
import Foundation
import HTTPService
import Hummingbird
import Logging
import NIOPosix
import Observability
import ServiceLifecycle
import StudyFlow
import Unpacking
import Vocabulary

/// Goes on whether or not anybody looks. Everything that blocks runs on threads of its own.
package final class ImportService: Service {
    let desk: ImportDesk
    let threads: NIOThreadPool
    private let flow: FlowContext
    let intake: FileIntake
    private let work: AsyncStream<Work>
    private let submission: AsyncStream<Work>.Continuation

    enum Work: Sendable {
        case unpack(job: UUID, zip: String, name: String, size: Int64)
        case take(job: UUID)
        case remove(folder: String)
    }

    /// How many instances are on their way to the disk at once; commits of one moment share a flush.
    private static let width = 4
    private static let retryAfter: Duration = .seconds(30)

    /// - Parameter folder: for uploaded files; emptied now.
    package init(_ flow: FlowContext, folder: String, limits: ImportLimits = ImportLimits()) throws {
        self.flow = flow
        desk = ImportDesk(flow, folder: folder, limits: limits)
        intake = FileIntake(flow)
        threads = NIOThreadPool(numberOfThreads: Self.width + 4)
        (work, submission) = AsyncStream<Work>.makeStream(bufferingPolicy: .unbounded)
        try desk.clear()
    }

    package func addRoutes(to router: Router<JieliRequestContext>) { ImportRoutes(self).add(to: router) }

    package func run() async throws {
        threads.start()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await work in self.work { group.addTask { await self.perform(work) } }
                group.cancelAll()
            }
        }
        try await threads.shutdownGracefully()
    }

    func submit(_ work: Work) { submission.yield(work) }

    /// Which of these studies the archive has, or has parts of.
    func known(_ studies: Set<StudyInstanceUID>) async throws -> Set<StudyInstanceUID> {
        try await flow.database.read { [flow] snapshot in
            try studies.filter { try flow.catalogue.study($0, in: snapshot) != nil }
        }
    }

    private func perform(_ work: Work) async {
        switch work {
        case .unpack(let job, let zip, let name, let size):
            await unpack(zip, name: name, in: job)
            desk.change(job) { job in
                job.bytes -= size
                job.unpacking -= 1
            }
        case .take(let job): await take(job)
        case .remove(let folder): await remove(folder)
        }
    }

    private func remove(_ folder: String) async {
        do {
            try await threads.runIfActive {
                if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
            }
        } catch {
            flow.logger.log(.warning, "files of an import could not be removed", [.error: "\(error.sentence)"])
        }
    }

    /// What can't be taken in goes to the quarantine, whatever becomes of the import.
    func keep(_ path: String, of user: String, for refusal: IntakeError) throws {
        try intake.quarantine(path, origin: .init(InstanceSource(kind: .media, name: user)), for: refusal)
    }

    // MARK: Unpacking

    private func unpack(_ zip: String, name: String, in job: UUID) async {
        let user = desk.change(job) { $0.user } ?? ""
        let unpack = Unpack(
            zip: zip, limits: desk.limits.unpacking, newFile: { [desk] in try desk.newFile(in: job) },
            reserve: { [desk] count in
                if count < 0 { desk.release(-count, of: job) } else { try desk.reserve(count, for: job) }
            },
            refused: { [self] in try keep($0, of: user, for: $1) },
            found: { [desk] found in
                desk.change(job) { job in
                    switch found {
                    case .image(let header, let file): job.stage(header, file)
                    case .passed(let passed): job.pass(passed.name, passed.reason)
                    }
                }
            })
        do {
            try await threads.runIfActive { try unpack.run() }
        } catch {
            let reason = error.sentence
            desk.change(job) { $0.pass(name, reason) }
        }
        unlink(zip)
    }

    // MARK: Taking

    private func take(_ id: UUID) async {
        guard let job = desk.change(id, { $0 }) else { return }
        let chosen = job.files.indices.filter { job.studies[job.files[$0].study]?.isChosen == true }
        await withTaskGroup(of: Void.self) { group in
            var waiting = chosen[...]
            for _ in 0..<Self.width {
                guard let first = waiting.popFirst() else { break }
                group.addTask { await self.take(first, of: job) }
            }
            while await group.next() != nil {
                guard !Task.isCancelled, let next = waiting.popFirst() else { continue }
                group.addTask { await self.take(next, of: job) }
            }
        }
        guard !Task.isCancelled else { return }
        await finish(job)
    }

    /// Until it is taken or refused: a full disk is waited for.
    private func take(_ index: Int, of job: ImportJob) async {
        let file = job.files[index]
        let source = InstanceSource(kind: .media, name: job.user)
        let issuer = job.isForeign ? job.studies[file.study]?.foreignIssuer : nil
        while !Task.isCancelled {
            var state: StagedFile.State?
            do {
                let accepted = try await threads.runIfActive { [intake] in
                    try intake.take(job.path(of: file.number), origin: .init(source, issuer: issuer))
                }
                state = accepted.wasKnown ? .known : .taken
            } catch let error as IntakeError {
                state = .refused(error.message)
            } catch {
                let problem = error.sentence
                // Cancelled by a person: the job is gone.
                guard desk.change(job.id, { $0.problem = problem }) != nil else { return }
            }
            if let state {
                unlink(job.path(of: file.number))
                desk.change(job.id) { job in
                    job.files[index].state = state
                    job.bytes -= file.size
                    job.problem = nil
                }
                return
            }
            do { try await Task.sleep(for: Self.retryAfter) } catch { return }
        }
    }

    private func finish(_ job: ImportJob) async {
        let now = flow.clock.now()
        desk.change(job.id) { job in
            job.phase = .finished
            job.finishedAt = now
        }
        await remove(job.folder)
        guard let done = desk.change(job.id, { $0 }) else { return }
        let studies = Set(done.files.filter { $0.state == .taken }.map(\.study))
        do {
            try await threads.runIfActive { [flow] in try ArrivalEnd(flow).released(studies) }
            try await flow.database.write { [flow] transaction in
                for study in studies.sorted(by: { $0.rawValue < $1.rawValue }) {
                    let count = done.count(study) { $0 == .taken }
                    try flow.audit.record(
                        AuditEvent(
                            .studyImported, by: .user(done.user), at: now, study: study,
                            detail: "\(count) instances from media"), in: transaction)
                }
            }
        } catch {
            flow.logger.log(.error, "an import could not be written to the trail", [.error: "\(error.sentence)"])
        }
    }
}
