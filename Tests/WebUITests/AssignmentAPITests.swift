import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing
import Vocabulary

@testable import WebUI

@Suite("Assignment through the JSON API and the pages")
struct AssignmentAPITests {
    /// 李 and 吴 all day; nobody has night work but 赵, who may be away.
    static let roster = """
        readers:
          - {name: li, modalities: [CT, MR]}
          - {name: wu, modalities: [DX]}
          - {name: zhao}
        shifts:
          - {name: 白班, from: 00:00, to: 24:00, readers: [li, wu, zhao]}
        """

    private func firstTask(_ client: any TestClientProtocol, _ token: String) async throws -> [String: Any] {
        let list = try await client.call(.get, "/api/v1/worklist", token: token).json
        return try #require((list["tasks"] as? [[String: Any]])?.first)
    }

    @Test("a task tells its kind of work, its limit and who sees it")
    func clock() async throws {
        let fixture = try await WebFixture()
        _ = try await fixture.takeStudy()
        let li = try await fixture.token(of: "li")
        try await fixture.withClient { client in
            let clock = try #require(try await firstTask(client, li)["clock"] as? [String: Any])
            #expect(clock["workType"] as? String == "outpatient-ct-mr")
            #expect(clock["workTypeLabel"] as? String == "门诊 CT/MR")
            #expect(clock["seenBy"] as? String == "own")
            #expect(clock["predictedMinutes"] as? Double == 7)
            #expect((clock["secondsLeft"] as? Int ?? 0) > 0)
            let page = try await client.page("/worklist", token: li).text
            #expect(page.contains("data-form=\"due\""))
            #expect(page.contains("门诊 CT/MR"))
        }
    }

    @Test("a list holds what its reader can read; a wider one holds the rest")
    func lists() async throws {
        let fixture = try await WebFixture(roster: Self.roster)
        _ = try await fixture.takeStudy()
        let (li, wu) = try await (fixture.token(of: "li"), fixture.token(of: "wu"))
        try await fixture.withClient { client in
            let own = try await client.call(.get, "/api/v1/worklist?scope=own", token: li).json
            #expect(own["total"] as? Int == 1)
            let other = try await client.call(.get, "/api/v1/worklist?scope=own", token: wu).json
            #expect(other["total"] as? Int == 0)
            #expect((other["lists"] as? [String: Int])?.filter { $0.value > 0 } == ["all": 1])
            #expect(try await client.call(.get, "/api/v1/worklist", token: wu).json["total"] as? Int == 1)
            #expect(try await client.call(.get, "/api/v1/worklist?scope=everything", token: wu).status == .badRequest)
            #expect(try await !client.page("/worklist?scope=own", token: wu).text.contains("data-task"))
            #expect(try await client.page("/worklist?scope=all", token: wu).text.contains("data-task"))
        }
    }

