import DICOM
import Foundation
import HTTPTypes
import Testing
import Vocabulary

@Suite("QIDO-RS")
struct SearchTests {
    @Test("returns what the standard demands of a study")
    func study() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        try await fixture.withClient { client in
            let response = try await client.get("studies")
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/dicom+json")
            let found = try response.dataSets
            #expect(found.count == 1)
            let study = try #require(found.first)
            for tag in [
                "00080020", "00080030", "00080050", "00080056", "00080061", "00080090", "00081190", "00100010",
                "00100020", "00100030", "00100040", "0020000D", "00200010", "00201206", "00201208",
            ] { #expect(study[tag] != nil, "\(tag)") }
            #expect(study["0020000D"]?.text == chest[0].studyInstanceUID.rawValue)
            #expect(study["00080061"]?.values == [.text("CT")])
            #expect(study["00201206"]?.number == 2)
            #expect(study["00201208"]?.number == 5)
            #expect(study["00100010"]?.name == ["Alphabetic": "TEST^JIA", "Ideographic": "测试^甲"])
            #expect(study["00081030"]?.text == "胸部CT平扫")
            #expect(study["00080080"] == nil)
            let location = try #require(study["00081190"]?.text)
            #expect(location.hasSuffix("/dicom-web/studies/\(chest[0].studyInstanceUID)"))
        }
    }

    @Test(
        "matches by keyword or tag, wildcard, range, list",
        arguments: [
            ("PatientID=T0004", 1), ("00100020=T0004", 1), ("PatientName=wang*", 1), ("PatientName=%E7%8E%8B*", 1),
            ("PatientName=nobody*", 0), ("StudyDate=20260101-20260106", 1), ("StudyDate=20260105-", 2),
            ("StudyDate=-20251231", 0), ("StudyDate=20260107", 1), ("ModalitiesInStudy=CT,US", 2),
            ("ModalitiesInStudy=MR", 0), ("AccessionNumber=?S0001", 1), ("AccessionNumber=", 2), ("limit=1", 1),
            ("offset=1", 1), ("PatientSex=M&ModalitiesInStudy=US", 1),
        ])
    func matching(_ query: String, _ count: Int) async throws {
        let fixture = try DICOMwebFixture()
        _ = try fixture.storeChest()
        _ = try fixture.storeHeart()
        try await fixture.withClient { client in
            let found = try await client.json("studies?\(query)")
            #expect(found.count == count)
        }
    }

