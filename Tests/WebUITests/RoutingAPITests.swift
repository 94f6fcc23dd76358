import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Reading
import StudyFlow
import Testing
import Vocabulary

@testable import WebUI

@Suite("Routing, page and API")
struct RoutingAPITests {
    @Test("an operator sees rules, backlog and decisions; the page speaks both languages")
    func page() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy(accession: "A78")
        let wang = try await fixture.token(of: "wang")
        try await fixture.withClient { client in
            let answer = try await client.call(.get, "/api/v1/routing", token: wang).json
            let decisions = try #require(answer["decisions"] as? [[String: Any]])
            #expect(decisions.first?["studyInstanceUID"] as? String == study.rawValue)
            #expect((decisions.first?["facts"] as? String)?.contains("CT") == true)
            let why = try await client.call(.get, "/api/v1/studies/\(study)/routing", token: wang).json
            #expect((why["decisions"] as? [[String: Any]])?.count == 1 && why["text"] is String)
            let missing = try await client.call(.get, "/api/v1/studies/1.2.3.4/routing", token: wang)
            #expect(missing.status == .notFound)
        }
    }

    @Test("a task that is not passed on can't be asked back, and only readers and operators may ask")
    func askBack() async throws {
        let fixture = try await WebFixture()
        let wang = try await fixture.token(of: "wang")
        try await fixture.withClient { client in
            let unknown = try await client.call(
                .post, "/api/v1/tasks/\(TaskID.generate().rawValue)/ask-back", token: wang)
            #expect(unknown.status == .notFound)
            let nobody = try await client.execute(uri: "/api/v1/routing", method: .get)
            #expect(nobody.status == .unauthorized)
        }
    }
}
