import Audit
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Reading
import StudyFlow
import Testing
import Vocabulary

@testable import WebUI

@Suite("Web resources")
struct ResourceTests {
    @Test("assets keep their type, may be kept for ever, and answer 304 to a browser that has them")
    func assets() async throws {
        let fixture = try await WebFixture()
        let version = fixture.web.resources.version
        try await fixture.withClient { client in
            let script = try await client.execute(uri: "/assets/\(version)/js/pages/reading.js", method: .get)
            #expect(script.status == .ok)
            #expect(script.headers[.contentType] == "text/javascript; charset=utf-8")
            #expect(script.headers[.cacheControl] == "public, max-age=31536000, immutable")
            let tag = try #require(script.headers[.eTag])
            let again = try await client.execute(
                uri: "/assets/\(version)/js/pages/reading.js", method: .get, headers: [.ifNoneMatch: "W/\(tag)"])
            #expect(again.status == .notModified)
            #expect(again.body.readableBytes == 0)
            let old = try await client.execute(uri: "/assets/000000000000/css/base.css", method: .get)
            #expect(old.headers[.cacheControl] == "no-cache")
            for path in ["js/package.json", "js/nothing.js", "../strings.json", "..%2Fopenapi.json"] {
                #expect(try await client.execute(uri: "/assets/\(version)/\(path)", method: .get).status == .notFound)
            }
            #expect(try await client.execute(uri: "/assets/\(version)/strings.json", method: .get).status == .ok)
        }
    }

    @Test("assets go out as gzip, made at start, under a tag of their own")
    func packedAssets() async throws {
        let fixture = try await WebFixture()
        try await fixture.withClient { client in
            let address = "/assets/\(fixture.web.resources.version)/js/pages/reading.js"
            let plain = try await client.execute(uri: address, method: .get)
            let packed = try await client.execute(uri: address, method: .get, headers: [.acceptEncoding: "gzip"])
            #expect(plain.headers[.contentEncoding] == nil)
            #expect(packed.headers[.contentEncoding] == "gzip")
            #expect(packed.body.readableBytes * 3 < plain.body.readableBytes * 2)
            #expect(packed.headers[.eTag] != plain.headers[.eTag])
            #expect(packed.headers[.vary] == "Accept-Encoding")
            let again = try await client.execute(
                uri: address, method: .get,
                headers: [.acceptEncoding: "gzip", .ifNoneMatch: try #require(packed.headers[.eTag])])
            #expect(again.status == .notModified)
        }
    }

    @Test("pages name every script that theirs imports, wherever the import stands")
    func modules() async throws {
        let graph = ModuleGraph([
            "js/pages/a.js":
                "import { b } from '../core/b.js';\nimport {\n  c,\n  d,\n} from './c.js';\nimport '../core/e.js';",
            "js/core/b.js":
                "// import { x } from './not.js';\nexport { f } from './f.js';\nexport * from '../pages/a.js';",
            "js/pages/c.js": "/** @typedef {import('./g.js').G} G */\nconst text = \"import './g.js'\";",
            "js/core/e.js": "", "js/core/f.js": "import * as b from './b.js';", "js/pages/g.js": "",
            "js/core/not.js": "",
        ])
        #expect(
            graph.dependencies(of: "js/pages/a.js") == [
                "js/core/b.js", "js/pages/c.js", "js/core/e.js", "js/core/f.js",
            ])
        let fixture = try await WebFixture()
        let resources = fixture.web.resources
        for script in resources.assets.keys where script.hasPrefix("js/pages/") {
            let page = String(script.dropFirst("js/pages/".count).dropLast(3))
            let prefix = "/assets/\(resources.version)/"
            #expect(
                resources.modules(ofPage: page).allSatisfy {
                    resources.assets[String($0.dropFirst(prefix.count))] != nil
                })
        }
        #expect(resources.modules(ofPage: "reading").contains { $0.hasSuffix("/js/dicomweb/planes.js") })
        try await fixture.withClient { client in
            let page = String(buffer: try await client.execute(uri: "/login", method: .get).body)
            for module in resources.modules(ofPage: "login") {
                #expect(page.contains("<link rel=\"modulepreload\" href=\"\(module)\">"))
            }
        }
    }

    @Test("every value that a page names has words in both languages")
    func words() throws {
        let keys = try WebResources.bundled().strings.keys
        let wanted =
            AuditAction.allCases.map { "audit.\($0.rawValue)" }
            + ReadingTaskState.allCases.map { "state.\($0.rawValue)" }
            + Priority.allCases.map { "priority.\($0.rawValue)" } + UserRole.allCases.map { "role.\($0.rawValue)" }
            + Tier.allCases.map { "tier.\($0.rawValue)" } + HopStory.State.allCases.map { "hopState.\($0.rawValue)" }
            + WorklistTab.allCases.map { "worklist.\($0.rawValue)" } + [
                "conflict.other_bytes", "conflict.other_issuer",
            ]
        #expect(wanted.filter { !keys.contains($0) } == [])
    }

