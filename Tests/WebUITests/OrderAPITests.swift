import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import WebUI

@Suite("Orders and operation through the JSON API")
struct OrderAPITests {
    @Test("an order waits for its study, and raises it to the top of the worklist")
    func orderFirst() async throws {
        let fixture = try await WebFixture()
        let (zhang, li) = try await (fixture.token(of: "zhang"), fixture.token(of: "li"))
        try await fixture.withClient { client in
            let order = #"""
                {"clinicalQuestion": "排除肺炎", "priority": "stat", "consent": true, "patientID": "00123",
                "accessionNumber": "A1"}
                """#
            let placed = try await client.call(.post, "/api/v1/orders", token: zhang, body: order)
            #expect(placed.status == .created)
            #expect(try placed.json["state"] as? String == "placed")
            let page = try await client.page("/studies", token: zhang)
            #expect(page.text.contains("等待影像的申请"))
        }
        let study = try await fixture.takeStudy()
        _ = try await fixture.takeStudy(patientID: "00124", accession: "A2")
        try await fixture.withClient { client in
            let found = try await client.call(.get, "/api/v1/studies/\(study)", token: zhang).json
            #expect((found["order"] as? [String: Any])?["matchedBy"] as? String == "automatic")
            #expect(found["priority"] as? String == "stat")
            let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
            let tasks = try #require(worklist["tasks"] as? [[String: Any]])
            #expect(tasks.map { $0["priority"] as? String } == ["stat", "routine"])
            #expect(tasks.first?["clinicalQuestion"] as? String == "排除肺炎")
        }
    }

    @Test("a person attaches and detaches an order; every order needs consent, a question and a way to find its study")
    func byHand() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let zhang = try await fixture.token(of: "zhang")
        try await fixture.withClient { client in
            func place(_ body: String) async throws -> TestResponse {
                try await client.call(.post, "/api/v1/orders", token: zhang, body: body)
            }
            let refused = [
                (#"{"clinicalQuestion": "x", "priority": "stat", "consent": false}"#, "consent_missing"),
                (#"{"clinicalQuestion": " ", "priority": "stat", "consent": true}"#, "question_missing"),
                (#"{"clinicalQuestion": "x", "priority": "stat", "consent": true}"#, "study_unnamed"),
                (#"{"clinicalQuestion": "x", "priority": "now", "consent": true}"#, "wrong_member"),
            ]
            for (body, code) in refused {
                let answer = try await place(body)
                #expect(answer.errorCode == code)
            }
            let placed = try await place(
                #"{"clinicalQuestion": "x", "priority": "urgent", "consent": true, "patientID": "00123"}"#)
            let id = try #require(try placed.json["id"] as? String)
            let detail = try await client.call(.get, "/api/v1/studies/\(study)", token: zhang).json
            #expect((detail["proposedOrders"] as? [[String: Any]])?.first?["id"] as? String == id)
            let body = #"{"studyInstanceUID": "\#(study)"}"#
            let attached = try await client.call(.post, "/api/v1/orders/\(id)/attach", token: zhang, body: body)
            #expect(try attached.json["matchedBy"] as? String == "zhang")
            let page = try await client.page("/studies/\(study)", token: zhang)
            #expect(page.text.contains("取消对应"))
            let detached = try await client.call(.post, "/api/v1/orders/\(id)/detach", token: zhang)
            #expect(try detached.json["state"] as? String == "placed")
            #expect(try await client.call(.get, "/api/v1/orders?state=placed", token: zhang).status == .ok)
            #expect(try await client.call(.get, "/api/v1/orders/\(id)", token: zhang).status == .ok)
        }
    }

    @Test("lists find by stage and text, and refuse parameters they don't know")
    func lists() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let zhang = try await fixture.token(of: "zhang")
        try await fixture.withClient { client in
            for (query, count) in [
                ("", 1), ("?text=00123", 1), ("?text=nobody", 0), ("?stage=acknowledged", 0), ("?stage=all", 1),
                ("?modality=ct", 1), ("?modality=MR", 0), ("?from=2026-11-21&to=2026-11-21", 1),
                ("?from=2026-11-22", 0),
            ] {
                let found = try await client.call(.get, "/api/v1/studies\(query)", token: zhang).json
                #expect((found["studies"] as? [Any])?.count == count, "\(query)")
            }
            #expect(try await client.call(.get, "/api/v1/studies?stage=lost", token: zhang).status == .badRequest)
            #expect(try await client.call(.get, "/api/v1/studies?limit=0", token: zhang).status == .badRequest)
            #expect(try await client.call(.get, "/api/v1/studies/1.2.3", token: zhang).status == .notFound)
            let changed = try await client.call(
                .put, "/api/v1/studies/\(study)/priority", token: zhang, body: #"{"priority": "urgent"}"#)
            #expect(try changed.json["priority"] as? String == "urgent")
        }
    }

    @Test("the operator sees the node; others don't")
    func operation() async throws {
        let fixture = try await WebFixture()
        _ = try await fixture.takeStudy()
        let (wang, li) = try await (fixture.token(of: "wang"), fixture.token(of: "li"))
        try await fixture.withClient { client in
            let overview = try await client.call(.get, "/api/v1/operator", token: wang).json
            #expect((overview["counts"] as? [String: Any])?["studies"] as? Int == 1)
            #expect((overview["tasks"] as? [String: Any])?["ready"] as? Int == 1)
            #expect(try await client.call(.get, "/api/v1/operator", token: li).status == .forbidden)
            #expect(try await client.call(.get, "/api/v1/deliveries?state=parked", token: wang).status == .ok)
            #expect(try await client.call(.post, "/api/v1/deliveries/retry", token: wang).status == .ok)
            #expect(try await client.call(.post, "/api/v1/deliveries/7/cancel", token: wang).status == .notFound)
            let event = "00000000-0000-0000-0000-000000000000"
            #expect(
                try await client.call(.post, "/api/v1/parked-events/\(event)/retry", token: wang).status == .notFound)
            #expect(try await client.call(.post, "/api/v1/conflicts/\(event)/resolve", token: wang).status == .notFound)
        }
    }
}
