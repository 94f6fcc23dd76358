import Archive
import DICOM
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import TestImageGenerator
import Testing
import Vocabulary

@testable import DICOMweb

@Suite("Frames for a thin line")
struct WireTests {
    @Test("take pixels apart as the browser expects them")
    func examples() throws {
        if ProcessInfo.processInfo.environment["JIELI_WRITE_EXAMPLES"] != nil {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let lines = try WireExample.formats.map { String(decoding: try encoder.encode($0.made()), as: UTF8.self) }
            try Data("[\n\(lines.joined(separator: ",\n"))\n]\n".utf8).write(to: WireExample.file)
        }
        let written = try WireExample.written()
        #expect(written.map(\.name) == WireExample.formats.map(\.name))
        for example in written { #expect(try example.digestOfParts() == example.digest, "\(example.name)") }
    }

    @Test("halve and halve again until a small picture is left")
    func steps() {
        let sides = [1, 64, 191, 192, 256, 512, 1024, 2000, 3000, 9000]
        #expect(sides.map { PlaneResiduals.step(rows: $0, columns: $0 + 50) } == [1, 1, 1, 2, 2, 4, 8, 16, 16, 16])
    }

    @Test("go out whole and in two parts to whoever names the form, kept by the browser for ever")
    func parts() async throws {
        let fixture = try DICOMwebFixture()
        let sample = try TestStudy(seed: "wire").syntaxes(size: 256, in: fixture.directory.appending("wire"))
        let instance = try fixture.store(try #require(sample.first).file.path)
        let path = locator(instance) + "/frames/1"
        let form = WireFrame.mediaType
        try await fixture.withClient { client in
            let native = try await client.get(path, accept: "application/octet-stream")
            let whole = try await client.get(path, accept: form)
            #expect(whole.status == .ok)
            #expect(whole.headers[.contentType] == "\(form); part=whole")
            #expect(whole.headers[.cacheControl]?.contains("immutable") == true)
            #expect(whole.data.count < native.data.count)
            let preview = try await client.get("\(path)?accept=\(form);part=preview")
            let rest = try await client.get("\(path)?accept=\(form);part=rest")
            #expect(preview.data.prefix(16) == whole.data.prefix(16))
            #expect(whole.data.dropFirst(24) == preview.data.dropFirst(24) + rest.data.dropFirst(24))
            #expect(preview.headers[.eTag] != rest.headers[.eTag])
            #expect(preview.data.count * 2 < rest.data.count)
            #expect(try await client.get("\(path)?accept=\(form);part=half").status == .notAcceptable)
        }
    }

    @Test("never go to a client that takes anything, and leave what has no such form to the next one")
    func others() async throws {
        let fixture = try DICOMwebFixture()
        var mask = DataSetBuilder.image("1.2.3.21")
        mask.set(.bitsAllocated, 1)
        mask.set(.bitsStored, 1)
        mask.set(.highBit, 0)
        mask.set(.rows, 8)
        mask.set(.columns, 8)
        mask.set(.pixelData, bytes: (0..<8).map { UInt8($0) }, vr: .OB)
        let file = fixture.directory.appending("mask.dcm")
        try mask.write(to: file)
        let bits = try fixture.store(file)
        let sample = try TestStudy(seed: "wire").syntaxes(size: 32, in: fixture.directory.appending("wire"))
        let plain = try fixture.store(try #require(sample.first).file.path)
        try await fixture.withClient { client in
            for range in ["*/*", "application/*"] {
                let answer = try await client.get(locator(plain) + "/frames/1", accept: range)
                #expect(answer.headers[.contentType]?.contains("vnd.jieli") == false, "\(range)")
            }
            let refused = try await client.get(locator(bits) + "/frames/1", accept: WireFrame.mediaType)
            #expect(refused.status == .notAcceptable)
            let native = try await client.get(
                locator(bits) + "/frames/1", accept: "\(WireFrame.mediaType), application/octet-stream;q=0.5")
            #expect(native.headers[.contentType]?.hasPrefix("application/octet-stream") == true)
        }
    }

    @Test("are kept for the next request up to a limit, the longest unused going first")
    func cache() throws {
        let pixels = [UInt8](repeating: 0, count: 256 * 256)
        let shape = WireShape(rows: 256, columns: 256, samples: 1, bytesPerSample: 1)
        let frame = try pixels.withUnsafeBytes { try WireFrame($0, shape) }
        let cache = WireFrameCache(limit: frame.byteCount * 8)
        func key(_ number: Int) -> WireFrameCache.Key { .init(digest: Digest(of: [1]), frame: number) }
        for number in 0..<8 { cache.keep(frame, as: key(number)) }
        #expect(cache.frame(key(0)) != nil)
        cache.keep(frame, as: key(8))
        #expect((0...8).filter { cache.frame(key($0)) != nil } == [0, 4, 5, 6, 7, 8])
        cache.keep(frame, as: key(8))
        #expect(cache.frame(key(4)) != nil)
    }
}
