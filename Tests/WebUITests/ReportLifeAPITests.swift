import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import WebUI

@Suite("A report's life through the JSON API")
struct ReportLifeAPITests {
    private struct Case {
        let fixture: WebFixture
        let study: String
        let task: String
        let (li, zhao, zhang): (String, String, String)

        /// Written and signed by both doctors, released.
        init(release: Bool = true, adjust: (inout WebFixture) -> Void = { _ in }) async throws {
            var fixture = try await WebFixture()
            adjust(&fixture)
            self.fixture = fixture
            study = try await fixture.takeStudy().rawValue
            (li, zhao, zhang) = try await (
                fixture.token(of: "li"), fixture.token(of: "zhao"), fixture.token(of: "zhang")
            )
            let (li, zhao) = (li, zhao)
            task = try await fixture.withClient { client in
                let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
                let id = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
                let task = "/api/v1/tasks/\(id)"
                try await client.call(.post, "\(task)/claim", token: li)
                let draft = #"{"findings": "右肺下叶见斑片影。", "impression": "左肺炎症。", "version": 0}"#
                try await client.call(.put, "\(task)/draft", token: li, body: draft)
                guard release else { return task }
                try await client.call(.post, "\(task)/preliminary", token: li)
                try await client.call(.post, "\(task)/final", token: zhao)
                return task
            }
            try await fixture.work()
        }
    }

