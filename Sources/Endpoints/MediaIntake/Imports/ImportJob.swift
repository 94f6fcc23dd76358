// One import, from the first uploaded file to its result.

import DICOM
import Foundation
import StudyFlow
import Vocabulary

/// What a file turned out to hold.
struct StagedFile: Hashable, Sendable {
    enum State: Hashable, Sendable {
        case staged
        case taken
        case known
        case refused(String)
    }

    /// Names the file in the job's folder.
    var number: Int
    /// As the browser or the zip file called it; shown to whoever imports, and never used as a path.
    var name: String
    var size: Int64
    var study: StudyInstanceUID
    var state = State.staged
}

/// A study among the uploaded files.
struct StagedStudy: Hashable, Sendable {
    var uid: StudyInstanceUID
    var patientName: String?
    var patientID: String?
    var birthDate: String?
    var sex: String?
    var date: String?
    var description: String?
    var modalities: Set<String> = []
    /// Of the patient ID, as the files say.
    var issuer: String?
    var institution: String?
    var isChosen = true

    init(_ header: InstanceHeader) {
        uid = header.studyInstanceUID
        patientName = header.patientName
        patientID = header.patientID
        birthDate = header.patientBirthDate
        sex = header.patientSex
        date = header.studyDate
        description = header.studyDescription
        issuer = header.issuerOfPatientID
        institution = header.institutionName
    }

    /// The hospital whose patient number it is, where that is another than this one.
    var foreignIssuer: String { issuer ?? institution ?? "media" }
}

struct ImportJob: Sendable {
    enum Phase: String, Codable, Sendable {
        /// Files are uploaded, and studies can be chosen.
        case collecting
        case importing
        case finished
    }

    /// A file that is no image, or could not be taken.
    struct Passed: Hashable, Sendable, Encodable {
        var name: String
        var reason: String
    }

    let id: UUID
    let user: String
    let createdAt: Timestamp
    let folder: String
    var phase = Phase.collecting
    var isForeign = true
    /// Why it does not go on at the moment.
    var problem: String?
    var finishedAt: Timestamp?
    var files: [StagedFile] = []
    var studies: [StudyInstanceUID: StagedStudy] = [:]
    var directory: MediaDirectory?
    /// Name and size of everything that was received, so that a broken upload can be taken up again.
    var received: [String: Int64] = [:]
    /// Bytes in the job's folder, those being written included.
    var bytes: Int64 = 0
    /// Zip files that are being unpacked.
    var unpacking = 0
    var passed: [Passed] = []
    var passedCount = 0
    private var lastNumber = 0

    private static let mostPassedShown = 2000

    init(id: UUID, user: String, createdAt: Timestamp, folder: String) {
        self.id = id
        self.user = user
        self.createdAt = createdAt
        self.folder = folder
    }

    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    func path(of number: Int) -> String { "\(folder)/\(number)" }

    mutating func pass(_ name: String, _ reason: String) {
        passedCount += 1
        if passed.count < Self.mostPassedShown { passed.append(Passed(name: name, reason: reason)) }
    }

    mutating func stage(_ header: InstanceHeader, _ file: StagedFile) {
        files.append(file)
        var study = studies[file.study] ?? StagedStudy(header)
        if let modality = header.modality { study.modalities.insert(modality) }
        studies[file.study] = study
    }

    func count(_ study: StudyInstanceUID, where matches: (StagedFile.State) -> Bool) -> Int {
        files.count { $0.study == study && matches($0.state) }
    }
}
