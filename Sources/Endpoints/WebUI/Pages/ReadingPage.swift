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
        if let part = try await part(request, of: story, reading.task.id, for: user, web.renderer(request, context)) {
            return part
        }
        try await web.checkNotBlind(reading.task.study, context)
        let item = try await web.item(reading.task, for: user)
        let renderer = web.renderer(request, context)
        let life = try await web.life(of: reading.task.id)
        if request.query("fragment") == "versions" {
            return try renderer.fragment("report-versions", ["versions": renderer.words.fields(life)])
        }
        if request.query("fragment") == nil {
            // Answers come while the reader looks at the new images.
            try await PriorDesk(web.flow).ask(
                reading.task.study, by: Person(user: user.name, displayName: user.displayName))
        }
        var fields = try await common(story, for: user, isBlind: false, renderer)
        fields = fields.merged(
            with: ReportEditorFields(
                item: item, report: reading.report, user: user,
                singleReaderAllowed: web.flow.tasks.singleReaderAllowed, words: renderer.words, life: life,
                asksPassword: web.confirmSigner != nil
            ).fields)
        fields["late"] = renderer.words.fields(story.journey.late, mayNote: true)
        fields["taskID"] = reading.task.id.rawValue
        fields["notices"] = renderer.words.fields(
            try await CorrectionViews(web.flow).notices(of: reading.task.id), of: story.journey.study,
            task: reading.task.id.rawValue)
        fields["backHref"] = "/worklist"
        fields["backLabel"] = renderer.words["nav.worklist"]
        return try await answer(story, fields, renderer, context)
    }

    /// For somebody who looks.
    @Sendable private func view(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let story = try await web.story(of: try context.pathStudy())
        let renderer = web.renderer(request, context)
        if let part = try await part(request, of: story, nil, for: user, renderer) { return part }
        let isBlind = try await web.isBlind(story.journey.study.studyInstanceUID, context)
        var fields = try await common(story, for: user, isBlind: isBlind, renderer)
        fields["late"] = renderer.words.fields(story.journey.late, mayNote: false)
        fields["backHref"] = "/studies/\(story.journey.study.studyInstanceUID)"
        fields["backLabel"] = renderer.words["study.details"]
        if let report = story.journey.report, !isBlind {
            fields["report"] = renderer.words.fields(
                report, task: story.journey.task, editions: try await web.editions(of: report.announcement.task))
        }
        return try await answer(story, fields, renderer, context)
    }

    /// What an open page asks for when images of its study come in, or its patient is corrected.
    private func part(
        _ request: Request, of story: StudyStory, _ task: TaskID?, for user: User, _ renderer: PageRenderer
    ) async throws -> Response? {
        switch request.query("fragment") {
        case "who": return try renderer.fragment("reading-who", renderer.words.studyFields(story.journey.study))
        case "priors": return try renderer.fragment("priors", try await priors(story, for: user, renderer.words))
        case "late": break
        default: return nil
        }
        var fields: Fields = ["late": renderer.words.fields(story.journey.late, mayNote: task != nil)]
        if let task {
            fields["taskID"] = task.rawValue
            let notices = try await CorrectionViews(web.flow).notices(of: task)
            fields["notices"] = renderer.words.fields(notices, of: story.journey.study, task: task.rawValue)
        }
        return try renderer.fragment("reading-banners", fields)
    }

    private func answer(
        _ story: StudyStory, _ fields: Fields, _ renderer: PageRenderer, _ context: JieliRequestContext
    ) async throws -> Response {
        var page = try renderer.page("reading", title: renderer.words["reading.title"], script: "reading", fields)
        page.headers[.contentSecurityPolicy] = SecurityHeaders.contentSecurityPolicyOfViewers
        try await web.noteAccess(.studyViewed, to: story.journey.study.studyInstanceUID, context)
        return page
    }

    private func common(
        _ story: StudyStory, for user: User, isBlind: Bool, _ renderer: PageRenderer
    ) async throws -> Fields {
        let words = renderer.words
        let study = story.journey.study
        var fields = words.studyFields(study)
        fields["priority"] = words.fields(story.journey.priority)
        fields.put(
            "files",
            words.fields(
                try await StorageViews(web.flow).holding(of: study.studyInstanceUID), of: study.shownAcquiredCount))
        fields["studyHref"] = fields["href"]
        let ahead = try await web.ahead(of: study.studyInstanceUID, isBlind: isBlind)
        fields["ahead"] = try ahead.json()
        fields["firstLook"] = ahead.firstLook
        if let order = story.journey.order {
            fields["order"] = words.fields(order)
        } else if let question = story.journey.task?.clinicalQuestion, !question.isEmpty {
            fields["order"] = ["clinicalQuestion": question] as Fields
        }
        fields["priors"] = try await priors(story, for: user, words)
        fields["history"] = HistoryLine.lines(of: try await web.history(of: study.studyInstanceUID).map(\.event))
            .prefix(50)
            .map { words.fields($0) }
        return fields
    }

    /// The patient's earlier studies, here and elsewhere, as far as they are known now.
    private func priors(_ story: StudyStory, for user: User, _ words: Words) async throws -> Fields {
        let study = story.journey.study.studyInstanceUID
        let mayAsk = user.may(.radiologist)
        return words.fields(
            try await web.priors(of: study, for: user), of: study, mayAsk: mayAsk,
            mayRead: mayAsk || user.may(.radiographer))
    }
}
