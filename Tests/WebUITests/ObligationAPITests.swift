import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Relay
import StudyFlow
import Testing
import Vocabulary

@testable import WebUI

@Suite("Obligations, page and API")
struct ObligationAPITests {
    /// A study of two images that a node above is owed.
    private func owed(_ fixture: WebFixture) async throws -> StudyInstanceUID {
        let study = try await fixture.takeStudy(accession: "A77")
        let flow = fixture.flow
        try await flow.database.write { transaction in
            let instances = try flow.catalogue.instances(of: study, in: transaction)
            try flow.deliveries.enqueue(
                instances.map {
                    NewDelivery(
                        study: study, sopInstance: $0.sopInstanceUID, destination: NodeName(rawValue: "jieyang")!,
                        digest: $0.digest, size: $0.size, transferSyntax: $0.transferSyntax, sopClass: $0.sopClass,
                        priority: .routine)
                }, held: false, at: flow.clock.now(), in: transaction)
        }
        return study
    }

    @Test("are listed a line for each study, with reason, advice and calls that work")
    func list() async throws {
        let fixture = try await WebFixture()
        let study = try await owed(fixture)
        let wang = try await fixture.token(of: "wang")
        try await fixture.withClient { client in
            let answer = try await client.call(.get, "/api/v1/obligations", token: wang).json
            #expect(answer["total"] as? Int == 1)
            let group = try #require((answer["groups"] as? [[String: Any]])?.first)
            #expect(group["accessionNumber"] as? String == "A77")
            #expect(group["patientName"] == nil)
            let obligation = try #require((group["obligations"] as? [[String: Any]])?.first)
            #expect(obligation["kind"] as? String == "images")
            #expect(obligation["count"] as? Int == 2)
            #expect(obligation["isConfigured"] as? Bool == false)
            #expect((obligation["reason"] as? String)?.contains("jieyang") == true)
            // Only giving up helps where the destination is gone.
            let actions = try #require(obligation["actions"] as? [[String: Any]])
            #expect(actions.map { $0["name"] as? String } == ["cancel"])
            let path = try #require(actions[0]["path"] as? String)
            let done = try await client.call(.post, "/api/v1\(path)", token: wang).json
            #expect(done["changed"] as? Int == 2)
            #expect(try await client.call(.get, "/api/v1/obligations", token: wang).json["total"] as? Int == 0)
            let one = try await client.call(.get, "/api/v1/obligations?study=\(study)", token: wang).json
            #expect(one["total"] as? Int == 0)
        }
    }

    @Test("show patients only to those who see patients, and buttons only to those who operate")
    func roles() async throws {
        let fixture = try await WebFixture()
        let study = try await owed(fixture)
        let (zhang, wang) = (try await fixture.token(of: "zhang"), try await fixture.token(of: "wang"))
        try await fixture.withClient { client in
            for (token, seesPatients) in [(zhang, true), (wang, false)] {
                let page = try await client.page("/obligations", token: token)
                #expect(page.status == .ok)
                #expect(page.text.contains("林秀英") == seesPatients)
                #expect(page.text.contains("data-call") != seesPatients)
                #expect(page.text.contains("A77") && page.text.contains("puning → jieyang"))
                #expect(page.text.contains("2 幅影像待发往 jieyang"))
            }
            let retry = "/api/v1/studies/\(study)/deliveries/jieyang/retry"
            #expect(try await client.call(.post, retry, token: zhang).status == .forbidden)
            #expect(try await client.call(.post, retry, token: wang).status == .ok)
            #expect(
                try await client.call(.post, "/api/v1/studies/\(study)/report/fetch", token: wang).json["changed"]
                    as? Int == 0)
        }
    }

    @Test("a study says where it is safe, what is missing, and since when, in both languages")
    func custody() async throws {
        let fixture = try await WebFixture()
        let study = try await owed(fixture)
        let zhang = try await fixture.token(of: "zhang")
        try await fixture.withClient { client in
            let answer = try await client.call(.get, "/api/v1/studies/\(study)", token: zhang).json
            let custody = try #require(answer["custody"] as? [String: Any])
            #expect(custody["text"] as? String == "0/2 已安全到达jieyang · 待阅片")
            #expect(custody["isComplete"] as? Bool == false)
            let place = try #require((custody["nodes"] as? [[String: Any]])?.first)
            #expect(place["missing"] as? Int == 2)
            #expect(place["owedBy"] as? String == "puning")
            #expect(place["owedSince"] as? String == fixture.clock.now.description)
            let chinese = try await client.page("/studies/\(study)", token: zhang)
            #expect(chinese.text.contains("2 幅还没有到达jieyang（puning → jieyang）"))
            let english = try await client.page("/studies/\(study)", token: zhang, language: "en")
            #expect(english.text.contains("0 of 2 safe at jieyang"))
            #expect(english.text.contains("2 not yet at jieyang (puning → jieyang)"))
            #expect(try await client.page("/studies", token: zhang).text.contains("jieyang 0/2 · 待阅片"))
        }
    }

    @Test("every kind, trouble and action has words in both languages")
    func words() throws {
        let keys = try WebResources.bundled().strings.keys
        let kinds = Obligation.Kind.allCases.map(\.rawValue)
        let wanted =
            kinds.flatMap { ["obligation.\($0)", "obligationKind.\($0)", "advice.kind.\($0)"] }
            + Trouble.allCases.map { "trouble.\($0.rawValue)" }
            + ObligationAnswer.Action.Name.allCases.map { "obligationAction.\($0.rawValue)" }
            + Tier.allCases.map { "place.\($0.rawValue)" }
        #expect(wanted.filter { !keys.contains($0) } == [])
    }
}
