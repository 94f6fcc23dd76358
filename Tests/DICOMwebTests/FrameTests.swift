import Archive
import DICOM
import Foundation
import HTTPTypes
import HummingbirdTesting
import TestImageGenerator
import Testing
import Vocabulary

@Suite("Frames")
struct FrameTests {
    @Test("gives native frames as they are stored")
    func native() async throws {
        let fixture = try DICOMwebFixture()
        let heart = try fixture.storeHeart()
        let reader = try FrameReader(file: fixture.store.url(of: heart.path).path)
        try await fixture.withClient { client in
            let response = try await client.get(locator(heart) + "/frames/3,1", accept: nativeFrames)
            #expect(response.status == .ok)
            #expect(try response.parts.map(\.body) == [try reader.frame(2).pixels, try reader.frame(0).pixels])
            #expect(
                try response.parts[0].headers["content-type"]
                    == "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")
            #expect(try response.parts[0].headers["content-location"]?.hasSuffix("/frames/3") == true)
            let escaped = try await client.get(locator(heart) + "/frames/1%2C2")
            #expect(try escaped.parts.count == 2)
            let alone = try await client.get(locator(heart) + "/frames/2", accept: "application/octet-stream")
            #expect(alone.data == (try reader.frame(1).pixels))
        }
    }

    @Test("decodes every syntax, and gives its stored bytes to whoever wants those")
    func syntaxes() async throws {
        let fixture = try DICOMwebFixture()
        let samples = try TestStudy(seed: "syntaxes").syntaxes(size: 32, in: fixture.directory.appending("syntaxes"))
        let instances = try samples.map { ($0.sample, try fixture.store($0.file.path)) }
        try await fixture.withClient { client in
            for (sample, instance) in instances {
                let reader = try FrameReader(file: fixture.store.url(of: instance.path).path)
                let path = locator(instance) + "/frames/1"
                let native = try await client.get(path, accept: nativeFrames)
                #expect(try native.parts.map(\.body) == [try reader.frame(0).pixels], "\(sample.name)")
                guard instance.transferSyntax.isEncapsulated else { continue }
                let stored = try await client.get(
                    path, accept: #"multipart/related; type="image/*"; transfer-syntax=\#(instance.transferSyntax)"#)
                #expect(try stored.parts.map(\.body) == [try reader.encapsulatedFrame(0)], "\(sample.name)")
                let any = try await client.get(
                    path, accept: #"multipart/related; type="application/octet-stream"; transfer-syntax=*"#)
                #expect(
                    try any.parts.first?.headers["content-type"]
                        == "application/octet-stream; transfer-syntax=\(instance.transferSyntax)")
            }
        }
    }

    @Test("keeps palette indices, packed bits and colour planes as the metadata describes them")
    func layouts() async throws {
        let fixture = try DICOMwebFixture()
        let indices = (0..<64).map { UInt8($0) }
        var palette = DataSetBuilder.image("1.2.3.10")
        palette.set(.photometricInterpretation, "PALETTE COLOR")
        for tag in [Tag.redPaletteDescriptor, .greenPaletteDescriptor, .bluePaletteDescriptor] {
            palette.set(tag, [256, 0, 8], vr: .US)
        }
        for tag in [Tag.redPaletteData, .greenPaletteData, .bluePaletteData] {
            palette.set(tag, bytes: (0..<256).map { UInt8(255 - $0) }, vr: .OW)
        }
        palette.set(.pixelData, bytes: indices, vr: .OB)
        let native = fixture.directory.appending("palette-native.dcm")
        try palette.write(to: native)
        let compressed = fixture.directory.appending("palette-rle.dcm")
        try Transcoder.encode(file: native, to: .rleLossless, output: compressed)
        let colour = try fixture.store(compressed)

        var mask = DataSetBuilder.image("1.2.3.11")
        mask.set(.bitsAllocated, 1)
        mask.set(.bitsStored, 1)
        mask.set(.highBit, 0)
        mask.set(.rows, 3)
        mask.set(.columns, 4)
        mask.set(.numberOfFrames, 2)
        // 24 bits: 1100 1010 0101 of the first frame, 1111 0000 1111 of the second, the first in the lowest bit.
        mask.set(.pixelData, bytes: [0b0101_0011, 0b1111_1010, 0b1111_0000], vr: .OB)
        let bits = try fixture.store("mask.dcm", mask)

        var planes = DataSetBuilder.image("1.2.3.12")
        planes.set(.samplesPerPixel, 3)
        planes.set(.photometricInterpretation, "RGB")
        planes.set(.planarConfiguration, 1)
        let planar = (0..<192).map { UInt8($0) }
        planes.set(.pixelData, bytes: planar, vr: .OB)
        let separate = try fixture.store("planes.dcm", planes)

        try await fixture.withClient { client in
            let first = try await client.get(locator(colour) + "/frames/1", accept: nativeFrames)
            #expect(try first.parts.map(\.body) == [Data(indices)])
            let both = try await client.get(locator(bits) + "/frames/1,2", accept: nativeFrames)
            #expect(try both.parts.map(\.body) == [Data([0b0101_0011, 0b1010]), Data([0b0000_1111, 0b1111])])
            let third = try await client.get(locator(separate) + "/frames/1", accept: nativeFrames)
            #expect(try third.parts.map(\.body) == [Data(planar)])
        }
    }

    @Test("lets a browser keep a frame and ask no more")
    func freshness() async throws {
        let fixture = try DICOMwebFixture()
        let heart = try fixture.storeHeart()
        try await fixture.withClient { client in
            let path = locator(heart) + "/frames/1"
            let first = try await client.get(path, accept: nativeFrames)
            let tag = try #require(first.headers[.eTag])
            #expect(first.headers[.cacheControl]?.hasPrefix("private") == true)
            #expect(first.headers[.vary]?.contains("Accept") == true)
            let second = try await client.get(path, accept: nativeFrames, headers: [.ifNoneMatch: tag])
            #expect(second.status == .notModified)
            #expect(second.data.isEmpty)
            let other = try await client.get(locator(heart) + "/frames/2", accept: nativeFrames)
            #expect(other.headers[.eTag] != tag)
            #expect(try await client.get(locator(heart)).headers[.cacheControl] == "no-store")
        }
    }

    @Test("renders frames as the client wants to see them")
    func rendered() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let heart = try fixture.storeHeart()
        try await fixture.withClient { client in
            let jpeg = try await client.get(locator(chest[0]) + "/rendered")
            #expect(jpeg.headers[.contentType] == "image/jpeg")
            #expect(jpeg.data.starts(with: [0xFF, 0xD8]))
            let png = try await client.get(locator(chest[0]) + "/rendered", accept: "image/png, image/jpeg")
            #expect(png.headers[.contentType] == "image/png")
            #expect(png.size == [64, 64])
            let lung = try await client.get(
                locator(chest[0]) + "/frames/1/rendered?window=-600,1500,linear", accept: "image/png")
            #expect(lung.data != png.data)
            let exact = try await client.get(
                locator(chest[0]) + "/rendered?window=-600.5,1499,linear-exact", accept: "image/png")
            #expect(exact.data == lung.data)
            let small = try await client.get(locator(chest[0]) + "/rendered?viewport=20,40", accept: "image/png")
            #expect(small.size == [20, 20])
            let coarse = try await client.get(locator(heart) + "/frames/2/rendered?quality=5")
            let fine = try await client.get(locator(heart) + "/frames/2/rendered?quality=95")
            #expect(coarse.data.count < fine.data.count)
            for path in [
                locator(heart) + "/thumbnail", locator(heart) + "/frames/2/thumbnail",
                "studies/\(chest[0].studyInstanceUID)/thumbnail",
                "studies/\(chest[0].studyInstanceUID)/series/\(chest[3].seriesInstanceUID)/thumbnail",
            ] {
                let thumbnail = try await client.get(path, accept: "image/*")
                #expect(thumbnail.status == .ok, "\(path)")
                #expect(thumbnail.headers[.contentType] == "image/jpeg")
            }
        }
    }
}

extension TestResponse {
    /// Width and height of a PNG.
    fileprivate var size: [Int] {
        let bytes = [UInt8](data)
        guard bytes.count > 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return [] }
        return [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    }
}
