import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import WebUI

@Suite("Pages")
struct PageTests {
    @Test(
        "every page is drawn for whom it is meant, in both languages, with nothing left unfilled",
        arguments: ["zh", "en"])
    func everyPage(language: String) async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let li = try await fixture.token(of: "li")
        let pages = [
            ("/studies", "zhang"), ("/studies/\(study)", "zhang"), ("/studies/\(study)/view", "zhang"),
            ("/worklist", "li"), ("/operator", "wang"), ("/operator", "sun"),
            ("/obligations", "wang"), ("/critical-results", "zhang"), ("/quality", "zhang"), ("/supervision", "wang"),
            ("/account", "li"),
        ]
        var tokens: [String: String] = [:]
        for (_, name) in pages where tokens[name] == nil { tokens[name] = try await fixture.token(of: name) }
        let issued = tokens
        try await fixture.withClient { client in
            let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
            let task = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
            for (path, name) in pages + [("/tasks/\(task)", "li")] {
                let page = try await client.page(path, token: issued[name] ?? li, language: language)
                #expect(page.status == .ok, "\(path)")
                #expect(page.headers[.contentType] == "text/html; charset=utf-8")
                #expect(page.text.contains("<html lang=\"\(language == "zh" ? "zh-CN" : "en")\""))
                #expect(!page.text.contains("{{"), "\(path)")
                #expect(!page.text.contains("<script>") && !page.text.contains(" style=\""))
                #expect(page.text.hasSuffix("</html>\n"), "\(path)")
            }
        }
    }

    @Test("a browser that isn't logged in is sent to the login page and back to where it was going")
    func login() async throws {
        let fixture = try await WebFixture()
        try await fixture.withClient { client in
            let sent = try await client.execute(uri: "/worklist", method: .get, headers: [.accept: "text/html"])
            #expect(sent.status == .seeOther)
            #expect(sent.headers[.location] == "/login?next=/worklist")
            let page = try await client.execute(
                uri: "/login?next=/worklist", method: .get, headers: [.accept: "text/html"])
            #expect(page.text.contains("name=\"next\" value=\"/worklist\""))
            let evil = try await client.execute(uri: "/login?next=//evil.example", method: .get)
            #expect(evil.text.contains("name=\"next\" value=\"/\""))
            #expect(page.headers[.contentSecurityPolicy]?.contains("script-src 'self'") == true)
        }
    }

    @Test("everybody comes to where their work is")
    func home() async throws {
        let fixture = try await WebFixture()
        for (name, place) in [("zhang", "/studies"), ("li", "/worklist"), ("zhao", "/worklist"), ("wang", "/operator")]
        {
            let token = try await fixture.token(of: name)
            try await fixture.withClient { client in
                let answer = try await client.page("/", token: token)
                #expect(answer.headers[.location] == place)
            }
        }
    }

    @Test("a page for another role and a page that isn't there say so in words")
    func problems() async throws {
        let fixture = try await WebFixture()
        let zhang = try await fixture.token(of: "zhang")
        try await fixture.withClient { client in
            let forbidden = try await client.page("/operator", token: zhang)
            #expect(forbidden.status == .forbidden)
            #expect(forbidden.text.contains("没有权限"))
            let missing = try await client.page("/studies/1.2.3", token: zhang, language: "en")
            #expect(missing.status == .notFound)
            #expect(missing.text.contains("No such page"))
        }
    }

    @Test("what a study says about itself stays text")
    func hostileText() async throws {
        let fixture = try await WebFixture()
        let name = "<script>alert(1)</script>^\"\u{301} onmouseover"
        let mark = "\"\u{301}"
        let study = try await fixture.takeStudy(patientName: name, description: "<img src=x>'\u{308}")
        let (zhang, li) = try await (fixture.token(of: "zhang"), fixture.token(of: "li"))
        try await fixture.withClient { client in
            for path in ["/studies", "/studies/\(study)", "/studies/\(study)/view"] {
                let page = try await client.page(path, token: zhang)
                #expect(page.status == .ok)
                #expect(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"), "\(path)")
                // No quotation mark of the name is left raw.
                let hasRawMark = page.text.unicodeScalars.contains("\u{301}") && page.text.contains(mark)
                #expect(!hasRawMark, "\(path)")
                #expect(page.text.contains("&quot;"))
            }
            #expect(try await client.page("/worklist", token: li).text.contains("&lt;script&gt;"))
        }
    }

    @Test("a fragment is the part of the page that is refreshed")
    func fragments() async throws {
        let fixture = try await WebFixture()
        let study = try await fixture.takeStudy()
        let zhang = try await fixture.token(of: "zhang")
        try await fixture.withClient { client in
            let list = try await client.page("/studies?fragment=list", token: zhang)
            #expect(list.text.contains("data-study=\"\(study)\""))
            #expect(!list.text.contains("<html"))
            let detail = try await client.page("/studies/\(study)?fragment=detail", token: zhang)
            #expect(detail.text.contains("class=\"table hops\""))
            #expect(!detail.text.contains("<html"))
        }
    }

    @Test("the language switch is remembered by a cookie and leads back")
    func language() async throws {
        let fixture = try await WebFixture()
        try await fixture.withClient { client in
            let answer = try await client.execute(
                uri: "/language", method: .post, body: ByteBuffer(string: "language=en&next=%2Fstudies"))
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/studies")
            #expect(answer.headers[.setCookie]?.hasPrefix("jieli_language=en") == true)
            let page = try await client.execute(
                uri: "/login", method: .get, headers: [.cookie: "jieli_language=en", .acceptLanguage: "zh"])
            #expect(page.text.contains("Log in"))
        }
    }
}
