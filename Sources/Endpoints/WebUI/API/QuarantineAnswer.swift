// Refused objects as the JSON API and the page tell them.

import Archive
import StudyFlow
import Vocabulary

struct QuarantineAnswer: Encodable, Sendable {
    var id: String
    var reason: QuarantineEntry.Reason
    /// For people, in their language.
    var text: String
    /// For technicians, in English: what the sender was told, with places.
    var detail: String
    var sender: String
    var senderKind: String
    var senderAddress: String?
    /// What it says it is.
    var sopClassUID: String?
    var sopInstanceUID: String?
    var studyInstanceUID: String?
    var transferSyntaxUID: String?
    var bytes: Int64
    var firstAt: String
    var at: String
    var times: Int

    init(_ entry: QuarantineEntry, words: Words) {
        id = entry.id.uuidString.lowercased()
        reason = entry.reason
        text = words["quarantine.reason.\(entry.reason.rawValue)"]
        detail = entry.sentence
        sender = entry.sender.name
        senderKind = entry.sender.kind.rawValue
        senderAddress = entry.senderAddress
        sopClassUID = entry.sopClass
        sopInstanceUID = entry.sopInstance
        studyInstanceUID = entry.study
        transferSyntaxUID = entry.transferSyntax
        bytes = entry.fileSize
        firstAt = entry.firstAt.description
        at = entry.lastAt.description
        times = entry.times
    }
}

extension QuarantineEntry.Reason: Encodable {}

struct QuarantineTotalsAnswer: Encodable, Sendable {
    var objects: Int
    var bytes: Int64
    var oldestAt: String?
    /// Beyond this, and after so many days, the oldest go.
    var mostBytes: Int64
    var keptDays: Int

    init(_ totals: QuarantineTotals, within bounds: QuarantineBounds) {
        objects = totals.entries
        bytes = totals.bytes
        oldestAt = totals.oldest?.description
        mostBytes = bounds.bytes
        keptDays = Int(bounds.keptFor.seconds / 86400)
    }
}