    @Test("handed over with a note to somebody who can read it, and taken back by an operator")
    func handOver() async throws {
        let fixture = try await WebFixture(roster: Self.roster)
        _ = try await fixture.takeStudy()
        let (li, wu, zhao, wang) = try await (
            fixture.token(of: "li"), fixture.token(of: "wu"), fixture.token(of: "zhao"), fixture.token(of: "wang")
        )
        try await fixture.withClient { client in
            let task = "/api/v1/tasks/\(try #require(try await firstTask(client, li)["id"] as? String))"
            #expect(try await client.call(.post, "\(task)/claim", token: li).status == .ok)
            let receivers = try await client.call(.get, "\(task)/receivers", token: li).json
            #expect((receivers["receivers"] as? [[String: Any]])?.map { $0["name"] as? String } == ["li", "zhao"])
            let silent = try await client.call(.post, "\(task)/handover", token: li, body: #"{"to": "zhao"}"#)
            #expect(silent.errorCode == "note_missing")
            let wrong = #"{"to": "wu", "note": "请看"}"#
            #expect(try await client.call(.post, "\(task)/handover", token: li, body: wrong).errorCode == "cannot_read")
            let note = #"{"to": "zhao", "note": "右肺结节请主任看"}"#
            #expect(
                try await client.call(.post, "\(task)/handover", token: wu, body: note).errorCode
                    == "claimed_by_another")
            #expect(try await client.call(.post, "\(task)/handover", token: li, body: note).status == .ok)
            let given = try await firstTask(client, zhao)
            #expect(given["assignedTo"] as? String == "zhao")
            #expect((given["handover"] as? [String: Any])?["note"] as? String == "右肺结节请主任看")
            #expect(try await client.page("/worklist", token: zhao).text.contains("右肺结节请主任看"))
            #expect(try await client.call(.delete, "\(task)/assignment", token: li).status == .forbidden)
            #expect(try await client.call(.delete, "\(task)/assignment", token: wang).status == .ok)
            let free = try await firstTask(client, zhao)
            #expect(free["assignedTo"] as? String == nil)
            let assigned = try await client.call(.put, "\(task)/assignment", token: wang, body: #"{"reader": "li"}"#)
            #expect(assigned.status == .ok)
            #expect(try await firstTask(client, li)["assignedToName"] as? String == "李医生")
        }
    }

    @Test("a reader who goes away frees their claim, and the page says so until they are back")
    func away() async throws {
        let fixture = try await WebFixture(roster: Self.roster)
        _ = try await fixture.takeStudy()
        let (li, wu, wang) = try await (fixture.token(of: "li"), fixture.token(of: "wu"), fixture.token(of: "wang"))
        try await fixture.withClient { client in
            let task = try #require(try await firstTask(client, li)["id"] as? String)
            #expect(try await client.call(.post, "/api/v1/tasks/\(task)/claim", token: li).status == .ok)
            #expect(
                try await client.call(.post, "/api/v1/roster/away", token: wu, body: #"{"reader": "li"}"#).status
                    == .forbidden)
            let gone = try await client.call(.post, "/api/v1/roster/away", token: li, body: #"{"minutes": "30"}"#)
            #expect(try gone.json["freedTasks"] as? Int == 1)
            #expect(try await firstTask(client, li)["state"] as? String == "ready")
            #expect(try await client.page("/worklist", token: li).text.contains("我回来了"))
            let roster = try await client.call(.get, "/api/v1/roster", token: wang).json
            #expect((roster["away"] as? [[String: Any]])?.map { $0["reader"] as? String } == ["li"])
            #expect((roster["onDuty"] as? [[String: Any]])?.count == 2)
            let back = try await client.call(.post, "/api/v1/roster/back", token: wang, body: #"{"reader": "li"}"#)
            #expect(try back.json["wasAway"] as? Bool == true)
            #expect(try await !client.page("/worklist", token: li).text.contains("我回来了"))
            for wrong in [#"{"minutes": -1}"#, #"{"minutes": "soon"}"#, #"{"until": "yesterday"}"#] {
                #expect(
                    try await client.call(.post, "/api/v1/roster/away", token: li, body: wrong).status == .badRequest)
            }
        }
    }

    @Test("a roster is checked with its lines and saved by an operator, and the page shows the week and its gaps")
    func roster() async throws {
        let fixture = try await WebFixture()
        let (li, wang) = try await (fixture.token(of: "li"), fixture.token(of: "wang"))
        func body(_ yaml: String) throws -> String {
            String(decoding: try JSONEncoder().encode(["yaml": yaml]), as: UTF8.self)
        }
        let stranger = Self.roster.replacing("name: wu", with: "name: stranger").replacing(
            "li, wu,", with: "li, stranger,")
        let (good, bad) = try (body(Self.roster), body(stranger))
        let gaps = try body(Self.roster.replacing("[li, wu, zhao]", with: "[]"))
        try await fixture.withClient { client in
            #expect(try await client.page("/roster", token: li).text.contains("还没有排班文件"))
            #expect(try await client.call(.put, "/api/v1/roster", token: li, body: good).status == .forbidden)
            let mistake = try await client.call(.put, "/api/v1/roster", token: wang, body: bad)
            #expect(mistake.errorCode == "unknown_reader")
            #expect(mistake.text.contains("roster.yaml:3:5"))
            let checked = try await client.call(.post, "/api/v1/roster/check", token: wang, body: good)
            #expect(try checked.json["readers"] as? Int == 3)
            #expect(try await client.call(.get, "/api/v1/roster", token: wang).json["isWritten"] as? Bool == false)
            #expect(try await client.call(.put, "/api/v1/roster", token: wang, body: good).status == .ok)
            let page = try await client.page("/roster", token: li).text
            #expect(page.contains("白班") && page.contains("李医生"))
            #expect(!page.contains("roster-file"))
            #expect(!page.contains("无人覆盖的班次"))
            #expect(try await client.page("/roster", token: wang).text.contains("roster-file"))
            #expect(try await client.call(.put, "/api/v1/roster", token: wang, body: gaps).status == .ok)
            let empty = try await client.page("/roster", token: li).text
            #expect(empty.contains("无人覆盖的班次"))
            #expect(empty.contains("cell-uncovered"))
            #expect(try await client.page("/worklist", token: li).text.contains("现在无人值班"))
            #expect(try await client.page("/operator", token: wang).text.contains("现在无人值班"))
        }
    }

    @Test("what is late is said by its age, on the worklist and to the operator")
    func alarms() async throws {
        let fixture = try await WebFixture()
        _ = try await fixture.takeStudy()
        let (li, wang) = try await (fixture.token(of: "li"), fixture.token(of: "wang"))
        try await fixture.withClient { client in
            let page = try await client.page("/worklist", token: li).text
            #expect(!page.contains("已超时"))
        }
        fixture.clock.advance(by: .seconds(14 * 24 * 3600))
        try await fixture.work()
        try await fixture.withClient { client in
            for (path, token) in [("/worklist", li), ("/operator", wang)] {
                let page = try await client.page(path, token: token).text
                #expect(page.contains("1 个任务已超时"))
                #expect(page.contains("门诊 CT/MR 1"))
            }
        }
    }

    @Test("an order that says where the patient comes from changes the limit")
    func patientClass() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let (li, zhang) = try await (fixture.token(of: "li"), fixture.token(of: "zhang"))
        let order = """
            {"clinicalQuestion": "胸痛", "priority": "routine", "consent": true, "studyInstanceUID": "\(study)",
             "patientClass": "inpatient"}
            """
        try await fixture.withClient { client in
            let placed = try await client.call(.post, "/api/v1/orders", token: zhang, body: order)
            #expect(try placed.json["patientClass"] as? String == "inpatient")
        }
        try await fixture.work()
        try await fixture.withClient { client in
            let clock = try await firstTask(client, li)["clock"] as? [String: Any]
            #expect(clock?["workType"] as? String == "inpatient")
        }
    }
}
