// Where the files are, as the JSON API tells it.

import Archive
import StudyFlow
import Vocabulary

/// One study's files.
struct FilesAnswer: Encodable, Sendable {
    var evicted: Int
    var damaged: Int
    /// On their way back.
    var returning: Int
    var lastError: String?
    /// Nodes above that have proven to hold the study whole.
    var heldAt: [NodeName]
    var isCustodyCopy: Bool
    var custodyCopyAt: NodeName?

    init(_ holding: StudyHolding) {
        evicted = holding.files.evicted
        damaged = holding.files.faults
        returning = holding.returning
        lastError = holding.lastError
        heldAt = holding.heldAt
        isCustodyCopy = holding.isCustodyCopy
        custodyCopyAt = holding.custodyCopyAt
    }
}

struct DiskAnswer: Encodable, Sendable {
    var freeBytes: Int64
    var totalBytes: Int64
    /// What images may not use.
    var reservedBytes: Int64
    /// Net of eviction; absent until it is known.
    var fillBytesPerHour: Int64?
    /// Until images are refused, at that rate.
    var hoursLeft: Int?
    var concern: SpaceForecast.Concern
    var filesEvicted: Int

    init(_ overview: StorageOverview) {
        let forecast = overview.forecast
        freeBytes = forecast.space.free
        totalBytes = forecast.space.total
        reservedBytes = forecast.reserved
        fillBytesPerHour = forecast.bytesPerSecond.map { Int64($0 * 3600) }
        hoursLeft = forecast.hoursLeft
        concern = forecast.concern
        filesEvicted = overview.files.evicted
    }
}

/// A file that is damaged or missing.
struct DamagedFileAnswer: Encodable, Sendable {
    var studyInstanceUID: StudyInstanceUID
    var sopInstanceUID: SOPInstanceUID
    var state: FileState
    var since: String
    var reason: String
    var attempts: Int
    var lastError: String?

    init(_ trouble: FileTrouble) {
        studyInstanceUID = trouble.absence.instance.studyInstanceUID
        sopInstanceUID = trouble.absence.instance.sopInstanceUID
        state = trouble.absence.state
        since = trouble.absence.since.description
        reason = trouble.absence.reason ?? ""
        attempts = trouble.request?.attempts ?? 0
        lastError = trouble.request?.lastError
    }
}
