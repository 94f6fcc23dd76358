import Archive
import DICOM
import Foundation
import HTTPTypes
import Testing
import Vocabulary

@Suite("Metadata and bulk data")
struct MetadataTests {
    @Test("says everything but the pixels, in UTF-8, and where the pixels are")
    func metadata() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        try await fixture.withClient { client in
            let study = try await client.json("studies/\(chest[0].studyInstanceUID)/metadata")
            #expect(study.count == 5)
            let series = try await client.json(
                "studies/\(chest[0].studyInstanceUID)/series/\(chest[0].seriesInstanceUID)/metadata")
            #expect(series.map { $0["00200013"]?.number } == [1, 2, 3])
            let response = try await client.get(locator(chest[0]) + "/metadata", accept: "application/dicom+json")
            #expect(response.headers[.contentType] == "application/dicom+json")
            let one = try #require(try response.dataSets.first)
            #expect(one["00100010"]?.name == ["Alphabetic": "TEST^JIA", "Ideographic": "测试^甲"])
            #expect(one["00100020"]?.text == "测试0002")
            #expect(one["00281050"]?.values == [.number(40), .number(-600)])
            #expect(one["00083002"]?.text == "1.2.840.10008.1.2.1")
            #expect(one["7FE00010"]?.vr == "OW")
            #expect(one["7FE00010"]?.bulkDataURI?.hasSuffix(locator(chest[0]) + "/bulkdata/7FE00010") == true)
            #expect(one["00020010"] == nil)
        }
    }

    @Test("tells a browser that has it that nothing has changed, and gives it anew when an image has come")
    func freshness() async throws {
        let fixture = try DICOMwebFixture()
        let one = try fixture.store("one.dcm", DataSetBuilder.image("1.2.3.30"))
        let path = "studies/\(one.studyInstanceUID)/metadata"
        var second = DataSetBuilder.image("1.2.3.31")
        second.set(.studyInstanceUID, one.studyInstanceUID.rawValue)
        second.set(.seriesInstanceUID, one.seriesInstanceUID.rawValue)
        let file = fixture.directory.appending("two.dcm")
        try second.write(to: file)
        try await fixture.withClient { client in
            let first = try await client.get(path)
            #expect(first.headers[.cacheControl] == "private, no-cache")
            let tag = try #require(first.headers[.eTag])
            let again = try await client.get(path, headers: [.ifNoneMatch: "W/\(tag)"])
            #expect(again.status == .notModified)
            try fixture.store(file)
            let answer = try await client.get(path, headers: [.ifNoneMatch: tag])
            #expect(answer.status == .ok)
            #expect(answer.headers[.eTag] != tag)
        }
    }

    @Test("gives the values that metadata only points at")
    func bulkData() async throws {
        let fixture = try DICOMwebFixture()
        let long = String(repeating: "很长的所见。", count: 400)
        var image = DataSetBuilder.image("1.2.3.20")
        image.set(.pixelData, bytes: (0..<64).map { UInt8($0) }, vr: .OB)
        image.set(Tag(0x0009, 0x0010), "JIELI")
        image.set(Tag(0x0009, 0x1001), bytes: Array(repeating: 5, count: 5000), vr: .OB)
        var item = DataSetBuilder()
        item.set(Tag(0x0040, 0xA160), long)
        image.set(Tag(0x0040, 0xA730), items: [item])
        let instance = try fixture.store("bulk.dcm", image)
        try await fixture.withClient { client in
            let metadata = try #require(try await client.json(locator(instance) + "/metadata").first)
            #expect(metadata["00091001"]?.bulkDataURI?.hasSuffix("/bulkdata/00091001") == true)
            let octets = #"multipart/related; type="application/octet-stream""#
            let value = try await client.get(locator(instance) + "/bulkdata/00091001", accept: octets)
            #expect(try value.parts.map(\.body) == [Data(repeating: 5, count: 5000)])
            let text = try await client.get(
                locator(instance) + "/bulkdata/0040A730/0/0040A160", accept: "application/octet-stream")
            #expect(text.text == long)
            let pixels = try await client.get(
                locator(instance) + "/bulkdata/7FE00010", accept: "application/octet-stream")
            #expect(pixels.data == Data((0..<64).map { UInt8($0) }))
            let picture = try await client.get(locator(instance) + "/bulkdata/7FE00010", accept: "image/png")
            #expect(picture.status == .notAcceptable)
        }
    }

    @Test("gives compressed pixel data frame by frame")
    func compressedBulkData() async throws {
        let fixture = try DICOMwebFixture()
        let heart = try fixture.storeHeart()
        let compressed = fixture.directory.appending("rle.dcm")
        let native = try fixture.store.url(of: heart.path).path
        try Transcoder.encode(file: native, to: .rleLossless, output: compressed)
        let other = try DICOMwebFixture()
        let instance = try other.store(compressed)
        let reader = try FrameReader(file: compressed)
        try await other.withClient { client in
            let stored = try await client.get(
                locator(instance) + "/bulkdata/7FE00010", accept: #"multipart/related; type="image/dicom-rle""#)
            #expect(try stored.parts.map(\.body) == (0..<4).map { try reader.encapsulatedFrame($0) })
        }
    }
}
