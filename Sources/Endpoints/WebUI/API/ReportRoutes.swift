// /api/v1/studies/…/report

import DICOM
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import StudyFlow
import Vocabulary

struct ReportRoutes: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/studies/:study/report", use: report)
        router.get("/api/v1/studies/:study/report/pdf", use: pdf)
        router.get("/api/v1/studies/:study/report/versions/:version/pdf", use: earlierPDF)
        router.post("/api/v1/studies/:study/report/acknowledge", use: acknowledge)
    }

    @Sendable private func report(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let (story, report) = try await found(context)
        try await web.noteAccess(.reportViewed, to: story.journey.study.studyInstanceUID, context)
        return try await answer(report, story)
    }

    /// The document inside the Encapsulated PDF instance (PS3.3 C.24.2), for the browser's own viewer.
    @Sendable private func pdf(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let (story, report) = try await found(context)
        return try await document(report, of: story.journey.study.studyInstanceUID, context)
    }

    /// A release that a later one corrects or adds to.
    @Sendable private func earlierPDF(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let (story, latest) = try await found(context)
        guard let version = context.parameters.get("version").flatMap(Int.init) else { throw HTTPProblem.notFound }
        let edition = try await web.flow.database.read { [flow = web.flow] in
            try ReportEditions(flow).edition(version, of: latest.announcement.task, in: $0)
        }
        guard let edition else { throw Self.notHere }
        return try await document(edition, of: story.journey.study.studyInstanceUID, context)
    }

    private func document(
        _ report: HomecomingReport, of study: StudyInstanceUID, _ context: JieliRequestContext
    ) async throws -> Response {
        let instance = try await web.flow.database.read { [flow = web.flow] in
            try flow.catalogue.instance(report.announcement.report.pdfInstance, in: $0)
        }
        guard report.arrivedAt != nil, let instance, instance.studyInstanceUID == study else { throw Self.notHere }
        try await web.noteAccess(.reportViewed, to: study, context)
        let dataSet = try DICOMFile(try web.flow.store.url(of: instance.path).path).dataSet()
        guard let bytes = try dataSet.bytes(Tag(0x0042, 0x0011)) else { throw Self.notHere }
        let length = try dataSet.integer(Tag(0x0042, 0x0015)) ?? bytes.count
        // The page's own policy would keep the browser's PDF viewer from running.
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/pdf", .contentSecurityPolicy: "frame-ancestors 'none'",
                .contentDisposition: "inline; filename=\"report.pdf\"",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes.prefix(max(0, length)))))
    }

    @Sendable private func acknowledge(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer)
        let (story, report) = try await found(context)
        guard story.isOrigin, report.arrivedAt != nil else {
            throw HTTPProblem.conflict(
                code: "report_not_home",
                Sentence(
                    "报告还没有到达本节点，或者该检查不是在这里采集的", "the report is not here yet, or the study was not taken at this node"))
        }
        if !story.isAcknowledged {
            _ = try await StudyDesk(web.flow).acknowledgeReport(report.announcement.task, by: person)
        }
        let after = try await found(context)
        return try await answer(after.report, after.story)
    }

    private func answer(_ report: HomecomingReport, _ story: StudyStory) async throws -> Response {
        let editions = try await web.editions(of: report.announcement.task)
        return try .json(ReportAnswer(report, task: story.journey.task, editions: editions))
    }

    private func found(
        _ context: JieliRequestContext
    ) async throws -> (story: StudyStory, report: HomecomingReport) {
        let story = try await web.story(of: try context.pathStudy())
        try await web.checkNotBlind(story.journey.study.studyInstanceUID, context)
        guard let report = story.journey.report else { throw Self.notHere }
        return (story, report)
    }

    private static let notHere = HTTPProblem.notFound(Sentence("还没有报告", "there is no report yet"))
}
