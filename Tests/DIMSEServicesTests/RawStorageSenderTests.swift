import DICOM
import DIMSEServices
import Foundation
import Observability
import TestSupport
import Testing
import Vocabulary

@Suite("Raw storage sender")
struct RawStorageSenderTests {
    let authority: Authority
    let files: TemporaryDirectory

    init() throws {
        authority = try Authority()
        files = try TemporaryDirectory()
    }

    private func send(_ paths: [String], to port: Int, associations: Int = 1) async throws -> [String: SendOutcome] {
        let sender = RawStorageSender(
            to: PeerAddress(host: localhost, port: port), calling: .modality, called: .county,
            associations: associations, logger: quiet)
        let seen = LockedBox<[SentFile]>([])
        try await sender.send(paths: paths) { file in seen.withLock { $0.append(file) } }
        let all = seen.withLock { $0 }
        #expect(Set(all.map(\.path)).count == all.count)
        return Dictionary(all.map { (URL(fileURLWithPath: $0.path).lastPathComponent, $0.outcome) }) { $1 }
    }

    @Test("sends what it finds and says what became of each file")
    func folder() async throws {
        let node = try DIMSENode.county(authority)
        var sample = Sample()
        let inner = files.appending("inner")
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
        let good = try sample.write(to: files.appending("a.dcm"))
        sample.marker = 2
        try sample.write(to: inner + "/b.dcm")
        try Sample().write(to: inner + "/c.dcm")
        let broken = Sample()
        let whole = try Data(contentsOf: URL(fileURLWithPath: try broken.write(to: inner + "/whole.dcm")))
        // Damaged before it: the first that is accepted counts, not the first that is found.
        try whole.dropLast(3).write(to: URL(fileURLWithPath: files.appending("damaged.dcm")))
        try Data("notes".utf8).write(to: URL(fileURLWithPath: inner + "/readme.txt"))
        let outcomes = try await node.serving { plain, _ in
            try await send([files.path], to: plain, associations: 2)
        }
        #expect(outcomes.count == 6)
        #expect(outcomes["a.dcm"] == .accepted)
        #expect(outcomes["b.dcm"] == .duplicate(of: good))
        #expect(outcomes["c.dcm"] == .accepted)
        #expect(outcomes["readme.txt"] == .notPart10)
        #expect(outcomes["whole.dcm"] == .accepted)
        guard case .refused(.cannotUnderstand, _)? = outcomes["damaged.dcm"] else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(try node.count() == 3)
    }

    @Test("takes another association where one does not hold all presentation contexts")
    func manyContexts() async throws {
        let node = try DIMSENode.county(authority)
        for number in 1...140 {
            try Sample(sopClass: SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.99.\(number)")).write(
                to: files.appending("\(number).dcm"))
        }
        let outcomes = try await node.serving { plain, _ in
            try await send([files.path], to: plain, associations: 3)
        }
        #expect(outcomes.values.count { $0 == .accepted } == 140)
        #expect(try node.count() == 140)
    }

    @Test("says that nobody listens, and that a path does not exist")
    func errors() async throws {
        let node = try DIMSENode.county(authority)
        let port = try await node.serving { plain, _ in plain }
        let path = try Sample().write(to: files.appending("a.dcm"))
        await #expect(throws: DICOMError(code: .connectionRefused, message: "")) {
            try await send([path], to: port)
        }
        await #expect(throws: DIMSEServicesError(code: .unreadablePath, message: "")) {
            try await send([files.appending("none")], to: port)
        }
    }

    static let real = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/dicom")

    @Test(
        "gets a status for each of the real and the malformed files, and never loses the association",
        .enabled(if: FileManager.default.fileExists(atPath: real.path), "needs ../shared/dicom"),
        .timeLimit(.minutes(5)))
    func realFiles() async throws {
        let node = try DIMSENode.county(authority)
        let seen = LockedBox<[SentFile]>([])
        try await node.serving { plain, _ in
            let sender = RawStorageSender(
                to: PeerAddress(host: localhost, port: plain), calling: .modality, called: .county, associations: 2,
                logger: quiet)
            try await sender.send(paths: [Self.real.path]) { file in seen.withLock { $0.append(file) } }
        }
        let files = seen.withLock { $0 }
        let broken = files.filter {
            switch $0.outcome {
            case .failed, .warned: true
            case .refused(let status, let comment): status.isRetriable || comment.isEmpty || comment.count > 64
            default: false
            }
        }
        #expect(broken.isEmpty, "\(broken.prefix(5))")
        #expect(try node.count() == files.count { $0.outcome.isAccepted })
        #expect(try node.filesIn("incoming").isEmpty)
        // Many lack a UID or are directories; everything that can be an instance is taken, or was under its UID.
        let refused = files.filter { file in
            if case .duplicate = file.outcome { return false }
            guard !file.outcome.isAccepted, file.path.contains("/malformed/") == false,
                let header = try? InstanceHeader.read(file: file.path)
            else { return false }
            return header.sopClass.isStorage
        }
        #expect(files.count { $0.outcome.isAccepted } > 100)
        #expect(refused.isEmpty, "\(refused.map { "\($0.path): \($0.outcome)" })")
    }
}
