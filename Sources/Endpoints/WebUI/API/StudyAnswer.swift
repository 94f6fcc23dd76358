// A study as the JSON API tells it.

import Archive
import Foundation
import HTTPService
import Identity
import Reading
import StudyFlow
import Vocabulary

struct StudyAnswer: Encodable, Sendable {
    var studyInstanceUID: StudyInstanceUID
    var patientName: String?
    var patientID: String
    var issuer: String
    var patientSex: String?
    var patientBirthDate: String?
    var studyDate: String?
    var studyTime: String?
    var accessionNumber: String?
    var description: String?
    var modalities: [String]
    var bodyPart: String?
    var institution: String?
    var originNode: NodeName
    var priority: Priority
    var seriesCount: Int
    var instanceCount: Int
    var bytes: Int64
    var firstReceivedAt: String
    var lastReceivedAt: String
    var hops: [HopAnswer]
    var custody: CustodyAnswer
    var waitingFor: WaitingAnswer
    var route: RouteAnswer?
    var task: TaskSummaryAnswer?
    var report: ReportSummaryAnswer?
    var order: OrderAnswer?
    /// In the answer for one study only.
    var files: FilesAnswer?
    var series: [SeriesAnswer]?
    var proposedOrders: [OrderAnswer]?
    var history: [HistoryAnswer]?

    init(_ story: StudyStory, for user: User, words: Words) {
        let journey = story.journey
        let study = journey.study
        studyInstanceUID = study.studyInstanceUID
        patientName = DICOMText.name(study.patient.name, in: words.language)
        patientID = study.patientID ?? ""
        issuer = study.issuer
        patientSex = study.patient.sex
        patientBirthDate = DICOMText.date(study.patient.birthDate)
        studyDate = DICOMText.date(study.studyDate)
        studyTime = DICOMText.time(study.studyTime)
        accessionNumber = study.accessionNumber
        description = study.studyDescription
        modalities = study.modalities
        bodyPart = study.bodyParts.isEmpty ? nil : study.bodyParts.joined(separator: " ")
        institution = study.institutionName
        originNode = journey.origin.originNode
        priority = journey.priority
        seriesCount = study.shownSeriesCount
        instanceCount = study.shownInstanceCount
        bytes = study.byteCount
        firstReceivedAt = study.firstReceivedAt.description
        lastReceivedAt = study.lastReceivedAt.description
        hops = story.hops.map(HopAnswer.init)
        custody = CustodyAnswer(CustodyLine(story), words: words)
        waitingFor = WaitingAnswer(story, for: user, words: words)
        route = journey.passage?.decision.map { RouteAnswer($0, words: words) }
        task = journey.task.map(TaskSummaryAnswer.init)
        report = journey.report.map { ReportSummaryAnswer($0, task: journey.task) }
        order = journey.order.map(OrderAnswer.init)
    }
}

struct HopAnswer: Encodable, Sendable {
    var node: NodeName
    var tier: Tier?
    var isHere: Bool
    var state: HopStory.State
    var expected: Int?
    var arrived: Int
    var receipted: Int
    var queued: Int
    var queuedBytes: Int64
    var arrivesInSeconds: Int?
    var parked: Int
    var lastError: String?

    init(_ hop: HopStory) {
        node = hop.node
        tier = hop.tier
        isHere = hop.isHere
        state = hop.state
        expected = hop.expected
        arrived = hop.arrived
        receipted = hop.receipted ?? 0
        queued = hop.queued
        queuedBytes = hop.bytesLeft
        arrivesInSeconds = hop.arrivesIn.map { Int($0.seconds.rounded(.up)) }
        parked = hop.parked
        lastError = hop.lastError
    }
}

struct SeriesAnswer: Encodable, Sendable {
    var seriesInstanceUID: SeriesInstanceUID
    var modality: String
    var number: Int?
    var description: String?
    var instanceCount: Int
    var networkMade: Bool

    init(_ series: SeriesRecord) {
        seriesInstanceUID = series.seriesInstanceUID
        modality = series.modality ?? ""
        number = series.seriesNumber
        description = series.seriesDescription
        instanceCount = series.shownInstanceCount
        networkMade = series.isNetworkMade
    }
}
