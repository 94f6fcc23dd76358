// A study's chain as JSON.

import StudyFlow
import Vocabulary

struct CustodyRecord: Encodable {
    struct Local: Encodable {
        var intact: Int
        var evicted: Int
        var missing: Int
        var different: Int
    }

    struct Node: Encodable {
        var node: String
        var proven: Int
        var expected: Int
        var signatures: Int
        var firstSignedAt: String?
        var lastSignedAt: String?
        var certificateValidFrom: String?
        var certificateValidUntil: String?
        var owedBy: String?
        var owedSince: String?
    }

    struct Report: Encodable {
        var readAt: String
        var version: Int
        var author: String
        var reviewer: String
        var preliminaryAt: String?
        var finalAt: String
        var arrivedAt: String?
        var deliveredAt: String?
        var acknowledgedAt: String?
        var acknowledgedBy: String?
        var instances: Int
        var intact: Int
    }

    struct Finding: Encodable {
        var kind: CustodyFinding.Kind
        var isBroken: Bool
        var node: String?
        var count: Int
        var since: String?
        var sopInstanceUID: String?
        var detail: String?
    }

    struct Instance: Encodable {
        var sopInstanceUID: String
        var acquiredDigest: String
        var size: Int64?
        var arrivedAt: String?
        var source: String?
        var here: LocalCopy
        /// Node to the time at which it stored what it signed for.
        var proven: [String: String]
    }

    var studyInstanceUID: String
    var accessionNumber: String?
    var node: String
    var origin: String
    var isProven: Bool
    var isSettled: Bool
    var instanceCount: Int
    var firstArrivalAt: String?
    var lastArrivalAt: String?
    var sources: [String]
    var here: Local
    var nodes: [Node]
    var report: Report?
    var findings: [Finding]
    var instances: [Instance]?

    init(_ report: CustodyReport, instances: Bool) {
        studyInstanceUID = report.study.rawValue
        accessionNumber = report.accessionNumber
        node = report.node.rawValue
        origin = report.origin.rawValue
        isProven = report.isProven
        isSettled = report.isSettled
        instanceCount = report.instances.count
        firstArrivalAt = report.firstArrival?.description
        lastArrivalAt = report.lastArrival?.description
        sources = report.sources
        here = Local(
            intact: report.count(.intact), evicted: report.count(.evicted), missing: report.count(.missing),
            different: report.count(.different))
        nodes = report.nodes.map {
            Node(
                node: $0.node.rawValue, proven: $0.proven, expected: $0.expected, signatures: $0.signatures,
                firstSignedAt: $0.firstSignedAt?.description, lastSignedAt: $0.lastSignedAt?.description,
                certificateValidFrom: $0.validity?.from.description,
                certificateValidUntil: $0.validity?.until.description, owedBy: $0.owedBy?.rawValue,
                owedSince: $0.owedSince?.description)
        }
        self.report = report.report.map {
            Report(
                readAt: $0.readAt.rawValue, version: $0.version, author: $0.author, reviewer: $0.reviewer,
                preliminaryAt: $0.preliminaryAt?.description, finalAt: $0.finalAt.description,
                arrivedAt: $0.arrivedAt?.description, deliveredAt: $0.deliveredAt?.description,
                acknowledgedAt: $0.acknowledgedAt?.description, acknowledgedBy: $0.acknowledgedBy,
                instances: $0.instances, intact: $0.intact)
        }
        findings = report.findings.map {
            Finding(
                kind: $0.kind, isBroken: $0.kind.isBroken, node: $0.node?.rawValue, count: $0.count,
                since: $0.since?.description, sopInstanceUID: $0.instance?.rawValue, detail: $0.detail)
        }
        guard instances else { return }
        self.instances = report.instances.map {
            Instance(
                sopInstanceUID: $0.sopInstanceUID.rawValue, acquiredDigest: $0.acquired.hexadecimal, size: $0.size,
                arrivedAt: $0.arrivedAt?.description, source: $0.source, here: $0.here,
                proven: Dictionary(uniqueKeysWithValues: $0.proven.map { ($0.key.rawValue, $0.value.description) }))
        }
    }
}
