// Receiving one file of an import.

import DICOM
import Foundation
import HTTPService
import Hummingbird
import NIOCore
import StudyFlow
import Vocabulary

extension ImportService {
    enum UploadOutcome: String, Sendable {
        case image, unpacking, skipped, known
    }

    func answer(_ job: ImportJob) async throws -> ImportAnswer {
        let studies = Set(job.studies.keys).union(job.directory?.studies.map(\.studyInstanceUID) ?? [])
        return ImportAnswer(job, known: try await known(studies))
    }

    /// A broken upload leaves nothing behind; a repeated one changes nothing.
    func accept(_ request: Request, named name: String, in job: ImportJob) async throws -> UploadOutcome {
        let length = request.headers[.contentLength].flatMap { Int64($0) }
        if let length, job.received[name] == length {
            for try await _ in request.body {}
            return .known
        }
        let (number, path) = try desk.newFile(in: job.id)
        let size = try await receive(
            request.body, to: path, of: job.id, atMost: desk.limits.largestFile, length: length)
        let kind = try await threads.runIfActive { Uploaded.inspect(path) }
        let outcome: UploadOutcome
        switch kind {
        case .image(let header):
            let file = StagedFile(number: number, name: name, size: size, study: header.studyInstanceUID)
            desk.change(job.id) { $0.stage(header, file) }
            outcome = .image
        case .zip:
            desk.change(job.id) { $0.unpacking += 1 }
            submit(.unpack(job: job.id, zip: path, name: name, size: size))
            outcome = .unpacking
        case .directory:
            discard(path, of: job.id, size: size)
            outcome = .skipped
        case .refused(let refusal):
            try await threads.runIfActive { [self] in try keep(path, of: job.user, for: refusal) }
            discard(path, of: job.id, size: size)
            desk.change(job.id) { $0.pass(name, refusal.message) }
            outcome = .skipped
        case .other(let reason):
            discard(path, of: job.id, size: size)
            desk.change(job.id) { $0.pass(name, reason) }
            outcome = .skipped
        }
        desk.change(job.id) { $0.received[name] = size }
        return outcome
    }

    /// The body, piece by piece, onto the disk: what is in memory is one piece.
    ///
    /// - Returns: how many bytes came.
    func receive(
        _ body: RequestBody, to path: String, of job: UUID, atMost limit: Int64, length: Int64? = nil
    ) async throws -> Int64 {
        let file = try await threads.runIfActive { try SpoolFile(path) }
        var size: Int64 = 0
        do {
            for try await piece in body {
                guard size + Int64(piece.readableBytes) <= limit else { throw HTTPProblem.tooLarge }
                try desk.reserve(Int64(piece.readableBytes), for: job)
                size += Int64(piece.readableBytes)
                try await threads.runIfActive { try piece.withUnsafeReadableBytes { try file.write($0) } }
            }
            guard length == nil || length == size else {
                throw HTTPProblem.badRequest(code: "cut_off", Sentence("上传中断，请重试", "the upload was cut off; try again"))
            }
        } catch {
            file.discard()
            desk.release(size, of: job)
            throw error
        }
        file.finish()
        return size
    }

    /// Removes an uploaded file that is not needed.
    func discard(_ path: String, of job: UUID, size: Int64? = nil) {
        var facts = stat()
        let counted = size ?? (stat(path, &facts) == 0 ? Int64(facts.st_size) : 0)
        unlink(path)
        desk.release(counted, of: job)
    }
}
