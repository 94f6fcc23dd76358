import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import WebUI

@Suite("Measurements through the JSON API")
struct MeasurementAPITests {
    private struct Case {
        let fixture: WebFixture
        let study: String
        let task: String
        let image: String
        let (li, zhao, zhang): (String, String, String)

        /// Claimed by Li.
        init() async throws {
            let fixture = try await WebFixture()
            self.fixture = fixture
            study = try await fixture.takeStudy().rawValue
            (li, zhao, zhang) = try await (
                fixture.token(of: "li"), fixture.token(of: "zhao"), fixture.token(of: "zhang")
            )
            let (li, study) = (li, study)
            (task, image) = try await fixture.withClient { client in
                let worklist = try await client.call(.get, "/api/v1/worklist", token: li).json
                let id = try #require((worklist["tasks"] as? [[String: Any]])?.first?["id"] as? String)
                try await client.call(.post, "/api/v1/tasks/\(id)/claim", token: li)
                let flow = fixture.flow
                let records = try await flow.database.read {
                    try flow.catalogue.instances(of: .init(unchecked: study), in: $0)
                }
                return ("/api/v1/tasks/\(id)", try #require(records.first { $0.isImage }).sopInstanceUID.rawValue)
            }
        }

        func body(
            revision: Int = 0, kind: String = "length", points: String = "[1.5, 2, 10, 12.25]", unit: String = "mm"
        ) -> String {
            """
            {"revision": \(revision), "measurements": [{"id": "2.25.7", "kind": "\(kind)", "sopInstanceUID": "\(image)",
            "points": \(points), "text": "结节", "results": [{"name": "length", "value": 13.3, "unit": "\(unit)"}]}]}
            """
        }
    }

    @Test("what the reader measured comes back to everybody who may see the study")
    func kept() async throws {
        let given = try await Case()
        try await given.fixture.withClient { [given] client in
            let saved = try await client.call(.put, "\(given.task)/measurements", token: given.li, body: given.body())
            #expect(saved.status == .ok)
            #expect(try saved.json["revision"] as? Int == 1)
            let path = "/api/v1/studies/\(given.study)/measurements"
            for token in [given.li, given.zhao, given.zhang] {
                let json = try await client.call(.get, path, token: token).json
                let measurement = try #require((json["measurements"] as? [[String: Any]])?.first)
                #expect(measurement["points"] as? [Double] == [1.5, 2, 10, 12.25])
                #expect(measurement["text"] as? String == "结节" && measurement["by"] as? String == "李医生")
                #expect(json["source"] as? String == "task")
            }
        }
    }

    @Test("another's task, an older revision and nonsense are refused, each by its name")
    func refusals() async throws {
        let given = try await Case()
        try await given.fixture.withClient { [given] client in
            let path = "\(given.task)/measurements"
            func put(_ body: String, _ token: String) async throws -> String? {
                try await client.call(.put, path, token: token, body: body).errorCode
            }
            let answer1 = try await put(given.body(), given.zhao)
            #expect(answer1 == "claimed_by_another")
            let answer2 = try await client.call(.put, path, token: given.zhang, body: given.body()).status
            #expect(answer2 == .forbidden)
            let answer3 = try await put(given.body(points: "[1, 2, 3]"), given.li)
            #expect(answer3 == "wrong_member")
            let answer4 = try await put(given.body(points: "[1, 2, 3, 1e9]"), given.li)
            #expect(answer4 == "wrong_member")
            let answer5 = try await put(given.body(kind: "volume"), given.li)
            #expect(answer5 == "wrong_member")
            let answer6 = try await put(given.body(unit: "furlong"), given.li)
            #expect(answer6 == "wrong_member")
            let answer7 = try await put(given.body(), given.li)
            #expect(answer7 == nil)
            let again = try await put(given.body(), given.li)
            #expect(again == nil)
            let answer8 = try await put(given.body(points: "[1.5, 2, 11, 12]"), given.li)
            #expect(answer8 == "stale_measurements")
        }
    }

    @Test("they are stored as DICOM objects by who reads the study")
    func stored() async throws {
        let given = try await Case()
        try await given.fixture.withClient { [given] client in
            try await client.call(.put, "\(given.task)/measurements", token: given.li, body: given.body())
            let refused = try await client.call(.post, "\(given.task)/measurements/store", token: given.zhao)
            #expect(refused.errorCode == "claimed_by_another")
            let json = try await client.call(.post, "\(given.task)/measurements/store", token: given.li).json
            let classes = (json["instances"] as? [[String: Any]])?.compactMap { $0["sopClassUID"] as? String }
            #expect(classes?.last == "1.2.840.10008.5.1.4.1.1.88.33")
        }
    }

    @Test("a picture must be a small PNG of a key image")
    func pictures() async throws {
        let given = try await Case()
        try await given.fixture.withClient { [given] client in
            let path = "\(given.task)/key-images/\(given.image)/1/picture"
            func body(_ width: Int) -> String {
                let header: [UInt8] =
                    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
                    + [0, 0, UInt8(width >> 8), UInt8(width & 255), 0, 0, 1, 0]
                return #"{"png": "\#(Data(header).base64EncodedString())"}"#
            }
            let unmarked = try await client.call(.put, path, token: given.li, body: body(640))
            #expect(unmarked.errorCode == "not_of_study")
            let image = #"{"sopInstanceUID": "\#(given.image)"}"#
            try await client.call(.put, "\(given.task)/key-images", token: given.li, body: image)
            let answer9 = try await client.call(.put, path, token: given.li, body: body(640)).status
            #expect(answer9 == .noContent)
            let answer10 = try await client.call(.put, path, token: given.li, body: body(9000)).errorCode
            #expect(answer10 == "wrong_member")
            let text = #"{"png": "bm8="}"#
            let answer11 = try await client.call(.put, path, token: given.li, body: text).errorCode
            #expect(answer11 == "wrong_member")
        }
    }
}