    @Test("an addendum takes a reviewer, and stands under the report with the old release beside it")
    func addendum() async throws {
        let given = try await Case()
        try await given.fixture.withClient { [given] client in
            let body = #"{"text": "结合病史，考虑结核可能。"}"#
            let early = try await client.call(.post, "\(given.task)/addendum", token: given.li, body: body)
            #expect(early.status == .forbidden)
            let blank = try await client.call(
                .post, "\(given.task)/addendum", token: given.zhao, body: #"{"text": " "}"#)
            #expect(blank.status == .badRequest)
            let signed = try await client.call(.post, "\(given.task)/addendum", token: given.zhao, body: body)
            #expect(signed.status == .created)
        }
        try await given.fixture.work()
        try await given.fixture.withClient { [given] client in
            let path = "/api/v1/studies/\(given.study)/report"
            let report = try await client.call(.get, path, token: given.zhang).json
            #expect((report["addenda"] as? [[String: Any]])?.first?["signer"] as? String == "赵主任")
            #expect(report["impression"] as? String == "左肺炎症。")
            let editions = try #require(report["editions"] as? [[String: Any]])
            #expect(editions.map { $0["standing"] as? String } == ["current", "amended"])
            for edition in editions {
                let pdf = try await client.call(.get, try #require(edition["pdfURL"] as? String), token: given.zhang)
                #expect(pdf.text.hasPrefix("%PDF-"))
            }
            let page = try await client.page("/studies/\(given.study)", token: given.zhang)
            #expect(page.text.contains("结合病史，考虑结核可能。") && page.text.contains("后有补充"))
        }
    }

    @Test("a correction needs a reason, marks the old report at once and shows what was changed")
    func correction() async throws {
        let given = try await Case()
        try await given.fixture.withClient { [given] client in
            let blank = try await client.call(.post, "\(given.task)/correct", token: given.li, body: #"{"reason": ""}"#)
            #expect(blank.errorCode == "reason_missing")
            let taken = try await client.call(
                .post, "\(given.task)/correct", token: given.li, body: #"{"reason": "左右写反"}"#)
            let json = try taken.json
            #expect(json["isMine"] as? Bool == true && json["returnedReason"] as? String == "左右写反")
            let page = try await client.page("/studies/\(given.study)", token: given.zhang)
            #expect(page.text.contains("正在更正"))
            let version = try #require((json["draft"] as? [String: Any])?["version"] as? Int)
            let draft = #"{"findings": "右肺下叶见斑片影。", "impression": "右肺炎症。", "version": \#(version)}"#
            try await client.call(.put, "\(given.task)/draft", token: given.li, body: draft)
            try await client.call(.post, "\(given.task)/preliminary", token: given.li)
            try await client.call(.post, "\(given.task)/final", token: given.zhao)
        }
        try await given.fixture.work()
        try await given.fixture.withClient { [given] client in
            let report = try await client.call(.get, "/api/v1/studies/\(given.study)/report", token: given.zhang).json
            #expect(report["impression"] as? String == "右肺炎症。")
            #expect(report["correctionReason"] as? String == "左右写反")
            let editions = try #require(report["editions"] as? [[String: Any]])
            #expect(editions.map { $0["standing"] as? String } == ["current", "superseded"])
            #expect(editions[0]["supersedes"] as? String == editions[1]["srInstanceUID"] as? String)
            let versions = try await client.call(.get, "\(given.task)/versions", token: given.li).json
            let steps = try #require(versions["versions"] as? [[String: Any]])
            let changed = try #require(steps[2]["impressionDifference"] as? [[String: Any]])
            #expect(changed.map { $0["text"] as? String } == ["左", "右", "肺炎症。"])
            let page = try await client.page("/tasks/\(given.task.split(separator: "/").last!)", token: given.li)
            #expect(page.text.contains("<del>左</del><ins>右</ins>"))
        }
    }

    @Test("templates fit the task, one's own come first, and go when they are deleted")
    func templates() async throws {
        let given = try await Case(release: false)
        try await given.fixture.withClient { [given] client in
            let id = try #require(given.task.split(separator: "/").last)
            let list = try await client.call(.get, "/api/v1/templates?task=\(id)", token: given.li).json
            let shipped = try #require(list["templates"] as? [[String: Any]])
            #expect((shipped.first?["name"] as? String)?.hasPrefix("胸部CT") == true)
            #expect((list["phrases"] as? [[String: Any]])?.isEmpty == false)
            let own =
                #"{"name": "我的胸部", "findings": "双肺清晰。", "impression": "正常。", "modalities": ["CT"], "bodyParts": ["胸"]}"#
            #expect(try await client.call(.put, "/api/v1/templates/own", token: given.li, body: own).status == .ok)
            let mine = try await client.call(.get, "/api/v1/templates?task=\(id)", token: given.li).json
            #expect((mine["templates"] as? [[String: Any]])?.first?["name"] as? String == "我的胸部")
            let theirs = try await client.call(.get, "/api/v1/templates?task=\(id)", token: given.zhao).json
            #expect((theirs["templates"] as? [[String: Any]])?.contains { $0["name"] as? String == "我的胸部" } == false)
            #expect(try await client.page("/templates", token: given.li).text.contains("我的胸部"))
            let name = try #require("我的胸部".addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let path = "/api/v1/templates/own?name=\(name)"
            #expect(try await client.call(.delete, path, token: given.li).status == .noContent)
            #expect(try await client.call(.delete, path, token: given.li).status == .notFound)
            #expect(try await client.call(.get, "/api/v1/templates", token: given.zhang).status == .forbidden)
        }
    }

    @Test("values and key images are kept with the draft by its writer alone")
    func fieldsAndKeyImages() async throws {
        let given = try await Case(release: false)
        try await given.fixture.withClient { [given] client in
            let fields =
                #"{"fields": [{"name": "结节长径", "value": "12", "number": 12, "unit": "mm", "source": "viewer"}]}"#
            #expect(try await client.call(.put, "\(given.task)/fields", token: given.li, body: fields).status == .ok)
            let other = try await client.call(.put, "\(given.task)/fields", token: given.zhao, body: fields)
            #expect(other.errorCode == "claimed_by_another")
            let task = try await client.call(.get, given.task, token: given.li).json
            #expect(((task["fields"] as? [[String: Any]])?.first?["number"] as? Double) == 12)
            let foreign = try await client.call(
                .put, "\(given.task)/key-images", token: given.li, body: #"{"sopInstanceUID": "1.2.3"}"#)
            #expect(foreign.errorCode == "not_of_study")
        }
        let flow = given.fixture.flow
        let study = given.study
        let image = try #require(
            try await flow.database.read { try flow.catalogue.instances(of: .init(unchecked: study), in: $0) }.first)
        try await given.fixture.withClient { [given] client in
            let body = #"{"sopInstanceUID": "\#(image.sopInstanceUID)", "note": "最大层面"}"#
            let marked = try await client.call(.put, "\(given.task)/key-images", token: given.li, body: body).json
            #expect((marked["keyImages"] as? [[String: Any]])?.first?["note"] as? String == "最大层面")
            let path = "\(given.task)/key-images/\(image.sopInstanceUID)/1"
            let left = try await client.call(.delete, path, token: given.li).json
            #expect((left["keyImages"] as? [[String: Any]])?.isEmpty == true)
        }
    }

    @Test("of two windows that sign, the second is told, and nothing is signed twice")
    func twoWindows() async throws {
        let given = try await Case(release: false)
        try await given.fixture.withClient { [given] client in
            let path = "\(given.task)/preliminary"
            #expect(try await client.call(.post, path, token: given.li, body: #"{"version": 1}"#).status == .ok)
            let again = try await client.call(.post, path, token: given.li, body: #"{"version": 1}"#)
            #expect(again.status == .conflict && again.errorCode == "already_signed")
            let late = #"{"findings": "x", "impression": "y", "version": 1}"#
            let draft = try await client.call(.put, "\(given.task)/draft", token: given.li, body: late)
            #expect(draft.status == .conflict)
            let versions = try await client.call(.get, "\(given.task)/versions", token: given.li).json
            #expect((versions["versions"] as? [[String: Any]])?.count == 1)
        }
    }

    @Test("where a node asks for it, nothing is signed without the right password")
    func password() async throws {
        let given = try await Case(release: false) { fixture in
            let access = fixture.access
            fixture.web.confirmSigner = { try await access.isPassword($1, of: $0) }
        }
        try await given.fixture.withClient { [given] client in
            let path = "\(given.task)/preliminary"
            #expect(try await client.call(.post, path, token: given.li).errorCode == "password_required")
            let wrong = try await client.call(.post, path, token: given.li, body: #"{"password": "wrong"}"#)
            #expect(wrong.errorCode == "wrong_password")
            let right = try await client.call(
                .post, path, token: given.li, body: #"{"password": "\#(WebFixture.password)"}"#)
            #expect(right.status == .ok)
        }
    }
}