    @Test("a folder without resources is an error before anything listens")
    func missing() {
        #expect(throws: WebUIError(code: .missingResource, message: "")) {
            try WebResources(directory: URL(filePath: "/nonexistent"))
        }
    }

    @Test("sizes, ages, dates and names read as people write them")
    func texts() throws {
        let words = try WebResources.bundled().strings[.chinese]
        #expect(
            [0, 999, 1000, 32_123_456, 99_990_000, 5_000_000_000].map { words.bytes($0) }
                == ["0 B", "999 B", "1.0 kB", "32.1 MB", "100 MB", "5.0 GB"])
        #expect(words.age(.seconds(59)) == "59 秒")
        #expect(words.age(.seconds(90 * 60)) == "1 小时")
        #expect(DICOMText.date("20261121") == "2026-11-21")
        #expect(DICOMText.date("2026.11.21") == "2026.11.21")
        #expect(DICOMText.civilDate("20261121")?.description == "2026-11-21")
        for none in ["00000000", "20260230", "<svg onload=h()>", "", "2026"] {
            #expect(DICOMText.civilDate(none) == nil)
        }
        #expect(DICOMText.age(birth: "00000000", on: "20261121") == nil)
        #expect(DICOMText.time("140305.25") == "14:03:05")
        #expect(DICOMText.time("1403") == "14:03:00")
        #expect(DICOMText.name("LIN^XIUYING=林^秀英=", in: .chinese) == "林秀英")
        #expect(DICOMText.name("LIN^XIUYING=林^秀英=", in: .english) == "LIN XIUYING")
        #expect(DICOMText.name("王^小东", in: .english) == "王小东")
        #expect(DICOMText.name("^^", in: .chinese) == nil)
        #expect(DICOMText.age(birth: "19611122", on: "20261121").map { "\($0)" } == "(count: 64, isMonths: false)")
        #expect(DICOMText.age(birth: "20250101", on: "20261121").map { "\($0)" } == "(count: 22, isMonths: true)")
        #expect(DICOMText.age(birth: "2025", on: "20261121") == nil)
    }

    @Test("a quotation mark with an accent on it is still a quotation mark")
    func combiningMarks() {
        #expect(PageText.separated("a\"\u{301}b") == "a\"\u{200B}\u{301}b")
        #expect(PageText.separated("plain é text") == "plain é text")
        #expect(PageText.separated("<b>&") == "<b>&")
    }

    @Test("many changes within a moment become one event that names no patient")
    func gatheredChanges() throws {
        let study = StudyInstanceUID.generate()
        let one = try LiveUpdates.event(for: [FlowChange(.study, study), FlowChange(.task, study)])
        #expect(one.name == "change")
        let both = "{\"study\":\"\(study)\",\"topics\":[\"studies\",\"worklist\"]}"
        #expect(one.data == both)
        let several = try LiveUpdates.event(for: [FlowChange(.queue), FlowChange(.study, study)])
        let topics = "{\"topics\":[\"operator\",\"studies\"]}"
        #expect(several.data == topics)
    }

    @Test("where many listen, pages are told to spread what they fetch again")
    func spread() throws {
        func data(_ listeners: Int) throws -> String {
            try LiveUpdates.event(for: [FlowChange(.link)], listeners: listeners).data
        }
        #expect(try data(5) == "{\"topics\":[\"operator\"]}")
        #expect(try data(150) == "{\"spread\":4500,\"topics\":[\"operator\"]}")
        #expect(try data(400) == "{\"spread\":5000,\"topics\":[\"operator\"]}")
    }
}

@Suite("A study's history")
struct HistoryLineTests {
    @Test("tells what was done again and again once, with its number")
    func gathers() throws {
        let start = Timestamp(milliseconds: 1_795_000_000_000)
        func event(_ second: Int64, _ action: AuditAction, _ actor: AuditActor) -> AuditEvent {
            AuditEvent(action, by: actor, at: start + .seconds(second))
        }
        let modality = AuditActor(kind: .modality, name: "CT1")
        let events = [
            event(5, .studySettled, .system("settlement")), event(4, .instanceReceived, modality),
            event(3, .instanceReceived, modality), event(2, .orderPlaced, .user("zhang")),
            event(1, .instanceReceived, modality),
        ]
        let lines = HistoryLine.lines(of: events)
        #expect(lines.map(\.action) == [.studySettled, .instanceReceived, .orderPlaced, .instanceReceived])
        #expect(lines.map(\.count) == [1, 2, 1, 1])
        #expect(lines[1].at == start + .seconds(4))
    }
}
