import HTTPTypes
import HummingbirdTesting
import Testing

@testable import WebUI

@Suite("Settings of the viewer")
struct PreferenceAPITests {
    @Test("are kept by user, and are empty at first")
    func kept() async throws {
        let fixture = try await WebFixture()
        let (wang, zhang) = (try await fixture.token(of: "wang"), try await fixture.token(of: "zhang"))
        try await fixture.withClient { client in
            let path = "/api/v1/me/viewer"
            #expect(try await client.call(.get, path, token: zhang).json["keys"] as? [String: [String]] == [:])
            let body = #"{"keys": {"invert": ["j"]}, "mouse": {"right": "window"}}"#
            #expect(try await client.call(.put, path, token: zhang, body: body).status == .ok)
            let kept = try await client.call(.get, path, token: zhang).json
            #expect(kept["keys"] as? [String: [String]] == ["invert": ["j"]])
            #expect(kept["mouse"] as? [String: String] == ["right": "window"])
            #expect(try await client.call(.get, path, token: wang).json["keys"] as? [String: [String]] == [:])
            #expect(try await client.call(.put, path, token: zhang, body: "{}").status == .ok)
            #expect(try await client.call(.get, path, token: zhang).json["mouse"] as? [String: String] == [:])
        }
    }

    @Test("refuse what is no table of keys, and what is too much")
    func refusals() async throws {
        let fixture = try await WebFixture()
        let zhang = try await fixture.token(of: "zhang")
        let long = String(repeating: "k", count: 65)
        let many = (0..<3000).map { #""command-\#($0)": ["Ctrl+F1"]"# }.joined(separator: ",")
        try await fixture.withClient { client in
            for body in [
                #"{"keys": {"fit": "f"}}"#, #"{"keys": []}"#, #"{"keys": {"fit": ["\#(long)"]}}"#,
                "{\"keys\": {\(many)}}",
            ] {
                let answer = try await client.call(.put, "/api/v1/me/viewer", token: zhang, body: body)
                #expect(answer.status == .badRequest)
            }
        }
    }
}
