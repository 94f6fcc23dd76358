import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import WebUI

@Suite("Reading through the JSON API")
struct ReadingAPITests {
    @Test("two doctors claim, write, sign and verify; the radiographer opens the PDF and acknowledges")
    func wholeReading() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let (li, zhao, zhang) = try await (
            fixture.token(of: "li"), fixture.token(of: "zhao"), fixture.token(of: "zhang")
        )
        try await fixture.withClient { client in
            let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
            let entry = try #require((worklist["tasks"] as? [[String: Any]])?.first)
            #expect(entry["state"] as? String == "ready")
            #expect(entry["canClaim"] as? Bool == true)
            #expect(entry["patientName"] as? String == "林秀英")
            let task = "/api/v1/tasks/\(try #require(entry["id"] as? String))"

            let claimed = try await client.call(.post, "\(task)/claim", token: li)
            #expect(try claimed.json["isMine"] as? Bool == true)
            let draft = #"{"findings": "双肺纹理清晰。", "impression": "未见异常。", "version": 0}"#
            let saved = try await client.call(.put, "\(task)/draft", token: li, body: draft)
            #expect(try saved.json["version"] as? Int == 1)
            let signed = try await client.call(.post, "\(task)/preliminary", token: li, body: #"{"version": 1}"#)
            #expect(try signed.json["state"] as? String == "preliminary")

            #expect(try await client.call(.post, "\(task)/claim", token: li).status == .forbidden)
            #expect(try await client.call(.post, "\(task)/claim", token: zhao).status == .ok)
            let final = try await client.call(.post, "\(task)/final", token: zhao)
            #expect(try final.json["state"] as? String == "final")
        }
        try await fixture.work()
        try await fixture.withClient { client in
            let path = "/api/v1/studies/\(study)"
            let report = try await client.call(.get, "\(path)/report", token: zhang).json
            #expect(report["impression"] as? String == "未见异常。")
            #expect(report["author"] as? String == "李医生")
            #expect(report["reviewer"] as? String == "赵主任")
            let pdf = try await client.call(.get, "\(path)/report/pdf", token: zhang)
            #expect(pdf.headers[.contentType] == "application/pdf")
            #expect(pdf.text.hasPrefix("%PDF-"))
            let before = try await client.call(.get, path, token: zhang).json
            #expect((before["waitingFor"] as? [String: Any])?["code"] as? String == "acknowledgement")
            let acknowledged = try await client.call(.post, "\(path)/report/acknowledge", token: zhang)
            #expect(try acknowledged.json["acknowledgedBy"] as? String == "张技师")
            #expect(try await client.call(.post, "\(path)/report/acknowledge", token: zhang).status == .ok)
            let after = try await client.call(.get, path, token: zhang).json
            #expect((after["waitingFor"] as? [String: Any])?["code"] as? String == "nothing")
            #expect(
                (after["history"] as? [[String: Any]])?.contains { $0["action"] as? String == "reportFinal" } == true)
        }
    }

    @Test(
        "one of two doctors wins; a stale draft changes nothing; nobody else may save, and a blank report can't be signed"
    )
    func refusals() async throws {
        let fixture = try await WebFixture()
        _ = try await fixture.takeStudy()
        let (li, wu, zhang) = try await (fixture.token(of: "li"), fixture.token(of: "wu"), fixture.token(of: "zhang"))
        try await fixture.withClient { client in
            #expect(try await client.call(.get, "/api/v1/worklist", token: zhang).status == .forbidden)
            let worklist = try await client.call(.get, "/api/v1/worklist?state=ready", token: li).json
            let id = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
            let task = "/api/v1/tasks/\(id)"
            let unclaimed = try await client.call(
                .put, "\(task)/draft", token: li, body: #"{"findings": "x", "impression": "y", "version": 0}"#)
            #expect(unclaimed.status == .conflict)
            #expect(try await client.call(.post, "\(task)/claim", token: li).status == .ok)
            let second = try await client.call(.post, "\(task)/claim", token: wu, language: "en")
            #expect(second.status == .conflict)
            #expect(second.errorCode == "claimed_by_another")
            #expect(try await client.call(.post, "\(task)/preliminary", token: li).errorCode == "blank_report")

            let first = #"{"findings": "a", "impression": "b", "version": 0}"#
            #expect(try await client.call(.put, "\(task)/draft", token: li, body: first).status == .ok)
            #expect(try await client.call(.put, "\(task)/draft", token: li, body: first).errorCode == "stale_draft")
            let stale = try await client.call(.post, "\(task)/preliminary", token: li, body: #"{"version": 0}"#)
            #expect(stale.errorCode == "stale_draft")
            let other = try await client.call(.put, "\(task)/draft", token: wu, body: first)
            #expect(other.status == .conflict)
            #expect(other.errorCode == "claimed_by_another")
            let broken = try await client.call(.put, "\(task)/draft", token: li, body: #"{"findings": "a"}"#)
            #expect(broken.status == .badRequest)
            #expect(broken.errorCode == "missing_member")
            #expect(try await client.call(.post, "\(task)/renew", token: li).status == .ok)
            #expect(try await client.call(.post, "\(task)/unclaim", token: li).status == .ok)
            let kept = try await client.call(.get, task, token: wu).json
            #expect((kept["draft"] as? [String: Any])?["findings"] as? String == "a")
            let unknown = try await client.call(
                .post, "/api/v1/tasks/00000000-0000-0000-0000-000000000000/claim", token: li)
            #expect(unknown.status == .notFound)
        }
    }

    @Test("a reviewer returns a report with a reason, and its author sees it")
    func returned() async throws {
        let fixture = try await WebFixture()
        _ = try await fixture.takeStudy()
        let (li, zhao) = try await (fixture.token(of: "li"), fixture.token(of: "zhao"))
        try await fixture.withClient { client in
            let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
            let id = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
            let task = "/api/v1/tasks/\(id)"
            try await client.call(.post, "\(task)/claim", token: li)
            let draft = #"{"findings": "a", "impression": "b", "version": 0}"#
            try await client.call(.put, "\(task)/draft", token: li, body: draft)
            try await client.call(.post, "\(task)/preliminary", token: li)
            try await client.call(.post, "\(task)/claim", token: zhao)
            let page = try await client.page("/tasks/\(id)", token: zhao)
            #expect(page.text.contains("审核签发"))
            let blank = try await client.call(.post, "\(task)/return", token: zhao, body: #"{"reason": " "}"#)
            #expect(blank.errorCode == "reason_missing")
            let returned = try await client.call(.post, "\(task)/return", token: zhao, body: #"{"reason": "左右写反"}"#)
            #expect(returned.status == .ok)
            #expect(try await client.call(.get, task, token: li).json["returnedReason"] as? String == "左右写反")
        }
    }
}
