import Archive
import Database
import Foundation
import HTTPTypes
import HummingbirdTesting
import PeerReview
import Testing

@testable import WebUI

@Suite("Double reading through the JSON API")
struct PeerReviewAPITests {
    @Test("the second reader sees the report only after signing; the first one sees the grade")
    func wholeLine() async throws {
        let fixture = try await WebFixture(peerReviewRules: PeerReviewRules(rules: [PeerReviewRule(name: "全部")]))
        let study = try await fixture.takeStudy()
        let (li, zhao, wu, zhang) = try await (
            fixture.token(of: "li"), fixture.token(of: "zhao"), fixture.token(of: "wu"), fixture.token(of: "zhang")
        )
        let task = try await fixture.withClient { client in
            let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
            let id = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
            let task = "/api/v1/tasks/\(id)"
            try await client.call(.post, "\(task)/claim", token: li)
            let draft = #"{"findings": "双肺清晰。", "impression": "未见异常。", "version": 0}"#
            try await client.call(.put, "\(task)/draft", token: li, body: draft)
            try await client.call(.post, "\(task)/preliminary", token: li)
            try await client.call(.post, "\(task)/final", token: zhao)
            return task
        }
        try await fixture.work()
        let flow = fixture.flow
        let made = try #require(
            try await flow.database.read { try flow.catalogue.instances(of: study, in: $0) }
                .first(where: \.isNetworkMade))
        try await fixture.withClient { client in
            #expect(try await client.call(.get, "/api/v1/peer-reviews", token: zhang).status == .forbidden)
            let lists = try await client.call(.get, "/api/v1/peer-reviews", token: wu).json
            let waiting = try #require((lists["waiting"] as? [[String: Any]])?.first)
            #expect(waiting["first"] == nil)
            let id = try #require(waiting["id"] as? String)
            let path = "/api/v1/peer-reviews/\(id)"
            #expect(try await client.page("/reviews", token: wu).text.contains("独立复核"))
            #expect(try await client.call(.post, "\(path)/take", token: li).errorCode == "not_independent")
            let taken = try await client.call(.post, "\(path)/take", token: wu).json
            #expect(taken["first"] == nil)
            // Nowhere to look it up meanwhile.
            for blind in [
                task, "\(task)/versions", "\(task)/fields", "\(task)/key-images", "/api/v1/studies/\(study)/report",
                "/api/v1/studies/\(study)/report/pdf",
            ] {
                #expect(
                    try await client.call(.get, blind, token: wu).errorCode == "independent_reading", "\(blind)")
            }
            for page in ["/reviews/\(id)", "/studies/\(study)", "/studies/\(study)/view"] {
                let text = try await client.page(page, token: wu).text
                #expect(!text.contains("未见异常。"), "\(page)")
                #expect(!text.contains(made.seriesInstanceUID.rawValue), "\(page)")
            }
            let others = try await client.page("/studies/\(study)/view", token: li).text
            #expect(others.contains(made.seriesInstanceUID.rawValue))
            let version = try #require(taken["version"] as? Int)
            let draft = #"{"findings": "左肺结节。", "impression": "结节。", "version": \#(version)}"#
            try await client.call(.put, "\(path)/draft", token: wu, body: draft)
            #expect(try await client.call(.put, "\(path)/draft", token: wu, body: draft).errorCode == "stale_draft")
            let signed = try await client.call(.post, "\(path)/sign", token: wu).json
            #expect((signed["first"] as? [String: Any])?["impression"] as? String == "未见异常。")
            #expect(signed["mayGrade"] as? Bool == true)
            #expect(try await client.page("/reviews/\(id)", token: wu).text.contains("2b"))
            let wrong = try await client.call(.post, "\(path)/grade", token: wu, body: #"{"grade": "9"}"#)
            #expect(wrong.errorCode == "unknown_grade")
            let grade = #"{"grade": "2b", "comment": "请看左肺。", "teaching": "左肺尖结节易漏。"}"#
            #expect(try await client.call(.post, "\(path)/grade", token: wu, body: grade).status == .ok)
            let feedback = try await client.call(.get, "/api/v1/peer-reviews", token: li).json
            #expect((feedback["feedback"] as? [[String: Any]])?.first?["comment"] as? String == "请看左肺。")
            #expect(try await client.call(.post, "\(path)/seen", token: li).status == .ok)
            #expect(try await client.call(.post, "\(path)/seen", token: wu).errorCode == "not_yours")
            let notes = try await client.call(.get, "/api/v1/teaching", token: zhang).json
            #expect((notes["notes"] as? [[String: Any]])?.first?["text"] as? String == "左肺尖结节易漏。")
            #expect(try await client.page("/studies/\(study)", token: zhang).text.contains("左肺尖结节易漏。"))
            #expect(try await client.page("/teaching", token: zhang).text.contains("左肺尖结节易漏。"))
        }
    }
}
