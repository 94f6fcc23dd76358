import Archive
import Audit
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Reading
import StudyFlow
import Testing
import Vocabulary

@testable import WebUI

@Suite("Corrections, page and API")
struct CorrectionAPITests {
    private func rejections(_ answer: TestResponse) throws -> [[String: Any]] {
        try #require(try answer.json["rejections"] as? [[String: Any]])
    }

    @Test("images are rejected with a reason and shown again, by those who may")
    func rejects() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy(3)
        let (wang, zhang, li) = (
            try await fixture.token(of: "wang"), try await fixture.token(of: "zhang"), try await fixture.token(of: "li")
        )
        let path = "/api/v1/studies/\(study)/rejections"
        try await fixture.withClient { client in
            let body = #"{"reason": "quality", "remark": "运动伪影"}"#
            #expect(try await client.call(.post, path, token: li, body: body).status == .forbidden)
            #expect(
                try await client.call(.post, path, token: zhang, body: #"{"reason": "quality"}"#).errorCode
                    == "missing_member")
            let blank = try await client.call(.post, path, token: zhang, body: #"{"reason": "quality", "remark": " "}"#)
            #expect(blank.status == .badRequest && blank.errorCode == "reason_missing")
            let expired = #"{"reason": "retention_expired", "remark": "x"}"#
            #expect(try await client.call(.post, path, token: wang, body: expired).status == .badRequest)
            let done = try await client.call(.post, path, token: zhang, body: body)
            #expect(done.status == .ok)
            let note = try #require(try rejections(done).first)
            #expect(note["code"] as? String == "113001" && note["inForce"] as? Int == 3)
            #expect(try done.json["isWithheld"] as? Bool == true)
            #expect(try await client.call(.post, path, token: zhang, body: body).errorCode == "nothing_to_do")
            let list = try await client.call(.get, "/api/v1/studies?stage=all", token: zhang).json
            #expect(list["total"] as? Int == 0)
            let page = try await client.page("/studies/\(study)", token: wang)
            #expect(page.text.contains("影像已全部作废") && page.text.contains("运动伪影"))
            #expect(page.text.contains("影像已全部作废，不再阅片") && !page.text.contains("等待阅片任务"))
            let uid = try #require(note["note"] as? String)
            let lifted = try await client.call(
                .post, "\(path)/\(uid)/lift", token: wang, body: #"{"reason": "误操作"}"#)
            #expect(try rejections(lifted).first?["inForce"] as? Int == 0)
            #expect(try rejections(lifted).first?["liftedBy"] as? String == "王运维")
            #expect(try await client.call(.get, "/api/v1/studies?stage=all", token: zhang).json["total"] as? Int == 1)
        }
    }

    @Test("whoever asks what was decided about a study stands in the trail")
    func trail() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let zhang = try await fixture.token(of: "zhang")
        try await fixture.withClient { client in
            let path = "/api/v1/studies/\(study)/corrections"
            let answer = try await client.call(.get, path, token: zhang)
            #expect(answer.status == .ok)
        }
        let flow = fixture.web.flow
        let trail = try await flow.database.read { try flow.audit.events(AuditTrail.Query(study: study), in: $0) }
        #expect(trail.contains { $0.event.action == .studyViewed && $0.event.actor == .user("zhang") })
    }

