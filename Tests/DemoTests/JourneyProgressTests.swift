import DIMSEServices
import Foundation
import Testing
import Vocabulary

@testable import Demo

@Suite("Demo progress")
struct JourneyProgressTests {
    private let edge = NodeName(rawValue: "paotai")
    private let path = ["puning", "jieyang"].compactMap(NodeName.init(rawValue:))
    private let study = StudyInstanceUID(unchecked: "1.2.3")

    private func record(
        arrived: Int, expected: Int?, signed: [Int], parked: Int = 0, isHome: Bool? = nil
    ) throws -> StudyRecord {
        var hops: [[String: Any]] = [
            ["node": "paotai", "isHere": true, "arrived": arrived, "receipted": 0, "parked": 0]
        ]
        if let expected { hops[0]["expected"] = expected }
        for (node, count) in zip(path, signed) {
            hops.append([
                "node": node.rawValue, "isHere": false, "arrived": count, "receipted": count, "parked": parked,
            ])
        }
        var json: [String: Any] = [
            "studyInstanceUID": study.rawValue, "hops": hops, "waitingFor": ["code": "images", "text": "…"],
        ]
        if let isHome { json["report"] = ["isHome": isHome] }
        return try JSONDecoder().decode(StudyRecord.self, from: JSONSerialization.data(withJSONObject: json))
    }

    private func progress(_ record: StudyRecord?, accepted: Int) throws -> JourneyProgress {
        JourneyProgress(
            of: record.map { [$0] } ?? [], accepted: [study: accepted], path: path, edge: try #require(edge))
    }

    @Test("a study the edge does not list yet has not moved")
    func unknown() throws {
        let state = try progress(nil, accepted: 5)
        #expect((state.expected, state.stored, state.hops.map(\.instances)) == (5, 0, [0, 0]))
        #expect(!state.reached(.routed))
    }

    @Test("it is routed when the reader has signed for every accepted instance, not earlier")
    func routed() throws {
        #expect(try !progress(record(arrived: 5, expected: 5, signed: [5, 4]), accepted: 5).reached(.routed))
        #expect(try !progress(record(arrived: 5, expected: 5, signed: [5]), accepted: 5).reached(.routed))
        #expect(try progress(record(arrived: 5, expected: 5, signed: [5, 5]), accepted: 5).reached(.routed))
        #expect(try progress(record(arrived: 5, expected: nil, signed: [5, 5]), accepted: 5).reached(.routed))
    }

    @Test("instances that were there before must have arrived, too")
    func earlierInstances() throws {
        #expect(try !progress(record(arrived: 9, expected: 9, signed: [9, 5]), accepted: 5).reached(.routed))
    }

    @Test("it is reported when the report is home")
    func reported() throws {
        #expect(try !progress(record(arrived: 2, expected: 2, signed: [2, 2]), accepted: 2).reached(.reported))
        #expect(
            try !progress(record(arrived: 2, expected: 2, signed: [2, 2], isHome: false), accepted: 2)
                .reached(.reported))
        #expect(
            try progress(record(arrived: 2, expected: 2, signed: [2, 2], isHome: true), accepted: 2)
                .reached(.reported))
    }

    @Test("a parked delivery is said to need a person")
    func stuck() throws {
        let state = try progress(record(arrived: 2, expected: 2, signed: [1, 1], parked: 1), accepted: 2)
        #expect(state.stuck?.contains("parked") == true)
    }
}

@Suite("Report of what was sent")
struct SendReportTests {
    private func file(_ name: String, _ uid: String, _ outcome: SendOutcome) -> SentFile {
        SentFile(
            path: "/x/\(name)", size: 10, studyInstanceUID: StudyInstanceUID(unchecked: "1.2"),
            sopInstanceUID: SOPInstanceUID(unchecked: uid), outcome: outcome)
    }

    @Test("counts what was accepted and lists the rest with its reason")
    func report() {
        var report = SendReport()
        report.add(file("a", "1.2.1", .accepted))
        report.add(file("b", "1.2.2", .accepted))
        report.add(file("c", "1.2.1", .duplicate(of: "/x/a")))
        report.add(SentFile(path: "/x/notes.txt", outcome: .notPart10))
        report.add(file("d", "1.2.3", .refused(.cannotUnderstand, comment: "sequence nested too deeply")))
        #expect(report.acceptedCount == 2)
        #expect(report.counts == [StudyInstanceUID(unchecked: "1.2"): 2])
        #expect(report.failedCount == 1)
        #expect(report.listed.map(\.path) == ["/x/c", "/x/notes.txt", "/x/d"])
        let lines = report.lines().joined(separator: "\n")
        #expect(lines.contains("same SOP Instance UID as a"))
        #expect(lines.contains("not a DICOM Part 10 file"))
        #expect(lines.contains("0xC000, sequence nested too deeply"))
        #expect(report.lines(limit: 1).last?.contains("2 more") == true)
    }
}
