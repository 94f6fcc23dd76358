// /tasks/… and /studies/…/view: images, and beside them the report.

import Archive
import HTTPService
import Hummingbird
import Identity
import Reading
import StudyFlow
import Vocabulary

struct ReadingPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/tasks/:id", use: task)
        router.get("/studies/:study/view", use: view)
    }

    /// For somebody who reads. A task that another node owns has no editor here, only its images.
    @Sendable private func task(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let reading = try await web.reading(try context.pathTask())
        guard reading.task.isOwned(by: web.flow.node.name) else {
            return .goTo("/studies/\(reading.task.study)/view")
        }
        let story = try await web.story(of: reading.task.study)
        if request.query("fragment") == "late" {
            return try late(story, reading.task.id, web.renderer(request, context))
        }
        try await web.checkNotBlind(reading.task.study, context)
        let item = try await web.item(reading.task, for: user)
        let renderer = web.renderer(request, context)
        let life = try await web.life(of: reading.task.id)
        if request.query("fragment") == "versions" {
            return try renderer.fragment("report-versions", ["versions": renderer.words.fields(life)])
        }
        var fields = try await common(story, renderer)
        fields = fields.merged(
            with: ReportEditorFields(
                item: item, report: reading.report, user: user,
                singleReaderAllowed: web.flow.tasks.singleReaderAllowed, words: renderer.words, life: life,
                asksPassword: web.confirmSigner != nil
            ).fields)
        fields["late"] = renderer.words.fields(story.journey.late, mayNote: true)
        fields["taskID"] = reading.task.id.rawValue
        fields["backHref"] = "/worklist"
        fields["backLabel"] = renderer.words["nav.worklist"]
        return try await answer(story, fields, renderer, context)
    }

    /// For somebody who looks.
    @Sendable private func view(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let story = try await web.story(of: try context.pathStudy())
        let renderer = web.renderer(request, context)
        if request.query("fragment") == "late" { return try late(story, nil, renderer) }
        var fields = try await common(story, renderer)
        fields["late"] = renderer.words.fields(story.journey.late, mayNote: false)
        fields["backHref"] = "/studies/\(story.journey.study.studyInstanceUID)"
        fields["backLabel"] = renderer.words["study.details"]
        if let report = story.journey.report,
            !(try await web.isBlind(story.journey.study.studyInstanceUID, context))
        {
            fields["report"] = renderer.words.fields(
                report, task: story.journey.task, editions: try await web.editions(of: report.announcement.task))
        }
        return try await answer(story, fields, renderer, context)
    }

    /// What an open page asks for when images of its study come in.
    private func late(_ story: StudyStory, _ task: TaskID?, _ renderer: PageRenderer) throws -> Response {
        var fields: Fields = ["late": renderer.words.fields(story.journey.late, mayNote: task != nil)]
        fields.put("taskID", task?.rawValue)
        return try renderer.fragment("late-images", fields)
    }

    private func answer(
        _ story: StudyStory, _ fields: Fields, _ renderer: PageRenderer, _ context: JieliRequestContext
    ) async throws -> Response {
        let page = try renderer.page("reading", title: renderer.words["reading.title"], script: "reading", fields)
        try await web.noteAccess(.studyViewed, to: story.journey.study.studyInstanceUID, context)
        return page
    }

    private func common(_ story: StudyStory, _ renderer: PageRenderer) async throws -> Fields {
        let words = renderer.words
        let study = story.journey.study
        var fields = words.studyFields(study)
        fields["priority"] = words.fields(story.journey.priority)
        fields.put(
            "files",
            words.fields(
                try await StorageViews(web.flow).holding(of: study.studyInstanceUID), of: study.acquiredCount))
        fields["studyHref"] = fields["href"]
        if let order = story.journey.order {
            fields["order"] = words.fields(order)
        } else if let question = story.journey.task?.clinicalQuestion, !question.isEmpty {
            fields["order"] = ["clinicalQuestion": question] as Fields
        }
        let priors = try await priors(of: study)
        fields["priors"] = priors.map { prior in
            words.studyFields(prior).merged(with: ["href": "/studies/\(prior.studyInstanceUID)/view"])
        }
        fields["priorCount"] = priors.count
        fields["history"] = HistoryLine.lines(of: try await web.history(of: study.studyInstanceUID).map(\.event))
            .prefix(50)
            .map { words.fields($0) }
        return fields
    }

    /// Earlier studies of the same person: the same hospital's same patient ID.
    private func priors(of study: StudyRecord) async throws -> [StudyRecord] {
        guard let id = study.patientID, !id.isEmpty else { return [] }
        var query = StudyQuery()
        query.patientID = id
        query.issuer = study.issuer
        query.ordering = .studyDate
        let known = try await web.flow.database.read { [flow = web.flow, query] in
            try flow.catalogue.studies(matching: query, in: $0)
        }
        return known.filter { $0.studyInstanceUID != study.studyInstanceUID && $0.patientID == id }
    }
}
