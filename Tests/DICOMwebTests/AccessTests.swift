import Audit
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import NIOCore
import PeerReview
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@testable import DICOMweb

@Suite("Access to DICOMweb")
struct AccessTests {
    @Test("is for every role, by token", arguments: UserRole.allCases)
    func roles(_ role: UserRole) async throws {
        let fixture = try DICOMwebFixture()
        let heart = try fixture.storeHeart()
        try await fixture.withClient(as: role) { client in
            for path in ["studies", locator(heart), locator(heart) + "/metadata", locator(heart) + "/frames/1"] {
                let status = try await client.get(path).status
                #expect(status == .ok)
            }
        }
    }

    @Test("is for nobody without an account")
    func strangers() async throws {
        let fixture = try DICOMwebFixture()
        let heart = try fixture.storeHeart()
        try await Application(router: fixture.router(), logger: DICOMwebFixture.logger).test(.router) { client in
            for token in [nil, "wrong"] {
                let stranger = Client(client: client, token: token)
                for path in ["studies", locator(heart), locator(heart) + "/rendered", "instances?PatientID=T0004"] {
                    let status = try await stranger.get(path).status
                    #expect(status == .unauthorized)
                }
            }
        }
        #expect(!(try fixture.audit()).contains { $0.action == .studyViewed || $0.action == .studyRetrieved })
    }

    @Test("is for people by their session")
    func sessions() async throws {
        let fixture = try DICOMwebFixture()
        _ = try await fixture.token(.radiologist, name: "li")
        try await Application(router: fixture.router(), logger: DICOMwebFixture.logger).test(.router) { client in
            let login = try await client.execute(
                uri: "/api/v1/login", method: .post,
                body: ByteBuffer(string: #"{"name":"li","password":"correct horse 马"}"#))
            let cookie = try #require(login.headers[.setCookie]?.split(separator: ";").first)
            let stranger = Client(client: client, token: nil)
            #expect(try await stranger.get("studies", headers: [.cookie: String(cookie)]).status == .ok)
        }
    }

    @Test("hides reports from who reads the study a second time, until that reading is signed")
    func independentReading() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let study = chest[0].studyInstanceUID
        let images = chest.filter { $0.seriesInstanceUID == chest[0].seriesInstanceUID }
        let reports = chest.filter { $0.seriesInstanceUID != chest[0].seriesInstanceUID }
        let (book, radiologist) = (PeerReviewBook(), ReviewPerson(user: "radiologist", displayName: "李"))
        let now = fixture.clock.now
        let review = try await fixture.database.write { transaction in
            for report in reports {
                try transaction.execute(
                    "UPDATE sop_instance SET network_made = 1 WHERE sop_instance_uid = ?", report.sopInstanceUID)
            }
            try transaction.execute(
                "UPDATE series SET series_network_made = 1 WHERE series_instance_uid = ?", reports[0].seriesInstanceUID)
            try book.propose(
                NewPeerReview(
                    task: "t", study: study, origin: DICOMwebFixture.node, ruleName: "share",
                    author: ReviewPerson(user: "a", displayName: "甲"),
                    reviewer: ReviewPerson(user: "b", displayName: "乙"), first: ReviewText(impression: "肺炎")),
                at: now, in: transaction)
            let id = try #require(try book.waiting(for: "radiologist", at: now, in: transaction).first).id
            return try book.take(id, by: radiologist, at: now, in: transaction)
        }
        try await fixture.withClient { client in
            let series = "studies/\(study)/series/\(reports[0].seriesInstanceUID)"
            for path in [
                locator(reports[0]), locator(reports[0]) + "/metadata", locator(reports[0]) + "/frames/1",
                locator(reports[0]) + "/rendered", series, series + "/metadata",
                locator(reports[0]) + "/bulkdata/7FE00010",
            ] {
                #expect(try await client.get(path).status == .forbidden, "\(path)")
            }
            #expect(try await client.get(locator(images[0])).status == .ok)
            #expect(try await client.json("studies/\(study)/metadata").count == images.count)
            #expect(try await client.json("studies/\(study)/series").count == 1)
            #expect(try await client.json("studies/\(study)/instances").count == images.count)
            #expect(try await client.json("instances").count == images.count)

            try await fixture.database.write { transaction in
                let saved = try book.save(
                    ReviewText(impression: "未见异常"), over: review.version, of: review.id, by: radiologist, at: now,
                    in: transaction)
                _ = try book.sign(saved.id, by: radiologist, at: now, in: transaction)
            }
            #expect(try await client.get(locator(reports[0])).status == .ok)
            #expect(try await client.json("studies/\(study)/series").count == 2)
            #expect(try await client.json("studies/\(study)/metadata").count == chest.count)
        }
    }

    @Test("is written down, a line a minute for each person and study")
    func trail() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let heart = try fixture.storeHeart()
        try await fixture.withClient { client in
            for frame in chest { _ = try await client.get(locator(frame) + "/frames/1") }
            _ = try await client.get(locator(chest[0]) + "/rendered")
            _ = try await client.get("studies/\(chest[0].studyInstanceUID)/metadata")
            _ = try await client.get(locator(heart))
            fixture.clock.advance(by: .seconds(59))
            _ = try await client.get(locator(chest[0]) + "/frames/1")
            fixture.clock.advance(by: .seconds(2))
            _ = try await client.get(locator(chest[0]) + "/frames/1")
        }
        let lines = try fixture.audit().filter { $0.action == .studyViewed || $0.action == .studyRetrieved }
        #expect(lines.map(\.action) == [.studyViewed, .studyRetrieved, .studyViewed])
        #expect(lines.map(\.study) == [chest[0].studyInstanceUID, heart.studyInstanceUID, chest[0].studyInstanceUID])
        #expect(lines.allSatisfy { $0.actor == .user("radiologist") })
    }

    @Test("is remembered for a few studies only, so that memory stays bounded")
    func boundedTrail() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()[0].studyInstanceUID
        let heart = try fixture.storeHeart().studyInstanceUID
        let trail = AccessTrail(desk: StudyDesk(fixture.flow), clock: fixture.clock.wallClock, limit: 1)
        for study in [chest, chest, heart, heart, chest] {
            try await trail.note(.studyViewed, to: study, by: "li", address: "")
        }
        let lines = try fixture.audit().filter { $0.action == .studyViewed }
        #expect(lines.map(\.study) == [chest, heart, chest])
    }
}
