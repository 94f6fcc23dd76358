import Archive
import DICOM
import Foundation
import HTTPTypes
import Reading
import StudyFlow
import Testing
import Vocabulary

@Suite("What was rejected or corrected")
struct WithheldTests {
    private let person = Person(user: "wang", displayName: "王运维")

    @Test("is not found, not given out and not counted, but for those who look after the archive")
    func rejected() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let (study, bad) = (chest[0].studyInstanceUID, chest[0])
        let place = locator(bad)
        _ = try await CorrectionDesk(fixture.flow).reject(
            .init(instances: [bad.sopInstanceUID]), of: study, for: .patientSafety, remark: "患者有误", by: person,
            right: .everything)
        try await fixture.withClient { client in
            let found = try await client.json("instances?StudyInstanceUID=\(study)")
            #expect(found.count == 4)
            let studies = try await client.json("studies?StudyInstanceUID=\(study)")
            #expect(studies.first?["00201208"]?.number == 4)
            #expect(try await client.get(place).status == .notFound)
            #expect(try await client.get(place + "/metadata", accept: "application/dicom+json").status == .notFound)
            #expect(try await client.json("studies/\(study)/metadata").count == 4)
            let asked = try await client.get("studies/\(study)/instances?includeRejected=true")
            #expect(asked.status == .forbidden)
        }
        try await fixture.withClient(as: .reviewer) { client in
            // The five images and the note.
            let all = try await client.json("studies/\(study)/instances?includeRejected=true")
            #expect(all.count == 6)
            #expect(try await client.get(place + "?includeRejected=true").status == .ok)
        }
    }

    @Test("a corrected patient stands in search and metadata; the bytes are given as acquired")
    func corrected() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let (study, place) = (chest[0].studyInstanceUID, locator(chest[0]))
        try await CorrectionDesk(fixture.flow).correctPatient(
            of: study, to: PatientIdentity(patientID: "777", name: "ZHAO^MIN=赵^敏", birthDate: nil, sex: "F"),
            reason: "选错", recallingReport: false, by: person, right: .everything)
        try await fixture.withClient { client in
            let found = try await client.json("studies?PatientID=777")
            #expect(found.count == 1)
            let one = try #require(
                try await client.get(place + "/metadata", accept: "application/dicom+json").dataSets.first)
            #expect(one["00100010"]?.name == ["Alphabetic": "ZHAO^MIN", "Ideographic": "赵^敏"])
            #expect(one["00100020"]?.text == "777" && one["0020000D"]?.text == study.rawValue)
            #expect(one["00200013"]?.number == 1)
        }
        let bytes = try fixture.store.url(of: chest[0].path).path
        #expect(try InstanceHeader.read(file: bytes).patientID == "测试0002")
    }

    @Test("a merged study's images are addressed where they are shown")
    func merged() async throws {
        let fixture = try DICOMwebFixture()
        let first = try fixture.store("a.dcm", .image("1.2.3.20"))
        var other = DataSetBuilder.image("1.2.3.30")
        other.set(.studyInstanceUID, StudyInstanceUID(unchecked: "1.2.3.99"))
        other.set(.seriesInstanceUID, SeriesInstanceUID(unchecked: "1.2.3.98"))
        let second = try fixture.store("b.dcm", other)
        let gone = locator(second)
        try await CorrectionDesk(fixture.flow).merge(
            second.studyInstanceUID, into: first.studyInstanceUID, reason: "同一次检查", evenIfRead: false, by: person,
            right: .everything)
        try await fixture.withClient { client in
            let found = try await client.json("studies/\(first.studyInstanceUID)/instances")
            #expect(found.count == 2)
            let path = "studies/\(first.studyInstanceUID)/series/1.2.3.98/instances/\(second.sopInstanceUID)"
            #expect(found.contains { $0["00081190"]?.text?.hasSuffix(path) == true })
            let metadata = try #require(
                try await client.get(path + "/metadata", accept: "application/dicom+json").dataSets.first)
            #expect(metadata["0020000D"]?.text == first.studyInstanceUID.rawValue)
            #expect(try await client.get(gone).status == .notFound)
            #expect(try await client.json("studies").count == 1)
        }
    }
}
