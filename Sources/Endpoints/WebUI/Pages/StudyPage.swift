// /studies/…: one study's journey, order, report and history; and its images.

import Archive
import Audit
import HTTPService
import Hummingbird
import Identity
import Reading
import Routing
import StudyFlow
import Vocabulary

struct StudyPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/studies/:study", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let study = try context.pathStudy()
        let story = try await web.story(of: study)
        let renderer = web.renderer(request, context)
        let words = renderer.words
        var fields = story.fields(words, for: user)
        fields["viewHref"] = "/studies/\(study)/view"
        // Whose study it is may be corrected while the page is open.
        if request.query("fragment") == "head" { return try renderer.fragment("study-head", fields) }
        fields["hops"] = story.hops.map { Self.fields($0, words) }
        fields["facts"] = Self.facts(
            story, try await CompressionViews(web.flow).compression(of: study), words)
        fields["canSetPriority"] = user.may(.radiographer, .radiologist, .operator)
        fields["priorities"] = words.priorities(current: story.journey.priority)
        fields.put("route", story.journey.passage?.decision.map { Self.fields($0, words) })
        if user.may(.radiologist, .operator), web.flow.node.hasReadingRole, let task = story.journey.task,
            task.offeredTo != nil, [.offered, .forwarded].contains(task.state),
            [nil, .ready, .waitingForImages, .forwarded].contains(task.remoteState)
        {
            fields["askBack"] = task.id.rawValue
        }
        fields = fields.merged(with: Self.taskFields(story, words))
        let isBlind = try await web.isBlind(study, context)
        let corrections = try await CorrectionViews(web.flow).corrections(of: study)
        if let report = story.journey.report, !isBlind {
            var shown = words.fields(
                report, task: story.journey.task, editions: try await web.editions(of: report.announcement.task))
            shown.put("caution", corrections.flatMap(words.reportCaution))
            fields["report"] = shown
        }
        if user.may(.radiologist), !isBlind, let task = story.journey.task {
            fields["versions"] = words.fields(try await web.life(of: task.id))
        }
        let acknowledged: Fields? = story.journey.task.flatMap { task in
            task.acknowledgedAt.map {
                [
                    "text": words("report.acknowledgedBy", ["name": task.acknowledgedByName ?? ""]),
                    "at": $0.description, "atText": words.time($0),
                ]
            }
        }
        fields.put("acknowledged", acknowledged)
        fields.put(
            "files",
            words.fields(
                try await StorageViews(web.flow).holding(of: study), of: story.journey.study.shownAcquiredCount))
        fields["teaching"] = try await PeerReviewDesk(web.flow).notes(of: study).map {
            ["text": $0.text, "at": $0.at.description, "atText": words.time($0.at)] as Fields
        }
        fields.put("corrections", corrections.map { words.fields($0, for: user) })
        fields["series"] = try await web.series(of: study).map { Self.fields($0, words) }
        let history = HistoryLine.lines(of: try await web.history(of: study).map(\.event))
        fields["history"] = history.map { words.fields($0) }
        fields["hasHistory"] = !history.isEmpty
        fields = fields.merged(with: try await orderFields(story, user, words))
        if request.query("fragment") != nil { return try renderer.fragment("study-detail", fields) }

        try await web.noteAccess(.studyViewed, to: study, context)
        fields["mayOrder"] = fields["canOrder"]
        if user.may(.radiographer, .operator, .reviewer) {
            fields["correctionForms"] = words.correctionForms(
                story.journey.study, try await web.series(of: study),
                try await CorrectionViews(web.flow).siblings(of: story.journey.study))
        }
        let form = web.orderFormFields(words)
        fields["destinations"] = form["destinations"]
        return try renderer.page("study", title: words["study.title"], script: "studies", fields)
    }

    private func orderFields(_ story: StudyStory, _ user: User, _ words: Words) async throws -> Fields {
        if let order = story.journey.order {
            var fields = words.fields(order)
            fields["canDetach"] = user.may(.radiographer) && order.origin == web.flow.node.name && !story.isReportHere
            return ["order": fields]
        }
        let study = story.journey.study.studyInstanceUID
        let proposed = try await web.proposedOrders(for: study)
        guard !proposed.isEmpty, user.may(.radiographer) else { return [:] }
        let items = proposed.map { order in
            words.fields(order).merged(with: ["attachBody": "{\"studyInstanceUID\": \"\(study)\"}"])
        }
        return ["proposed": ["items": items] as Fields]
    }

    private static func fields(_ hop: HopStory, _ words: Words) -> Fields {
        let tone =
            switch hop.state {
            case .arrived, .safe: "done"
            case .arriving: "active"
            case .waiting, .held: "waiting"
            case .parked: "failed"
            }
        var fields: Fields = [
            "node": hop.node.rawValue, "isHere": hop.isHere, "tone": tone,
            "stateLabel": words["hopState.\(hop.state.rawValue)"], "expected": hop.expected.map(String.init) ?? "–",
            "arrived": hop.arrived, "receipted": hop.receipted.map(String.init) ?? "–", "queued": hop.queued,
            "bytesLeft": hop.bytesLeft > 0 ? words.bytes(hop.bytesLeft) : "–",
            "arrivesIn": hop.arrivesIn.map(words.span) ?? "–", "lastError": hop.lastError ?? "",
        ]
        fields.put("tierLabel", hop.tier.map(words.label))
        return fields
    }

    private static func facts(
        _ story: StudyStory, _ compression: StudyCompression?, _ words: Words
    ) -> [Fields] {
        let study = story.journey.study
        let compressed = compression.map {
            words(
                "study.compressedTo",
                [
                    "percent": $0.percent, "instances": $0.instances, "acquired": words.bytes($0.acquiredBytes),
                    "compressed": words.bytes($0.compressedBytes),
                ])
        }
        let counts: KeyValuePairs<String, any CustomStringConvertible> = [
            "instances": study.shownAcquiredCount, "bytes": words.bytes(study.byteCount),
        ]
        let facts: [(String, String?)] = [
            ("study.patientID", study.patientID), ("study.birthDate", DICOMText.date(study.patient.birthDate)),
            ("study.accession", study.accessionNumber), ("study.date", words.studyDate(study)),
            ("study.bodyPart", study.bodyParts.joined(separator: " ")), ("study.institution", study.institutionName),
            ("study.origin", story.journey.origin.originNode.rawValue),
            ("study.images", words("study.imageCount", counts)), ("study.compression", compressed),
            ("study.uid", study.studyInstanceUID.rawValue),
        ]
        let received: Fields = [
            "label": words["study.received"], "value": words.time(study.firstReceivedAt),
            "at": study.firstReceivedAt.description,
        ]
        return facts.compactMap { label, value in
            value.flatMap { $0.isEmpty ? nil : ["label": words[label], "value": $0] }
        } + [received]
    }

    private static func fields(_ decision: RouteDecision, _ words: Words) -> Fields {
        let name = decision.basis == .wantedDestination ? words["order.wantedRule"] : decision.ruleName
        return [
            "explanation": decision.explanation.text(in: words.language), "rule": name ?? "–",
            "isUnrouted": decision.isUnrouted,
        ]
    }

    private static func taskFields(_ story: StudyStory, _ words: Words) -> Fields {
        guard let task = story.journey.task else { return ["taskText": false] }
        var fields: Fields = [
            "taskText": true, "state": task.shownState.rawValue, "stateLabel": words.label(task.shownState),
            "owner": task.owner.rawValue,
        ]
        fields.put("claimedByName", task.claimedByName ?? task.claimedBy?.displayName)
        return fields
    }

    private static func fields(_ series: SeriesRecord, _ words: Words) -> Fields {
        [
            "number": series.seriesNumber.map(String.init) ?? "", "modality": series.modality ?? "",
            "description": series.seriesDescription ?? "", "instanceCount": series.shownInstanceCount,
            "networkMade": series.isNetworkMade,
        ]
    }
}

extension Words {
    func fields(_ line: HistoryLine) -> Fields {
        let text = self["audit.\(line.action.rawValue)"]
        return [
            "at": line.at.description, "atText": time(line.at),
            "who": line.actor.kind == .system ? self["system.relay"] : line.actor.name,
            "text": line.count > 1 ? "\(text) × \(line.count)" : text,
        ]
    }

    /// A report that is on its way or home.
    func fields(_ report: HomecomingReport) -> Fields {
        let released = report.announcement.report
        var fields: Fields = [
            "findings": released.text.findings, "impression": released.text.impression,
            "reviewer": signature(released.reviewer, released.finalAt),
        ]
        fields["author"] = signature(released.author, released.preliminaryAt ?? released.finalAt)
        return fields
    }

    func signature(_ name: String, _ time: Timestamp) -> Fields {
        ["displayName": name, "at": time.description, "atText": self.time(time)]
    }
}
