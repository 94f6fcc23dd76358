// /api/v1/imports

import DICOM
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import StudyFlow
import Vocabulary

/// An import is opened, files are uploaded one by one, studies are chosen, and it is started. Each step answers at once;
/// the rest goes on by itself.
struct ImportRoutes: Sendable {
    private let service: ImportService
    private var desk: ImportDesk { service.desk }

    init(_ service: ImportService) { self.service = service }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/imports", use: list)
        router.post("/api/v1/imports", use: open)
        router.get("/api/v1/imports/:id", use: one)
        router.delete("/api/v1/imports/:id", use: cancel)
        router.get("/api/v1/imports/:id/received", use: received)
        router.put("/api/v1/imports/:id/directory", use: readDirectory)
        router.post("/api/v1/imports/:id/files", use: upload)
        router.post("/api/v1/imports/:id/start", use: start)
    }

    private struct List: Encodable {
        var imports: [ImportSummaryAnswer]
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        let (_, scope) = try caller(context)
        return try .json(List(imports: desk.list(for: scope).map(ImportSummaryAnswer.init)))
    }

    @Sendable private func open(request: Request, context: JieliRequestContext) async throws -> Response {
        let (user, _) = try caller(context)
        let job = try desk.open(by: user.name)
        try await service.threads.runIfActive {
            try FileManager.default.createDirectory(
                atPath: job.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        return try .json(try await service.answer(job), status: .created)
    }

    @Sendable private func one(request: Request, context: JieliRequestContext) async throws -> Response {
        let (_, scope) = try caller(context)
        return try .json(try await service.answer(try desk.job(try id(context), for: scope)))
    }

    @Sendable private func cancel(request: Request, context: JieliRequestContext) async throws -> Response {
        let (_, scope) = try caller(context)
        let job = try desk.job(try id(context), for: scope)
        if let folder = desk.remove(job.id) { service.submit(.remove(folder: folder)) }
        return Response(status: .noContent)
    }

    /// Names and sizes of what came through: a broken upload goes on with the others.
    @Sendable private func received(request: Request, context: JieliRequestContext) async throws -> Response {
        let (_, scope) = try caller(context)
        return try .json(try desk.job(try id(context), for: scope).received)
    }

    @Sendable private func readDirectory(request: Request, context: JieliRequestContext) async throws -> Response {
        let (_, scope) = try caller(context)
        let job = try desk.collecting(try id(context), for: scope)
        let (_, path) = try desk.newFile(in: job.id)
        _ = try await service.receive(request.body, to: path, of: job.id, atMost: Int64(MediaDirectory.largest))
        do {
            let directory = try await service.threads.runIfActive { [service] in
                defer { service.discard(path, of: job.id) }
                return try MediaDirectory.read(file: path)
            }
            desk.change(job.id) { $0.directory = directory }
        } catch is DICOMError {
            throw HTTPProblem.badRequest(
                code: "no_directory",
                Sentence("DICOMDIR 无法读取，请直接选择影像文件夹", "the DICOMDIR cannot be read; choose the images instead"))
        }
        return try .json(try await service.answer(try desk.job(job.id, for: scope)))
    }

    private struct Received: Encodable {
        /// `image`, `unpacking`, `skipped` or `known` (it was uploaded before).
        var outcome: String
        var reason: String?
    }

    @Sendable private func upload(request: Request, context: JieliRequestContext) async throws -> Response {
        let (_, scope) = try caller(context)
        let job = try desk.collecting(try id(context), for: scope)
        let name = String((request.uri.queryParameters["name"].map(String.init) ?? "").prefix(1000))
        guard !name.isEmpty else {
            throw HTTPProblem.badRequest(code: "name_missing", Sentence("缺少文件名", "the file has no name"))
        }
        let outcome = try await service.accept(request, named: name, in: job)
        return try .json(Received(outcome: outcome.rawValue, reason: nil))
    }

    private struct StartRequest: Decodable {
        var studies: [StudyInstanceUID]
        var isForeign: Bool
    }

    @Sendable private func start(request: Request, context: JieliRequestContext) async throws -> Response {
        let (_, scope) = try caller(context)
        let job = try desk.job(try id(context), for: scope)
        try JSONBody.requireJSON(request)
        let wanted = try await request.decode(as: StartRequest.self, context: context)
        guard job.phase == .collecting else {
            throw HTTPProblem.conflict(code: "import_started", Sentence("这个导入已经开始", "this import has begun"))
        }
        let chosen = Set(wanted.studies).intersection(job.studies.keys)
        guard !chosen.isEmpty else {
            throw HTTPProblem.badRequest(code: "nothing_chosen", Sentence("没有选择检查", "no study was chosen"))
        }
        guard desk.begin(job.id, studies: chosen, isForeign: wanted.isForeign) else {
            throw HTTPProblem.conflict(
                code: "still_unpacking", Sentence("压缩包还在解压，请稍候", "the zip file is still being unpacked"))
        }
        service.submit(.take(job: job.id))
        return try .json(try await service.answer(try desk.job(job.id, for: scope)), status: .accepted)
    }

    // MARK: Who, and which

    /// - Returns: whose imports this person may see; `nil` for everybody's.
    private func caller(_ context: JieliRequestContext) throws -> (User, scope: String?) {
        let user = try context.requireRole(.radiographer, .operator)
        return (user, user.may(.operator) ? nil : user.name)
    }

    private func id(_ context: JieliRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw HTTPProblem.notFound }
        return id
    }
}
