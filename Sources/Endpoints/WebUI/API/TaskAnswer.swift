// Reading tasks as the JSON API tells them.

import HTTPService
import Identity
import Reading
import StudyFlow
import Vocabulary

struct TaskSummaryAnswer: Encodable, Sendable {
    var id: TaskID
    var state: ReadingTaskState
    var owner: NodeName
    var claimedBy: String?
    var claimedByName: String?
    var leaseUntil: String?

    init(_ task: ReadingTask) {
        id = task.id
        state = task.shownState
        owner = task.owner
        claimedBy = task.claimedBy?.user
        claimedByName = task.claimedByName
        leaseUntil = task.leaseUntil?.description
    }
}

struct TaskAnswer: Encodable, Sendable {
    struct Draft: Encodable, Sendable {
        var findings: String
        var impression: String
        var version: Int
        var savedAt: String?
    }

    struct Signature: Encodable, Sendable {
        var name: String
        var displayName: String
        var at: String
    }

    struct Text: Encodable, Sendable {
        var findings: String
        var impression: String
    }

    /// What a signature now would be about.
    struct Images: Encodable, Sendable {
        var expected: Int
        var here: Int
        var unseen: Int
    }

    var id: TaskID
    var studyInstanceUID: StudyInstanceUID
    var state: ReadingTaskState
    var priority: Priority
    var patientName: String?
    var patientID: String
    var issuer: String
    var patientSex: String?
    var patientBirthDate: String?
    var studyDate: String?
    var accessionNumber: String?
    var description: String?
    var modalities: [String]
    var bodyPart: String?
    var institution: String?
    var originNode: NodeName
    var owner: NodeName
    var instanceCount: Int
    var clinicalQuestion: String?
    var createdAt: String
    var readyAt: String?
    var ageSeconds: Int64
    var claimedBy: String?
    var claimedByName: String?
    var leaseUntil: String?
    var isMine: Bool
    var canClaim: Bool
    var isUnrouted: Bool
    var rule: String?
    var clock: TaskClockAnswer?
    var assignedTo: String?
    var assignedToName: String?
    var handover: HandoverAnswer?
    // Only when one task is asked for.
    var draft: Draft?
    var author: Signature?
    var reviewer: Signature?
    var preliminaryText: Text?
    var returnedReason: String?
    var singleReaderAllowed: Bool?
    var images: Images?
    var fields: [ReportField]?
    var keyImages: [KeyImageList.Item]?
    var addenda: [AddendumAnswer]?

    init(_ item: WorklistItem, words: Words) {
        let task = item.task
        let study = item.study
        id = task.id
        studyInstanceUID = task.study
        state = task.shownState
        priority = task.priority
        patientName = DICOMText.name(study.patient.name, in: words.language)
        patientID = study.patientID ?? ""
        issuer = study.issuer
        patientSex = study.patient.sex
        patientBirthDate = DICOMText.date(study.patient.birthDate)
        studyDate = DICOMText.date(study.studyDate)
        accessionNumber = study.accessionNumber
        description = study.studyDescription
        modalities = study.modalities
        bodyPart = study.bodyParts.isEmpty ? nil : study.bodyParts.joined(separator: " ")
        institution = study.institutionName
        originNode = task.origin
        owner = task.owner
        instanceCount = study.shownInstanceCount
        clinicalQuestion = task.clinicalQuestion
        createdAt = task.createdAt.description
        readyAt = task.readyAt?.description
        ageSeconds = max(0, item.now.elapsed(since: task.createdAt).milliseconds / 1000)
        claimedBy = task.claimedBy?.user
        claimedByName = task.claimedByName
        leaseUntil = task.leaseUntil?.description
        isMine = item.isMine
        canClaim = item.canClaim
        isUnrouted = task.isUnrouted
        rule = task.ruleName
        clock = task.plan.map {
            TaskClockAnswer($0, task, now: item.now, label: item.workType.map(words.label) ?? $0.workType.rawValue)
        }
        assignedTo = task.assignedTo?.user
        assignedToName = task.assignedTo?.displayName
        handover = task.handover.map(HandoverAnswer.init)
    }

    /// With what is written so far.
    mutating func add(_ report: Report?, returnedReason reason: String?, singleReaderAllowed: Bool) {
        let text = report?.text ?? ReportText()
        draft = Draft(
            findings: text.findings, impression: text.impression, version: report?.version ?? 0,
            savedAt: report?.savedAt?.description)
        author = report.flatMap { Self.signature($0.author, $0.preliminaryAt) }
        reviewer = report.flatMap { Self.signature($0.reviewer, $0.finalAt) }
        if let report, report.wasChangedByReviewer, let before = report.preliminaryText {
            preliminaryText = Text(findings: before.findings, impression: before.impression)
        }
        returnedReason = reason
        self.singleReaderAllowed = singleReaderAllowed
    }

    mutating func add(_ life: ReportLife) {
        images = Images(expected: life.images.expected, here: life.images.here, unseen: life.images.unseen)
        fields = life.fields
        keyImages = life.keyImages.map(KeyImageList.Item.init)
        addenda = life.addenda.map(AddendumAnswer.init)
    }

    private static func signature(_ person: Person?, _ time: Timestamp?) -> Signature? {
        guard let person, let time else { return nil }
        return Signature(name: person.user, displayName: person.displayName, at: time.description)
    }
}
