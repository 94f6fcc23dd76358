import Archive
import DICOM
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import StudyFlow
import Testing
import Vocabulary

@testable import WebUI

@Suite("Quarantine, page and API")
struct QuarantineAPITests {
    /// An object that ends inside an element, refused.
    private func refused(_ fixture: WebFixture, depth: Int = 0) throws -> String {
        var dataSet = DataSetBuilder()
        dataSet.set(.sopClassUID, SOPClass.ctImage)
        dataSet.set(.sopInstanceUID, SOPInstanceUID.generate())
        dataSet.set(.studyInstanceUID, StudyInstanceUID.generate())
        dataSet.set(.seriesInstanceUID, SeriesInstanceUID.generate())
        dataSet.set(.patientName, "林^秀英")
        dataSet.set(.patientID, "SECRET-7")
        var bytes = try dataSet.part10()
        if depth == 0 { bytes = bytes.dropLast(3) }
        for _ in 0..<depth {
            bytes += [0x40, 0x00, 0x75, 0x02, 0x53, 0x51, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
            bytes += [0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]
        }
        let landing = try fixture.flow.store.landing()
        try bytes.write(to: URL(filePath: landing.path))
        var arrival = Arrival(
            landing: landing, digest: Digest(of: bytes), size: Int64(bytes.count),
            source: InstanceSource(kind: .modality, name: "<b>CT1"))
        arrival.address = "192.168.1.20"
        #expect(throws: IntakeError.self) { try InstanceIntake(fixture.flow).accept(arrival) }
        let entry = try #require(
            try fixture.flow.database.readBlocking { try fixture.flow.quarantine.list(limit: 1, in: $0) }.first)
        return entry.id.uuidString.lowercased()
    }

    @Test("lists what was refused, releases what can be read and says why where it can't, and deletes")
    func acts() async throws {
        let fixture = try await WebFixture()
        let broken = try refused(fixture)
        fixture.clock.advance(by: .seconds(1))
        let deep = try refused(fixture, depth: 40)
        let wang = try await fixture.token(of: "wang")
        try await fixture.withClient { client in
            let list = try await client.call(.get, "/api/v1/quarantine", token: wang).json
            let objects = try #require(list["objects"] as? [[String: Any]])
            #expect(objects.map { $0["id"] as? String } == [deep, broken])
            #expect(objects.map { $0["reason"] as? String } == ["beyond_limits", "unreadable"])
            #expect(objects[0]["senderAddress"] as? String == "192.168.1.20")
            #expect((list["totals"] as? [String: Any])?["objects"] as? Int == 2)
            let overview = try await client.call(.get, "/api/v1/operator", token: wang).json
            #expect((overview["quarantine"] as? [String: Any])?["objects"] as? Int == 2)

            let refusal = try await client.call(.post, "/api/v1/quarantine/\(broken)/release", token: wang)
            #expect(refusal.status == .conflict && refusal.errorCode == "unreadable")
            #expect(refusal.text.contains("文件不完整或已损坏"))
            let taken = try await client.call(.post, "/api/v1/quarantine/\(deep)/release", token: wang)
            #expect(taken.status == .ok)
            #expect(try await client.call(.post, "/api/v1/quarantine/\(deep)/release", token: wang).status == .notFound)
            #expect(try await client.call(.delete, "/api/v1/quarantine/\(broken)", token: wang).status == .noContent)
            #expect(try await client.call(.delete, "/api/v1/quarantine/\(broken)", token: wang).status == .notFound)
            #expect(try await client.call(.delete, "/api/v1/quarantine/nonsense", token: wang).status == .notFound)
        }
    }

    @Test("the page shows reasons in words, no patient and no markup of strangers, to operators only")
    func page() async throws {
        let fixture = try await WebFixture()
        let id = try refused(fixture)
        let (zhang, wang) = (try await fixture.token(of: "zhang"), try await fixture.token(of: "wang"))
        try await fixture.withClient { client in
            let page = try await client.page("/quarantine", token: wang)
            #expect(page.status == .ok)
            #expect(page.text.contains("不是完整、可读的 DICOM 对象"))
            #expect(page.text.contains("data-call=\"POST /quarantine/\(id)/release\""))
            #expect(page.text.contains("&lt;b&gt;CT1") && !page.text.contains("<b>CT1"))
            #expect(!page.text.contains("林") && !page.text.contains("SECRET"))
            #expect(try await client.page("/quarantine", token: wang, language: "en").text.contains("Quarantine"))
            #expect(try await client.page("/operator", token: wang).text.contains("1 个对象没有收下"))
            #expect(try await client.page("/quarantine", token: zhang).status == .forbidden)
            for path in ["/api/v1/quarantine", "/api/v1/quarantine/\(id)"] {
                let method: HTTPRequest.Method = path.hasSuffix(id) ? .delete : .get
                #expect(try await client.call(method, path, token: zhang).status == .forbidden)
            }
        }
    }

    @Test("every reason, refusal and kind of sender has words in both languages")
    func words() throws {
        let keys = try WebResources.bundled().strings.keys
        let codes: [IntakeError.Code] = [.unreadable, .beyondLimits, .notStorable, .otherBytes, .otherIssuer]
        let kinds = InstanceSource.Kind.allCases.filter { $0 != .made }
        let wanted =
            QuarantineEntry.Reason.allCases.map { "quarantine.reason.\($0.rawValue)" }
            + codes.map { "quarantine.why.\($0.rawValue)" } + kinds.map { "quarantine.sender.\($0.rawValue)" }
        #expect(wanted.filter { !keys.contains($0) } == [])
    }
}
