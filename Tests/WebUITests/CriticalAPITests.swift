import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import WebUI

@Suite("Critical results, quality and waiting through the JSON API")
struct CriticalAPITests {
    /// A study that Dr Li has claimed.
    private func claimed(_ fixture: WebFixture) async throws -> (study: String, task: String, li: String) {
        let study = try await fixture.takeStudy()
        let li = try await fixture.token(of: "li")
        let task = try await fixture.withClient { client in
            let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
            let id = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
            try await client.call(.post, "/api/v1/tasks/\(id)/claim", token: li)
            return id
        }
        return (study.rawValue, task, li)
    }

    @Test("a reader marks, the banner stands above every page of the hospital, a named person acknowledges")
    func critical() async throws {
        let fixture = try await WebFixture()
        let (study, task, li) = try await claimed(fixture)
        let (zhang, wang) = try await (fixture.token(of: "zhang"), fixture.token(of: "wang"))
        try await fixture.withClient { client in
            let findings = try await client.call(.get, "/api/v1/critical-results/findings?modality=CT", token: li).json
            #expect((findings["findings"] as? [[String: Any]])?.contains { $0["name"] as? String == "脑出血" } == true)
            let path = "/api/v1/tasks/\(task)/critical-results"
            let unknown = try await client.call(.post, path, token: li, body: #"{"code": "nothing"}"#)
            #expect(unknown.errorCode == "unknown_finding")
            #expect(
                try await client.call(.post, path, token: li, body: #"{"code": "other"}"#).errorCode == "note_missing")
            let body = #"{"code": "intracranial-hemorrhage", "note": "右侧基底节区"}"#
            #expect(try await client.call(.post, path, token: zhang, body: body).status == .forbidden)
            let marked = try await client.call(.post, path, token: li, body: body)
            #expect(marked.status == .created)
            let id = try #require(try marked.json["id"] as? String)
            #expect(try marked.json["state"] as? String == "arrived")

            let banner = try await client.page("/alerts", token: zhang).text
            #expect(banner.contains("脑出血"))
            #expect(banner.contains("林秀英"))
            #expect(banner.contains(#"data-sound="critical""#))
            // Operators are told of it, but not of whom.
            let forOperator = try await client.page("/alerts", token: wang).text
            #expect(forOperator.contains("脑出血"))
            #expect(!forOperator.contains("林秀英"))
            #expect(try await client.page("/studies/\(study)/marks", token: li).text.contains("右侧基底节区"))
            #expect(try await client.page("/critical-results", token: li).text.contains("未确认"))

            let said = try await client.call(
                .post, "/api/v1/critical-results/\(id)/acknowledge", token: zhang,
                body: #"{"told": "急诊 王医生", "readBack": true}"#)
            #expect(try said.json["state"] as? String == "acknowledged")
            #expect((try said.json["text"] as? String)?.contains("张技师") == true)
            // The first answer counts.
            let again = try await client.call(.post, "/api/v1/critical-results/\(id)/acknowledge", token: li)
            #expect((try again.json["acknowledgements"] as? [[String: Any]])?.count == 1)
            #expect(try await !client.page("/alerts", token: zhang).text.contains("脑出血"))
            let all = try await client.call(.get, "/api/v1/critical-results?state=all", token: li).json
            #expect(all["open"] as? Int == 0)
            #expect((all["results"] as? [[String: Any]])?.count == 1)
            let withdrawn = try await client.call(
                .post, "/api/v1/critical-results/\(id)/withdraw", token: li, body: #"{"reason": "伪影"}"#)
            #expect(try withdrawn.json["state"] as? String == "withdrawn")
        }
    }

    @Test("images are graded by a key, asked for again, and the radiographer answers")
    func quality() async throws {
        let fixture = try await WebFixture()
        let (study, task, li) = try await claimed(fixture)
        let zhang = try await fixture.token(of: "zhang")
        try await fixture.withClient { client in
            let path = "/api/v1/tasks/\(task)"
            let wrong = try await client.call(.put, "\(path)/quality", token: li, body: #"{"grade": "D"}"#)
            #expect(wrong.errorCode == "wrong_member")
            let mark = try await client.call(
                .put, "\(path)/quality", token: li, body: #"{"grade": "B", "reasons": ["motion", "exposure"]}"#)
            #expect(try mark.json["reasons"] as? [String] == ["motion", "exposure"])
            #expect(
                try await client.call(.put, "\(path)/positive", token: li, body: #"{"positive": true}"#).status == .ok)
            let panel = try await client.page("/tasks/\(task)/marks", token: li).text
            #expect(panel.contains(#"data-grade="B" aria-pressed="true""#))
            #expect(panel.contains(#"data-value="true" aria-pressed="true""#))

            let none = try await client.call(.post, "\(path)/retake", token: li, body: #"{"reasons": []}"#)
            #expect(none.errorCode == "reason_missing")
            let asked = try await client.call(
                .post, "\(path)/retake", token: li, body: #"{"reasons": ["positioning"], "note": "肺尖未包括"}"#)
            #expect(asked.status == .created)
            let id = try #require(try asked.json["id"] as? String)
            #expect(try await client.page("/alerts", token: zhang).text.contains("肺尖未包括"))
            #expect(try await client.page("/quality", token: zhang).text.contains("肺尖未包括"))
            let waiting = try await client.call(.get, "/api/v1/studies/\(study)/waiting", token: zhang).json
            #expect(waiting["step"] as? String == "retakeAt")
            #expect(waiting["who"] as? String == "李医生")
            #expect((waiting["actions"] as? [[String: Any]])?.map { $0["name"] as? String } == ["retake"])

            let declined = try await client.call(
                .post, "/api/v1/retakes/\(id)/answer", token: zhang, body: #"{"outcome": "declined", "note": "患者已离院"}"#)
            #expect(try declined.json["state"] as? String == "closed")
            #expect(try await client.call(.get, path, token: li).json["state"] as? String == "ready")
            let again = try await client.call(
                .post, "/api/v1/retakes/\(id)/answer", token: zhang, body: #"{"outcome": "done"}"#)
            #expect(again.errorCode == "already_answered")
            let statistics = try await client.call(.get, "/api/v1/image-quality", token: zhang).json
            let site = try #require((statistics["sites"] as? [[String: Any]])?.first)
            #expect(site["originNode"] as? String == "puning")
            #expect(site["total"] as? Int == 1)
            #expect(
                try await client.call(.get, "/api/v1/image-quality?period=2026-13", token: zhang).status == .badRequest)
        }
    }

    @Test("why a study is not read yet: the step, since when, who, and only the buttons that this person may press")
    func waiting() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let (li, zhao, zhang) = try await (
            fixture.token(of: "li"), fixture.token(of: "zhao"), fixture.token(of: "zhang")
        )
        try await fixture.withClient { client in
            let path = "/api/v1/studies/\(study)/waiting"
            func step(_ token: String) async throws -> (String, [String], [String: Any]) {
                let json = try await client.call(.get, path, token: token).json
                let actions = json["actions"] as? [[String: Any]] ?? []
                return (json["step"] as? String ?? "", actions.compactMap { $0["name"] as? String }, json)
            }
            let ready = try await step(li)
            #expect(ready.0 == "reader" && ready.1 == ["claim"])
            #expect(ready.2["since"] is String)
            #expect(try await step(zhang).1 == ["remind"])
            let list = try await client.page("/studies", token: zhang).text
            #expect(list.components(separatedBy: "催阅片").count == 2, "one button, once")

            let reminded = try await client.call(.post, "/api/v1/studies/\(study)/remind", token: zhang)
            #expect(try reminded.json["reminders"] as? Int == 1)
            let second = try await client.call(.post, "/api/v1/studies/\(study)/remind", token: zhang)
            #expect(second.errorCode == "reminded_already")
            #expect(try await client.page("/studies/\(study)", token: zhang).text.contains("已催 1 次"))

            let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
            let id = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
            let task = "/api/v1/tasks/\(id)"
            try await client.call(.post, "\(task)/claim", token: li)
            let reading = try await step(zhang)
            #expect(reading.0 == "reading" && (reading.2["text"] as? String)?.contains("李医生") == true)
            #expect(reading.2["since"] is String)
            try await client.call(
                .put, "\(task)/draft", token: li, body: #"{"findings": "a", "impression": "b", "version": 0}"#)
            try await client.call(.post, "\(task)/preliminary", token: li)
            let review = try await step(zhao)
            #expect(review.0 == "review" && review.1 == ["claim"])
            #expect(review.2["who"] as? String == "李医生")
            #expect(try await step(li).1 == [])
            try await client.call(.post, "\(task)/claim", token: zhao)
            #expect(try await step(zhang).0 == "reviewing")
            try await client.call(.post, "\(task)/final", token: zhao)
            #expect(try await step(zhang).0 == "releasing")
        }
        try await fixture.work()
        try await fixture.withClient { client in
            let json = try await client.call(.get, "/api/v1/studies/\(study)/waiting", token: zhang).json
            #expect(json["step"] as? String == "acknowledgement")
            #expect((json["actions"] as? [[String: Any]])?.first?["name"] as? String == "acknowledge")
        }
    }

    @Test("figures are for operators, as page, spreadsheet and paper, and looking at them is on the trail")
    func supervision() async throws {
        let fixture = try await WebFixture()
        let (_, task, li) = try await claimed(fixture)
        let (zhao, wang) = try await (fixture.token(of: "zhao"), fixture.token(of: "wang"))
        try await fixture.withClient { client in
            let path = "/api/v1/tasks/\(task)"
            try await client.call(
                .put, "\(path)/draft", token: li, body: #"{"findings": "a", "impression": "b", "version": 0}"#)
            try await client.call(.put, "\(path)/positive", token: li, body: #"{"positive": false}"#)
            try await client.call(.post, "\(path)/preliminary", token: li)
            try await client.call(.post, "\(path)/final", token: zhao)
        }
        try await fixture.work()
        try await fixture.withClient { client in
            #expect(try await client.call(.get, "/api/v1/supervision", token: li).status == .forbidden)
            let json = try await client.call(.get, "/api/v1/supervision?period=2026-Q4", token: wang).json
            let total = try #require(json["total"] as? [String: Any])
            #expect(total["studies"] as? Int == 1)
            #expect(total["positiveRate"] as? Double == 0)
            #expect((json["readers"] as? [[String: Any]])?.map { $0["name"] as? String } == ["李医生", "赵主任"])
            let page = try await client.page("/supervision?period=2026-Q4", token: wang)
            #expect(page.status == .ok)
            #expect(page.text.contains("李医生"))
            let csv = try await client.page("/supervision/csv?period=2026-Q4&table=readers", token: wang)
            #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(Array(Data(buffer: csv.body).prefix(3)) == [0xEF, 0xBB, 0xBF])
            #expect(csv.text.contains("李医生,0,0,1"))
            let pdf = try await client.page("/supervision/pdf?period=2026-Q4", token: wang)
            #expect(pdf.text.hasPrefix("%PDF-"))
            #expect(try await client.page("/supervision/csv?table=none", token: wang).status == .badRequest)
        }
        let trail = try await fixture.flow.database.read { [flow = fixture.flow] snapshot in
            try snapshot.rows("SELECT action FROM audit_event WHERE actor = 'wang'").map { row in
                try row["action", as: String.self]
            }
        }
        #expect(trail.filter { $0 == "supervisionViewed" }.count == 2)
        #expect(trail.filter { $0 == "supervisionExported" }.count == 2)
    }
}
