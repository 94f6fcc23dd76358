// An import as the JSON API tells it.

import DICOM
import Foundation
import Vocabulary

struct ImportSummaryAnswer: Encodable, Sendable {
    var id: String
    var phase: ImportJob.Phase
    var user: String
    var createdAt: String
    var studyCount: Int
    var imageCount: Int

    init(_ job: ImportJob) {
        id = job.id.uuidString.lowercased()
        phase = job.phase
        user = job.user
        createdAt = job.createdAt.description
        studyCount = job.studies.count
        imageCount = job.files.count
    }
}

struct ImportAnswer: Encodable, Sendable {
    struct Study: Encodable, Sendable {
        var studyInstanceUID: StudyInstanceUID
        /// Of components and groups as the file has them.
        var patientName: String?
        var patientID: String?
        var patientBirthDate: String?
        var patientSex: String?
        var studyDate: String?
        var description: String?
        var modalities: [String]
        var institution: String?
        var isChosen: Bool
        /// This node has the study already, or a part of it.
        var isKnown: Bool
        var images: Int
        var taken: Int
        var known: Int
        var refused: Int
    }

    struct Listed: Encodable, Sendable {
        var studyInstanceUID: StudyInstanceUID
        var patientName: String?
        var patientID: String?
        var studyDate: String?
        var description: String?
        var modalities: [String]
        var isKnown: Bool
        var files: [String]
    }

    var id: String
    var phase: ImportJob.Phase
    var createdAt: String
    var isForeign: Bool
    var isUnpacking: Bool
    var problem: String?
    var bytes: Int64
    /// Of the chosen studies.
    var images: Int
    var done: Int
    var studies: [Study]
    /// What the DICOMDIR names.
    var directory: [Listed]?
    /// Neither images nor anything else that could be taken.
    var skippedCount: Int
    var skipped: [ImportJob.Passed]
    var refused: [ImportJob.Passed]

    private static let mostRefusedShown = 2000

    /// - Parameter known: studies that this node has.
    init(_ job: ImportJob, known: Set<StudyInstanceUID>) {
        id = job.id.uuidString.lowercased()
        phase = job.phase
        createdAt = job.createdAt.description
        isForeign = job.isForeign
        isUnpacking = job.unpacking > 0
        problem = job.problem
        bytes = job.bytes
        var counts: [StudyInstanceUID: (images: Int, taken: Int, known: Int, refused: Int)] = [:]
        refused = []
        for file in job.files {
            var count = counts[file.study] ?? (0, 0, 0, 0)
            count.images += 1
            switch file.state {
            case .staged: break
            case .taken: count.taken += 1
            case .known: count.known += 1
            case .refused(let reason):
                count.refused += 1
                if refused.count < Self.mostRefusedShown { refused.append(.init(name: file.name, reason: reason)) }
            }
            counts[file.study] = count
        }
        studies = job.studies.values.sorted { ($0.date ?? "", $0.uid.rawValue) > ($1.date ?? "", $1.uid.rawValue) }.map
        {
            let count = counts[$0.uid] ?? (0, 0, 0, 0)
            return Study(
                studyInstanceUID: $0.uid, patientName: $0.patientName, patientID: $0.patientID,
                patientBirthDate: $0.birthDate, patientSex: $0.sex, studyDate: $0.date, description: $0.description,
                modalities: $0.modalities.sorted(), institution: $0.institution, isChosen: $0.isChosen,
                isKnown: known.contains($0.uid), images: count.images, taken: count.taken, known: count.known,
                refused: count.refused)
        }
        let chosen = studies.filter(\.isChosen)
        images = chosen.map(\.images).reduce(0, +)
        done = chosen.map { $0.taken + $0.known + $0.refused }.reduce(0, +)
        directory = job.directory.map { directory in
            directory.studies.map {
                Listed(
                    studyInstanceUID: $0.studyInstanceUID, patientName: $0.patientName, patientID: $0.patientID,
                    studyDate: $0.date, description: $0.description, modalities: $0.modalities,
                    isKnown: known.contains($0.studyInstanceUID), files: $0.files)
            }
        }
        skippedCount = job.passedCount
        skipped = job.passed
    }
}