    @Test(
        "a date input holds a day or nothing",
        arguments: ["19610304": "1961-03-04", "00000000": "", "<svg onload=h()>": ""])
    func dateInputs(written: String, shown: String) async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy(birthDate: written)
        let wang = try await fixture.token(of: "wang")
        try await fixture.withClient { client in
            let page = try await client.page("/studies/\(study)", token: wang)
            #expect(page.text.contains(#"name="birthDate" type="date" value="\#(shown)""#))
            let list = try await client.page("/studies?from=\(shown.isEmpty ? "yesterday" : shown)", token: wang)
            #expect(list.text.contains(#"name="from" type="date" value="\#(shown)""#))
        }
    }

    @Test("a corrected patient is on every page, and what the modality wrote is shown to those who answer for it")
    func patient() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let wang = try await fixture.token(of: "wang")
        try await fixture.withClient { client in
            let body =
                #"{"patientID": "777", "patientName": "ZHAO^MIN=赵^敏", "birthDate": "1980-02-03", "sex": "F", "reason": "选错"}"#
            let done = try await client.call(.put, "/api/v1/studies/\(study)/patient", token: wang, body: body)
            #expect((try done.json["originalPatient"] as? [String: Any])?["patientID"] as? String == "00123")
            let answer = try await client.call(.get, "/api/v1/studies/\(study)", token: wang).json
            #expect(answer["patientID"] as? String == "777" && answer["patientName"] as? String == "赵敏")
            let page = try await client.page("/studies/\(study)", token: wang)
            #expect(page.text.contains("赵敏") && page.text.contains("林秀英"))
            let head = try await client.page("/studies/\(study)?fragment=head", token: wang)
            #expect(head.text.contains("赵敏") && !head.text.contains("林秀英") && !head.text.contains("<html"))
            let who = try await client.page("/studies/\(study)/view?fragment=who", token: wang)
            #expect(who.text.contains("赵敏") && !who.text.contains("<html"))
            let bad = try await client.call(
                .put, "/api/v1/studies/\(study)/patient", token: wang, body: #"{"patientID": "", "reason": "x"}"#)
            #expect(bad.errorCode == "bad_patient")
            let back = try await client.call(
                .post, "/api/v1/studies/\(study)/patient/restore", token: wang, body: #"{"reason": "原来对"}"#)
            #expect(back.status == .ok)
            #expect(
                try await client.call(.get, "/api/v1/studies/\(study)", token: wang).json["patientID"] as? String
                    == "00123")
        }
    }

    @Test("a study merged while it is read gives its reader a clear refusal and keeps the draft")
    func mergedWhileRead() async throws {
        let fixture = try await WebFixture()
        let (first, second) = (try await fixture.takeStudy(), try await fixture.takeStudy())
        let (wang, li) = (try await fixture.token(of: "wang"), try await fixture.token(of: "li"))
        let tasks = try await StudyViews(fixture.flow).worklist()
        let task = try #require(tasks.first { $0.task.study == second }?.task.id)
        try await fixture.withClient { client in
            #expect(try await client.call(.post, "/api/v1/tasks/\(task)/claim", token: li).status == .ok)
            let draft = #"{"findings": "所见", "impression": "印象", "version": 0}"#
            #expect(try await client.call(.put, "/api/v1/tasks/\(task)/draft", token: li, body: draft).status == .ok)
            let merge = "/api/v1/studies/\(second)/merge"
            let refused = try await client.call(
                .post, merge, token: wang, body: #"{"into": "\#(first)", "reason": "同一次检查"}"#)
            #expect(refused.status == .conflict && refused.errorCode == "being_read")
            let done = try await client.call(
                .post, merge, token: wang, body: #"{"into": "\#(first)", "reason": "同一次检查", "evenIfRead": true}"#)
            #expect(try done.json["shownIn"] as? String == first.rawValue)
            let sign = #"{"findings": "所见", "impression": "印象", "version": 1}"#
            let answer = try await client.call(.post, "/api/v1/tasks/\(task)/preliminary", token: li, body: sign)
            #expect(answer.status == .conflict && answer.errorCode == "study_merged")
            #expect(answer.text.contains(first.rawValue) && answer.text.contains("草稿已保留"))
            let kept = try await client.call(.get, "/api/v1/tasks/\(task)", token: li)
            #expect(kept.text.contains("所见"))
            let page = try await client.page("/studies/\(second)", token: wang)
            #expect(page.text.contains("已并入"))
            let split = try await client.call(
                .post, "/api/v1/studies/\(second)/split", token: wang, body: #"{"reason": "不是"}"#)
            #expect(try split.json["isWithheld"] as? Bool == false)
        }
    }

    @Test("the page of retention is the operator's, and says by which rule")
    func retention() async throws {
        let fixture = try await WebFixture()
        let (wang, zhang) = (try await fixture.token(of: "wang"), try await fixture.token(of: "zhang"))
        try await fixture.withClient { client in
            #expect(try await client.page("/retention", token: zhang).status == .forbidden)
            let page = try await client.page("/retention", token: wang)
            #expect(page.status == .ok && page.text.contains("没有保存期满的检查"))
            #expect(try await client.call(.get, "/api/v1/retention", token: wang).status == .ok)
            let none = try await client.call(.post, "/api/v1/retention/expire", token: wang, body: #"{"studies": []}"#)
            #expect(none.status == .badRequest)
        }
    }

    @Test("only who holds the task says that they saw a correction, and the sentence says whose patient it is now")
    func seen() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let (wang, li, zhao) = (
            try await fixture.token(of: "wang"), try await fixture.token(of: "li"), try await fixture.token(of: "zhao")
        )
        let task = try #require(try await StudyViews(fixture.flow).worklist().first?.task.id)
        try await fixture.withClient { client in
            #expect(try await client.call(.post, "/api/v1/tasks/\(task)/claim", token: li).status == .ok)
            let draft = #"{"findings": "所见", "impression": "印象", "version": 0}"#
            try await client.call(.put, "/api/v1/tasks/\(task)/draft", token: li, body: draft)
            let body = #"{"patientID": "777", "patientName": "ZHAO^MIN=赵^敏", "sex": "F", "reason": "选错"}"#
            #expect(
                try await client.call(.put, "/api/v1/studies/\(study)/patient", token: wang, body: body).status == .ok)
            let part = try await client.page("/tasks/\(task)?fragment=late", token: li)
            #expect(part.text.contains("阅片期间患者信息被更正") && part.text.contains("赵敏"))
            let early = try await client.call(.post, "/api/v1/tasks/\(task)/preliminary", token: li)
            #expect(early.status == .conflict && early.errorCode == "correction_unseen")
            let path = "/api/v1/tasks/\(task)/corrections-seen"
            #expect(try await client.call(.post, path, token: zhao).status != .noContent)
            #expect(try await client.call(.post, path, token: li).status == .noContent)
            #expect(
                try await client.call(.post, "/api/v1/tasks/\(task)/preliminary", token: li).status == .ok)
        }
    }

    @Test("a report of images that were rejected or merged away afterwards says so on its page")
    func cautions() async throws {
        let fixture = try await WebFixture()
        let (first, second) = (try await fixture.takeStudy(), try await fixture.takeStudy())
        let (wang, li, zhao) = (
            try await fixture.token(of: "wang"), try await fixture.token(of: "li"), try await fixture.token(of: "zhao")
        )
        let tasks = try await StudyViews(fixture.flow).worklist().map(\.task)
        try await fixture.withClient { client in
            for task in tasks {
                let path = "/api/v1/tasks/\(task.id)"
                try await client.call(.post, "\(path)/claim", token: li)
                let draft = #"{"findings": "所见", "impression": "印象", "version": 0}"#
                try await client.call(.put, "\(path)/draft", token: li, body: draft)
                try await client.call(.post, "\(path)/preliminary", token: li)
                try await client.call(.post, "\(path)/final", token: zhao)
            }
        }
        try await fixture.work()
        try await fixture.withClient { client in
            let merge = #"{"into": "\#(first)", "reason": "同一次检查", "evenIfRead": true}"#
            let merged = try await client.call(.post, "/api/v1/studies/\(second)/merge", token: wang, body: merge)
            #expect(merged.status == .ok)
            let away = try await client.page("/studies/\(second)", token: wang)
            #expect(away.text.contains("只依据并入前本检查的影像"))
            let target = try await client.page("/studies/\(first)", token: wang)
            #expect(target.text.contains("那里已有签发的报告") && !target.text.contains("report-caution"))
            let reject = #"{"reason": "wrong_worklist", "remark": "选错患者"}"#
            for study in [second, first] {
                let done = try await client.call(
                    .post, "/api/v1/studies/\(study)/rejections", token: wang, body: reject)
                #expect(done.status == .ok)
            }
            let rejected = try await client.page("/studies/\(first)", token: wang)
            #expect(rejected.text.contains("请勿再依据它诊疗"))
        }
    }
}
