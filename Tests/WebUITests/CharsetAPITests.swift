import Foundation
import HTTPTypes
import HummingbirdTesting
import StudyFlow
import TestImageGenerator
import Testing
import Vocabulary

@testable import WebUI

@Suite("Character sets on the web")
struct CharsetAPITests {
    /// A study whose name only an operator can read.
    private func fixture() async throws -> WebFixture {
        let fixture = try await WebFixture()
        let sample = try #require(TextSample.all.first { $0.truth == .big5 })
        let file = try sample.write(in: fixture.directory.appending("text"))
        try fixture.take(try Data(contentsOf: URL(filePath: file.path)))
        return fixture
    }

    @Test("an operator sees how a study would read, sets it, and it reads so")
    func set() async throws {
        let fixture = try await fixture()
        let (wang, zhang) = (try await fixture.token(of: "wang"), try await fixture.token(of: "zhang"))
        try await fixture.withClient { client in
            let listed = try await client.call(.get, "/api/v1/charsets", token: wang).json
            let source = try #require((listed["sources"] as? [[String: Any]])?.first)
            let name = try #require(source["name"] as? String)
            #expect(source["studies"] as? Int == 1)

            let preview = try await client.call(
                .get, "/api/v1/charsets/preview?source=\(name)&encoding=big5", token: wang
            ).json
            let study = try #require((preview["studies"] as? [[String: Any]])?.first)
            #expect(study["patientNameThen"] as? String == "測試^陳大文")
            #expect(study["patientName"] as? String != "測試^陳大文")

            let page = try await client.page("/charsets?source=\(name)&encoding=Big5", token: wang)
            #expect(page.text.contains("測試^陳大文"))
            #expect(try await client.page("/studies?stage=all", token: zhang).text.contains("陳大文") == false)

            let body = #"{"source": "\#(name)", "encoding": "big5"}"#
            #expect(try await client.call(.put, "/api/v1/charsets", token: zhang, body: body).status == .forbidden)
            let answer = try await client.call(.put, "/api/v1/charsets", token: wang, body: body)
            #expect(try answer.json["changed"] as? Int == 1)
            while try await RereadService(fixture.flow).step() > 0 {}
            #expect(try await client.page("/studies?stage=all", token: zhang).text.contains("測試陳大文"))
            #expect(try await client.page("/studies?stage=all&text=cdw", token: zhang).text.contains("測試陳大文"))
            #expect(try await client.page("/charsets", token: wang).text.contains("已读完 1 个检查，更正 1 个"))
        }
    }

    @Test("refuses an encoding that it does not know, and who is no operator")
    func refusals() async throws {
        let fixture = try await WebFixture()
        let (wang, zhang) = (try await fixture.token(of: "wang"), try await fixture.token(of: "zhang"))
        try await fixture.withClient { client in
            for body in [#"{"source": "CT1", "encoding": "klingon"}"#, #"{"source": ""}"#, #"{"encoding": "gbk"}"#] {
                #expect(try await client.call(.put, "/api/v1/charsets", token: wang, body: body).status == .badRequest)
            }
            let preview = "/api/v1/charsets/preview"
            #expect(try await client.call(.get, preview, token: wang).status == .badRequest)
            #expect(try await client.call(.get, preview + "?source=CT1", token: zhang).status == .forbidden)
            #expect(try await client.call(.get, "/api/v1/charsets", token: zhang).status == .forbidden)
            #expect(try await client.page("/charsets", token: zhang).status == .forbidden)
            let unset = try await client.call(.put, "/api/v1/charsets", token: wang, body: #"{"source": "CT1"}"#)
            #expect(try unset.json["changed"] as? Int == 0)
        }
    }

    @Test("every encoding has a name in both languages")
    func words() throws {
        let keys = try WebResources.bundled().strings.keys
        let wanted = CharacterEncoding.allCases.map { "encoding.\($0.rawValue)" }
        #expect(wanted.filter { !keys.contains($0) } == [])
    }
}