    @Test("matches lists of UIDs, separated by commas or backslashes")
    func uids() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let heart = try fixture.storeHeart()
        try await fixture.withClient { client in
            let both = "\(chest[0].studyInstanceUID),\(heart.studyInstanceUID)"
            let found = try await client.json("studies?StudyInstanceUID=\(both)")
            #expect(found.count == 2)
            #expect(try await client.json("studies?0020000D=\(both.replacing(",", with: "%5C"))").count == 2)
            #expect(try await client.json("studies?StudyInstanceUID=\(heart.studyInstanceUID)").count == 1)
        }
    }

    @Test("finds series and instances, within a study and across studies")
    func levels() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let heart = try fixture.storeHeart()
        let study = chest[0].studyInstanceUID
        try await fixture.withClient { client in
            let series = try await client.json("studies/\(study)/series")
            #expect(series.map { $0["00201209"]?.number } == [3, 2])
            #expect(series.allSatisfy { $0["00080060"]?.text == "CT" && $0["00100020"] == nil })
            #expect(series[1]["0008103E"]?.text == "肺窗")
            #expect(try await client.json("studies/\(study)/series?SeriesNumber=2").count == 1)
            let all = try await client.json("series?Modality=US")
            #expect(all.count == 1)
            #expect(all[0]["00100020"]?.text == "T0004")
            #expect(all[0]["0020000D"]?.text == heart.studyInstanceUID.rawValue)
            let slices = try await client.json(
                "studies/\(study)/series/\(chest[0].seriesInstanceUID)/instances?includefield=00080080")
            #expect(slices.map { $0["00200013"]?.number } == [1, 2, 3])
            #expect(slices[0]["00280010"]?.number == 64)
            #expect(slices[0]["00083002"]?.text == "1.2.840.10008.1.2.1")
            #expect(slices[0]["00080080"]?.text == "示例卫生院")
            #expect(slices[0]["00081190"]?.text?.hasSuffix(locator(chest[0])) == true)
            #expect(try await client.json("studies/\(study)/instances").count == 5)
            #expect(try await client.json("studies/\(study)/instances?InstanceNumber=1").count == 2)
            #expect(try await client.json("instances?SOPInstanceUID=\(heart.sopInstanceUID)").count == 1)
            #expect(try await client.json("instances").count == 6)
        }
    }

    @Test("returns more of each study where it is asked for")
    func fields() async throws {
        let fixture = try DICOMwebFixture()
        _ = try fixture.storeChest()
        try await fixture.withClient { client in
            let one = try await client.json("studies?includefield=InstitutionName&includefield=00101010,00081030")
            #expect(one[0]["00080080"]?.text == "示例卫生院")
            #expect(one[0]["00101010"] != nil)
            #expect(one[0]["00100021"] == nil)
            let all = try await client.json("studies?includefield=all")
            #expect(all[0]["00100021"]?.text == "puning")
            let matched = try await client.json("studies?InstitutionName=*")
            #expect(matched[0]["00080080"]?.text == "示例卫生院")
        }
    }

    @Test("gives an empty list where nothing matches")
    func nothing() async throws {
        let fixture = try DICOMwebFixture()
        try await fixture.withClient { client in
            for path in ["studies", "series", "instances", "studies/1.2.3/series", "studies/1.2.3/instances"] {
                let response = try await client.get(path)
                #expect(response.status == .ok)
                #expect(response.text == "[]")
            }
        }
    }

    @Test("finds patients by pinyin, initials and words in any order when fuzzy matching is asked for")
    func fuzzy() async throws {
        let fixture = try DICOMwebFixture()
        _ = try fixture.storeHeart()
        try await fixture.withClient { client in
            for name in ["wangxiaodong", "XiaoDong%20wang", "wxd", "wang%5Exiao*", "王小", "%E4%B8%9C"] {
                let response = try await client.get("studies?PatientName=\(name)&fuzzymatching=true")
                #expect(try response.dataSets.count == 1, "\(name)")
                #expect(response.headers[HTTPField.Name("Warning")!] == nil)
            }
            for name in ["dongx", "li", "xd%20wu"] {
                #expect(try await client.get("studies?PatientName=\(name)&fuzzymatching=true").text == "[]", "\(name)")
            }
            #expect(try await client.get("studies?PatientName=wxd").text == "[]")
        }
    }

    @Test("matches other names literally, and says so")
    func literal() async throws {
        let fixture = try DICOMwebFixture()
        try await fixture.withClient { client in
            let response = try await client.get("studies?ReferringPhysicianName=Wang*&fuzzymatching=true")
            #expect(response.headers[HTTPField.Name("Warning")!]?.hasPrefix("299 ") == true)
            #expect(try await client.get("studies?fuzzymatching=true").headers[HTTPField.Name("Warning")!] == nil)
        }
    }

    @Test(
        "refuses what it doesn't understand",
        arguments: [
            "studies?limit=many", "studies?limit=0", "studies?offset=-1", "studies?NoSuchKeyword=1",
            "studies?StudyDate=2026", "studies?StudyDate=yesterday", "studies?StudyInstanceUID=abc",
            "studies?SliceThickness=5", "studies?SOPInstanceUID=1.2.3", "studies?includefield=Nonsense",
            "studies/abc/series", "instances?InstanceNumber=first", "studies?PatientID=%ZZ",
        ])
    func badRequests(_ path: String) async throws {
        let fixture = try DICOMwebFixture()
        try await fixture.withClient { client in
            let status = try await client.get(path).status
            #expect(status == .badRequest)
        }
    }

    @Test("writes JSON only")
    func mediaTypes() async throws {
        let fixture = try DICOMwebFixture()
        try await fixture.withClient { client in
            let xml = #"multipart/related; type="application/dicom+xml""#
            let refused = try await client.get("studies", accept: xml)
            #expect(refused.status == .notAcceptable)
            #expect(try await client.get("studies", accept: "\(xml), application/dicom+json").status == .ok)
            let json = try await client.get("studies", accept: "application/json")
            #expect(json.headers[.contentType] == "application/json")
            #expect(try await client.get("studies?accept=application/dicom+json", accept: xml).status == .ok)
        }
    }
}
