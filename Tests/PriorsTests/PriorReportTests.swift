import Foundation
import Testing
import Vocabulary

@testable import Priors

@Suite("Reports of earlier studies")
struct PriorReportTests {
    private func report(
        version: Int = 1, findings: String = "所见", addenda: [String] = [], isTakenBack: Bool = false,
        task: String = "t1", finalAt: Int64 = 1000
    ) throws -> PriorReport {
        PriorReport(
            study: try #require(StudyInstanceUID(rawValue: "1.2.3")), task: task, version: version, findings: findings,
            impression: "印象", author: "李", reviewer: "赵", finalAt: Timestamp(milliseconds: finalAt),
            addenda: addenda.enumerated().map {
                PriorReport.Addendum(
                    text: $1, signer: "赵", signedAt: Timestamp(milliseconds: finalAt + Int64($0) + 1))
            }, readAt: try #require(NodeName(rawValue: "jieyang")), institution: "示例市院",
            srInstance: try #require(SOPInstanceUID(rawValue: "1.2.3.4")), isCorrection: false,
            isTakenBack: isTakenBack)
    }

    @Test("a later version wins, whatever comes last; what was taken back stays so until there is one")
    func order() throws {
        let (first, second) = (try report(version: 1), try report(version: 2))
        #expect(second.mayReplace(first) && !first.mayReplace(second))
        let takenBack = try report(version: 2, isTakenBack: true)
        #expect(takenBack.mayReplace(second) && !second.mayReplace(takenBack))
        #expect(try report(version: 3).mayReplace(takenBack))
        // Another task's version says nothing: the later signature counts.
        #expect(try report(version: 1, task: "t2", finalAt: 2000).mayReplace(second))
        #expect(try !report(version: 9, task: "t2", finalAt: 500).mayReplace(second))
    }

    @Test("what is too long travels shortened, says so, and keeps the last addenda")
    func shortened() throws {
        let plain = try report(addenda: ["a"])
        #expect(plain.isOfBoundedLength && plain.shortened == plain)
        let long = String(repeating: "长", count: PriorReport.longestText + 5)
        let many = try report(findings: long, addenda: (0..<80).map { "\($0)" } + [long, long, long])
        #expect(!many.isOfBoundedLength)
        let short = many.shortened
        #expect(short.isOfBoundedLength && short.isShortened)
        #expect(short.findings.count == PriorReport.longestText)
        #expect(short.addenda.last?.signedAt == many.addenda.last?.signedAt)
        #expect(short.edition == many.edition)
    }

    @Test("an answer of a node that does not speak of reports is read as before, and tells none")
    func olderPeer() throws {
        let text = """
            {"study": "1.2.3", "holder": "jieyang", "issuer": "puning", "modalities": ["CT"], "bodyParts": [],
            "imageCount": 1, "byteCount": 1, "filesHere": 1, "basis": {"certainty": "certain"}}
            """
        let summary = try JSONDecoder().decode(PriorSummary.self, from: Data(text.utf8))
        #expect(summary.report == nil && summary.isOfBoundedLength)
        var noted = summary
        noted.report = PriorReportNote(signer: String(repeating: "x", count: 65), signedAt: nil)
        #expect(!noted.isOfBoundedLength)
        noted.report = try report(addenda: ["a"]).note
        #expect(noted.isOfBoundedLength && noted.report?.addendumCount == 1)
        #expect(try JSONDecoder().decode(PriorSummary.self, from: JSONEncoder().encode(noted)) == noted)
    }
}
