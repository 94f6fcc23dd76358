import Foundation
import HTTPTypes
import HummingbirdTesting
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
}
