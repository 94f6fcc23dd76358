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
