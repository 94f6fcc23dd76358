import DICOM
import Dispatch
import Foundation
import Observability
import Testing
import Vocabulary

@Suite("Storing over an association", .timeLimit(.minutes(1)))
struct NetworkStoreTests {
    @Test("answers C-ECHO")
    func echo() async throws {
        let handler = RecordingHandler()
        let status = try await withListener(handler) { port, _ in
            try await withAssociation(to: target(port), logger: quiet) { try await $0.echo() }
        }
        #expect(status == .success)
        #expect(await handler.next { _ in true } == .closed(.released))
        let request = handler.state.withLock { $0.requests.first }
        #expect(request?.callingAETitle.rawValue == "SCU")
        #expect(request?.implementationVersionName == FileMetaInformation.implementationVersionName)
    }

    @Test("keeps every bit of a data set", arguments: [0, 1, 100_000, 131_058, 131_072, 1_000_001])
    func bitIdentity(pixelBytes: Int) async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let instances = try [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian].map {
                try TestInstance(in: directory, pixelBytes: pixelBytes, syntax: $0)
            }
            try await withListener(handler) { port, _ in
                try await withAssociation(to: target(port), logger: quiet) { association in
                    for instance in instances {
                        let response = try await association.store(instance.outgoing, priority: .high)
                        #expect(response == StoreResponse(status: .success))
                    }
                }
            }
            for instance in instances {
                #expect(handler.state.withLock { $0.digests[instance.sopInstanceUID] } == instance.digest)
            }
            #expect(handler.state.withLock { $0.commands.first?.priority } == .high)
        }
    }

    @Test("sends that wait for their peer take no thread from the program's tasks")
    func ownThreads() async throws {
        try await withDirectory { directory in
            let instance = try TestInstance(in: directory, pixelBytes: 1000)
            // More than the threads that all tasks share.
            let count = ProcessInfo.processInfo.activeProcessorCount + 2
            let waiting = LockedBox(0)
            let answer = DispatchSemaphore(value: 0)
            try await withListener(RecordingHandler()) { port, _ in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<count {
                        group.addTask {
                            try await withAssociation(to: target(port), logger: quiet) { association in
                                let isFirst = LockedBox(true)
                                _ = try await association.store(
                                    instance.outgoing,
                                    pace: { _ in
                                        guard
                                            isFirst.withLock({ first in
                                                defer { first = false }; return first
                                            })
                                        else { return }
                                        waiting.withLock { $0 += 1 }
                                        #expect(answer.wait(timeout: .now() + 20) == .success)
                                    })
                            }
                        }
                    }
                    while waiting.withLock({ $0 }) < count { try await Task.sleep(for: .milliseconds(5)) }
                    for _ in 0..<count { answer.signal() }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("ends a data set whose length is a multiple of the PDU")
    func exactMultiple() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let small = try TestInstance(in: directory, pixelBytes: 0)
            let overhead =
                try Data(contentsOf: URL(fileURLWithPath: small.path)).count
                - Int(FileMetaInformation.read(fromFile: small.path).dataSetOffset)
            // 12 bytes of headers in a PDU of 16,384.
            let chunk = 16_384 - 12
            let instances = try (-3...3).map {
                try TestInstance(in: directory, pixelBytes: 2 * chunk - overhead + $0)
            }
            try await withListener(handler, configure: { $0.maximumPDULength = 16_384 }) { port, _ in
                try await withAssociation(to: target(port), logger: quiet) { association in
                    for instance in instances { _ = try await association.store(instance.outgoing) }
                }
            }
            for instance in instances {
                #expect(handler.state.withLock { $0.digests[instance.sopInstanceUID] } == instance.digest)
            }
        }
    }

    @Test("answers 0xA700 for a full disk, keeps the association and takes the next object")
    func fullDisk() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let instances = try (0..<3).map { _ in try TestInstance(in: directory, pixelBytes: 400_000) }
            handler.state.withLock {
                $0.failures[instances[0].sopInstanceUID] = DICOMError(code: .storageFull, message: "full")
            }
            let responses = try await withListener(handler) { port, _ in
                try await withAssociation(to: target(port), logger: quiet) { association in
                    var responses: [StoreResponse] = []
                    for instance in instances { responses.append(try await association.store(instance.outgoing)) }
                    return responses
                }
            }
            #expect(responses.map(\.status) == [.outOfResources, .success, .success])
            #expect(responses[0].errorComment == "storage is full")
            #expect(handler.state.withLock { $0.requests.count } == 1)
        }
    }

    @Test("refuses a class that was not accepted without ending the association")
    func noContext() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let instance = try TestInstance(in: directory)
            try await withListener(handler) { port, _ in
                let contexts = [
                    ProposedContext.verification,
                    ProposedContext(sopClass: .ctImage, transferSyntaxes: [.jpegLSLossless]),
                ]
                try await withAssociation(to: target(port, contexts: contexts), logger: quiet) { association in
                    await #expect(throws: DICOMError(code: .noAcceptedContext, message: "")) {
                        try await association.store(instance.outgoing)
                    }
                    expectSuccess(try await association.echo())
                }
            }
        }
    }

    @Test("takes associations side by side")
    func concurrent() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let instances = try (0..<24).map { _ in try TestInstance(in: directory, pixelBytes: 50_000) }
            try await withListener(handler) { port, _ in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for lane in 0..<6 {
                        group.addTask {
                            try await withAssociation(to: target(port), logger: quiet) { association in
                                for instance in instances[(lane * 4)..<(lane * 4 + 4)] {
                                    expectSuccess(try await association.store(instance.outgoing).status)
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let digests = handler.state.withLock { $0.digests }
            #expect(digests == Dictionary(uniqueKeysWithValues: instances.map { ($0.sopInstanceUID, $0.digest) }))
        }
    }

    @Test("writes a Part 10 file, hashes it and enforces the limit")
    func part10FileSink() async throws {
        try await withDirectory { directory in
            let meta = FileMetaInformation(
                mediaStorageSOPClassUID: "1.2", mediaStorageSOPInstanceUID: "1.2.3", transferSyntax: .jpegBaseline,
                sourceAETitle: "CT1")
            let sink = try Part10FileSink(path: directory + "/a", metaInformation: meta, limit: 10)
            try Data([1, 2, 3, 4]).withUnsafeBytes { try sink.write($0) }
            #expect(throws: DICOMError(code: .tooLarge, message: "")) {
                try Data(count: 7).withUnsafeBytes { try sink.write($0) }
            }
            let (digest, count) = try sink.finish()
            #expect(digest == Vocabulary.Digest(of: [1, 2, 3, 4]) && count == 4)
            let read = try FileMetaInformation.read(fromFile: directory + "/a")
            #expect(read.0 == meta)
            #expect(try dataSetDigest(ofFile: directory + "/a") == digest)
        }
    }

    @Test(
        "keeps every byte on its way past the page cache, whatever the pieces and the file system",
        arguments: [nil, "/dev/shm"],
        [1, 32_768, 65_536, 98_304, 262_143, 262_144, 262_145, 294_912, 524_288, 600_001])
    func uncachedWriting(folder: String?, size: Int) async throws {
        try await withDirectory { directory in
            let directory = folder.map { "\($0)/jieli-\(UUID().uuidString)" } ?? directory
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let meta = FileMetaInformation(
                mediaStorageSOPClassUID: "1.2", mediaStorageSOPInstanceUID: "1.2.3", transferSyntax: .jpegBaseline)
            var random = SystemRandomNumberGenerator()
            let bytes = Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
            for pieces in [7_919, 131_072, size] {
                let path = "\(directory)/\(pieces)"
                let sink = try Part10FileSink(path: path, metaInformation: meta, limit: Int64(size))
                for start in stride(from: 0, to: size, by: pieces) {
                    try bytes[start..<min(start + pieces, size)].withUnsafeBytes { try sink.write($0) }
                }
                #expect(try sink.finish().digest == Vocabulary.Digest(of: bytes))
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)).suffix(size) == bytes)
                #expect(try dataSetDigest(ofFile: path) == Vocabulary.Digest(of: bytes))
            }
        }
    }

    @Test("moves 0.5 MB instances at a usable rate over TLS")
    func throughput() async throws {
        try await withDirectory { directory in
            let authority = try await TestAuthority("authority", in: directory)
            let server = try await authority.credentials("server")
            let client = try await authority.credentials("client")
            let handler = RecordingHandler()
            let instance = try TestInstance(in: directory, pixelBytes: 500_000)
            let elapsed = try await withListener(handler, tls: server) { port, _ in
                try await withAssociation(to: target(port, tls: client), logger: quiet) { association in
                    try await ContinuousClock().measure {
                        for _ in 0..<100 { _ = try await association.store(instance.outgoing) }
                    }
                }
            }
            print("100 instances of 0.5 MB over TLS: \(elapsed)")
            #expect(elapsed < .seconds(10))
        }
    }
}
