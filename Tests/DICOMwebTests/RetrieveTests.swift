import Archive
import DICOM
import Foundation
import HTTPTypes
import TestImageGenerator
import Testing
import Vocabulary

@Suite("WADO-RS")
struct RetrieveTests {
    @Test("gives a study, a series and an instance bit for bit")
    func stored() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let files = try chest.map { try fixture.bytes(of: $0) }
        try await fixture.withClient { client in
            let whole = try await client.get("studies/\(chest[0].studyInstanceUID)", accept: everySyntax)
            #expect(whole.status == .ok)
            #expect(Set(try whole.parts.map(\.body)) == Set(files))
            #expect(whole.headers[.contentLength] == String(whole.data.count))
            #expect(
                try whole.parts.allSatisfy {
                    $0.headers["content-type"] == "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"
                })
            let series = try await client.get(
                "studies/\(chest[0].studyInstanceUID)/series/\(chest[3].seriesInstanceUID)", accept: everySyntax)
            #expect(Set(try series.parts.map(\.body)) == Set(files[3...]))
            let one = try await client.get(locator(chest[1]), accept: everySyntax)
            #expect(try one.parts.map(\.body) == [files[1]])
            let alone = try await client.get(locator(chest[1]), accept: "application/dicom")
            #expect(alone.headers[.contentType]?.hasPrefix("application/dicom;") == true)
            #expect(alone.data == files[1])
        }
    }

    @Test("decodes for whoever wants native pixels")
    func decoded() async throws {
        let fixture = try DICOMwebFixture()
        let samples = try TestStudy(seed: "syntaxes").syntaxes(size: 32, in: fixture.directory.appending("syntaxes"))
        let instances = try samples.map { try fixture.store($0.file.path) }
        let path = fixture.directory.appending("decoded.dcm")
        try await fixture.withClient { client in
            let explicit = #"application/dicom; transfer-syntax=1.2.840.10008.1.2.1"#
            for instance in instances {
                let response = try await client.get(locator(instance), accept: explicit)
                #expect(response.status == .ok, "\(instance.transferSyntax.name)")
                try response.data.write(to: URL(fileURLWithPath: path))
                let copy = try DICOMFile(path)
                #expect(copy.meta.transferSyntax == .explicitVRLittleEndian)
                #expect(try copy.dataSet().string(.sopInstanceUID) == instance.sopInstanceUID.rawValue)
                let stored = try FrameReader(file: fixture.store.url(of: instance.path).path)
                #expect(try FrameReader(file: path).frame(0).pixels == stored.frame(0).pixels)
            }
            // Named no syntax: what the standard takes as the default.
            let whole = try await client.get(
                "studies/\(instances[0].studyInstanceUID)", accept: #"multipart/related; type="application/dicom""#)
            #expect(try whole.parts.count == instances.count)
            #expect(
                try whole.parts.allSatisfy {
                    $0.headers["content-type"] == "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"
                })
            let unchanged = try await client.get("studies/\(instances[0].studyInstanceUID)")
            #expect(
                try Set(unchanged.parts.map { $0.headers["content-type"]?.split(separator: "=").last.map(String.init) })
                    == Set(instances.map { $0.transferSyntax.rawValue }))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.store.folder + "/incoming").isEmpty)
    }

    @Test("says that an instance can't be decoded")
    func undecodable() async throws {
        let fixture = try DICOMwebFixture()
        var video = DataSetBuilder.image("1.2.3.9")
        video.setPixelData(fragments: [Array(repeating: 7, count: 64)])
        let instance = try fixture.store("video.dcm", video, as: .mpeg4HighProfile)
        var damaged = DataSetBuilder.image("1.2.3.8")
        damaged.setPixelData(fragments: [Array(repeating: 7, count: 64)])
        let broken = try fixture.store("broken.dcm", damaged, as: .jpegLSLossless)
        try await fixture.withClient { client in
            let explicit = #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1"#
            #expect(try await client.get(locator(instance), accept: explicit).status == .notAcceptable)
            #expect(try await client.get(locator(broken), accept: explicit).status == .notAcceptable)
            let pixels = try await client.get(locator(instance) + "/frames/1", accept: nativeFrames)
            #expect(pixels.status == .notAcceptable)
            #expect(try await client.get(locator(broken) + "/rendered").status == .notAcceptable)
            // Without a wish for native bytes, the stored ones.
            let file = try fixture.bytes(of: broken)
            #expect(try await client.get(locator(broken), accept: "application/dicom").data == file)
            let frame = try await client.get(locator(broken) + "/frames/1")
            #expect(
                try frame.parts.map { $0.headers["content-type"] } == [
                    "image/jls; transfer-syntax=\(TransferSyntax.jpegLSLossless)"
                ])
        }
    }

    @Test("cuts an answer off rather than leave something out of it")
    func missingFile() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let study = chest[0].studyInstanceUID
        try fixture.store.remove(chest[4].path)
        try await fixture.withClient { client in
            let alone = try await client.get(locator(chest[4]) + "/metadata")
            #expect(alone.status == .serviceUnavailable)
            await #expect(throws: DICOMError.self) { try await client.get("studies/\(study)", accept: everySyntax) }
            await #expect(throws: DICOMError.self) { try await client.get("studies/\(study)/metadata") }
        }
    }

    @Test("answers 404 for what isn't there and 400 for what is no UID")
    func unknown() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let heart = try fixture.storeHeart()
        let study = chest[0].studyInstanceUID
        try await fixture.withClient { client in
            for path in [
                "studies/1.2.3", "studies/1.2.3/metadata", "studies/\(study)/series/1.2.3",
                "studies/\(study)/series/\(chest[0].seriesInstanceUID)/instances/1.2.3",
                // There, but in another study.
                "studies/\(study)/series/\(heart.seriesInstanceUID)/instances/\(heart.sopInstanceUID)/metadata",
                "studies/1.2.3/thumbnail", locator(chest[0]) + "/frames/2", locator(heart) + "/frames/4,5",
                locator(chest[0]) + "/frames/2/rendered", locator(chest[0]) + "/bulkdata/00991001",
                locator(chest[0]) + "/bulkdata/nonsense", locator(chest[0]) + "/nonsense",
            ] {
                let status = try await client.get(path).status
                #expect(status == .notFound, "\(path)")
            }
            for path in [
                "studies/abc", "studies/abc/metadata", locator(chest[0]) + "/frames/0",
                locator(chest[0]) + "/frames/one", locator(chest[0]) + "/frames/1,,2",
                locator(chest[0]) + "/rendered?window=40", locator(chest[0]) + "/rendered?window=40,0,linear",
                locator(chest[0]) + "/rendered?viewport=0,10", locator(chest[0]) + "/rendered?quality=101",
                locator(heart) + "/frames/1,2/rendered",
            ] {
                let status = try await client.get(path).status
                #expect(status == .badRequest, "\(path)")
            }
            for (path, accept) in [
                ("studies/\(study)", "image/png"), ("studies/\(study)", "application/dicom"),
                (locator(chest[0]) + "/metadata", "application/dicom+xml"),
                (locator(chest[0]) + "/frames/1", #"multipart/related; type="image/jpeg""#),
                (locator(chest[0]) + "/rendered", "image/gif"),
            ] {
                let status = try await client.get(path, accept: accept).status
                #expect(status == .notAcceptable, "\(path)")
            }
        }
    }
}

extension DataSetBuilder {
    /// An 8-bit image of 8 × 8 pixels without its pixels.
    static func image(_ uid: String) -> DataSetBuilder {
        var image = DataSetBuilder()
        image.set(.sopClassUID, SOPClass.secondaryCapture)
        image.set(.sopInstanceUID, uid)
        image.set(.studyInstanceUID, uid + ".1")
        image.set(.seriesInstanceUID, uid + ".1.1")
        image.set(.patientID, "T0009")
        image.set(.modality, "OT")
        image.set(.samplesPerPixel, 1)
        image.set(.photometricInterpretation, "MONOCHROME2")
        image.set(.rows, 8)
        image.set(.columns, 8)
        image.set(.bitsAllocated, 8)
        image.set(.bitsStored, 8)
        image.set(.highBit, 7)
        image.set(.pixelRepresentation, 0)
        return image
    }
}
