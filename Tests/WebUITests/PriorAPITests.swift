import Foundation
import HTTPTypes
import HummingbirdTesting
import PeerReview
import Priors
import Testing
import Vocabulary

@testable import WebUI

@Suite("Earlier studies through the JSON API")
struct PriorAPITests {
    @Test("the same hospital's same patient ID is listed, opened and audited; another patient's study is refused")
    func listed() async throws {
        var fixture = try await WebFixture()
        fixture.web.hangingRules = try .shipped()
        let before = try await fixture.takeStudy(accession: "A0")
        let other = try await fixture.takeStudy(patientID: "00124", accession: "A9")
        let now = try await fixture.takeStudy()
        let (li, zhang) = try await (fixture.token(of: "li"), fixture.token(of: "zhang"))
        try await fixture.withClient { client in
            let path = "/api/v1/studies/\(now)/priors"
            let list = try await client.call(.get, path, token: li).json
            let priors = try #require(list["priors"] as? [[String: Any]])
            #expect(priors.map { $0["studyInstanceUID"] as? String } == [before.rawValue])
            #expect(priors.first?["place"] as? String == "here")
            #expect(priors.first?["certainty"] as? String == "certain")
            #expect(priors.first?["stateText"] as? String == "在本节点")
            #expect(list["isComplete"] as? Bool == true)
            #expect(try await client.call(.post, "\(path)/\(before)/open", token: li).status == .ok)
            #expect(try await client.call(.post, "\(path)/\(other)/open", token: li).errorCode == "not_a_prior")
            #expect(try await client.call(.post, "\(path)/\(other)/fetch", token: li).errorCode == "not_a_prior")
            #expect(try await client.call(.post, path + "/ask", token: zhang).status == .forbidden)
            #expect(try await client.call(.post, path + "/ask", token: li).status == .ok)
            #expect(try await client.call(.get, "/api/v1/studies/1.2.3/priors", token: li).status == .notFound)
            let rules =
                try await client.call(.get, "/api/v1/hanging-rules", token: li).json["rules"] as? [[String: Any]]
            #expect(
                rules?.contains { $0["name"] as? String == "胸部CT" && $0["prior"] as? String == "automatic" } == true)

            let page = try await client.page("/studies/\(now)/view", token: li).text
            #expect(page.contains(#"data-prior="\#(before)""#))
            #expect(page.contains("在本节点"))
            #expect(!page.contains(other.rawValue))
            let fragment = try await client.page("/studies/\(now)/view?fragment=priors", token: li).text
            #expect(fragment.contains(#"data-hang="\#(before)""#))
            #expect(!fragment.contains("<html"))
            // Whoever does not read may look, and asks nobody.
            #expect(
                !(try await client.page("/studies/\(now)/view?fragment=priors", token: zhang).text).contains(
                    "priors/ask"))
            let trail = try await client.call(.get, "/api/v1/studies/\(before)", token: li).json["history"]
            #expect((trail as? [[String: Any]])?.contains { $0["action"] as? String == "priorViewed" } == true)
        }
    }

    @Test("a prior's released report is listed, read beside the study, audited, and kept from who reads it blind")
    func report() async throws {
        let fixture = try await WebFixture(peerReviewRules: PeerReviewRules(rules: [PeerReviewRule(name: "全部")]))
        let before = try await fixture.takeStudy(accession: "A0")
        let (li, zhao, wu, wang) = try await (
            fixture.token(of: "li"), fixture.token(of: "zhao"), fixture.token(of: "wu"), fixture.token(of: "wang")
        )
        let task = try await fixture.withClient { client in
            let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
            let id = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
            let task = "/api/v1/tasks/\(id)"
            try await client.call(.post, "\(task)/claim", token: li)
            let draft = #"{"findings": "右肺上叶结节。", "impression": "<b>随访</b>。", "version": 0}"#
            try await client.call(.put, "\(task)/draft", token: li, body: draft)
            try await client.call(.post, "\(task)/preliminary", token: li)
            return task
        }
        let now = try await fixture.takeStudy()
        let list = "/api/v1/studies/\(now)/priors"
        let path = "\(list)/\(before)/report"
        try await fixture.withClient { client in
            // Signed by one doctor only: nothing that anybody may compare with.
            let entry = try await Self.entry(client, list, li)
            #expect(entry["state"] as? String == "none")
            let answer = try await client.call(.post, path, token: li).json
            #expect(answer["text"] == nil)
            #expect(!(try await client.page("/studies/\(now)/view", token: li).text).contains("data-prior-report"))
            try await client.call(.post, "\(task)/final", token: zhao)
        }
        try await fixture.work()
        try await fixture.withClient { client in
            try await client.call(.post, "\(task)/addendum", token: zhao, body: #"{"text": "请结合病史。"}"#)
        }
        try await fixture.work()
        try await fixture.withClient { client in
            let entry = try await Self.entry(client, list, li)
            #expect(entry["state"] as? String == "here")
            #expect(entry["signer"] as? String == "赵主任")
            #expect(entry["addendumCount"] as? Int == 1)
            #expect(entry["receivedAt"] == nil)
            let answer = try await client.call(.post, path, token: li).json
            #expect((answer["heading"] as? String)?.contains("旧片 2026-11-21") == true)
            #expect((answer["heading"] as? String)?.contains("不是本次检查的报告") == true)
            let text = try #require(answer["text"] as? [String: Any])
            #expect(text["findings"] as? String == "右肺上叶结节。")
            #expect(text["impression"] as? String == "<b>随访</b>。")
            #expect(text["author"] as? String == "李医生" && text["reviewer"] as? String == "赵主任")
            #expect((text["addenda"] as? [[String: Any]])?.map { $0["text"] as? String } == ["请结合病史。"])
            let english = try await client.call(.post, path, token: li, language: "en").json
            #expect((english["heading"] as? String)?.contains("PRIOR study 2026-11-21") == true)

            // The page names it and holds none of its words: reading it is an access of its own.
            let page = try await client.page("/studies/\(now)/view", token: li).text
            #expect(page.contains(#"data-prior-report="\#(before)""#))
            #expect(page.contains("旧片报告：赵主任"))
            #expect(!page.contains("右肺上叶结节"))
            let trail = try await client.call(.get, "/api/v1/studies/\(before)", token: li).json["history"]
            let views = (trail as? [[String: Any]])?.filter { $0["action"] as? String == "priorReportViewed" }
            #expect(views?.isEmpty == false)

            #expect(try await client.call(.post, path, token: wang).status == .forbidden)
            #expect(!(try await client.page("/studies/\(now)/view", token: wang).text).contains("data-prior-report"))
            let other = "\(list)/1.2.3/report"
            #expect(try await client.call(.post, other, token: li).errorCode == "not_a_prior")

            // Who reads the earlier study a second time is not told what was made of it, beside whatever.
            let waiting = try await client.call(.get, "/api/v1/peer-reviews", token: wu).json["waiting"]
            let review = try #require((waiting as? [[String: Any]])?.first?["id"] as? String)
            #expect(try await client.call(.post, path, token: wu).status == .ok)
            try await client.call(.post, "/api/v1/peer-reviews/\(review)/take", token: wu)
            #expect(try await client.call(.post, path, token: wu).errorCode == "independent_reading")
            #expect(try await Self.entry(client, list, wu).isEmpty)
            #expect(!(try await client.page("/studies/\(now)/view", token: wu).text).contains("data-prior-report"))
        }
    }

    /// What the list says of the only prior's report; empty where it says nothing.
    private static func entry(
        _ client: any TestClientProtocol, _ list: String, _ token: String
    ) async throws -> [String: Any] {
        let priors = try await client.call(.get, list, token: token).json["priors"] as? [[String: Any]]
        #expect(priors?.count == 1)
        return priors?.first?["report"] as? [String: Any] ?? [:]
    }
}
