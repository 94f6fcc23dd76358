import Archive
import Foundation
import HTTPService
import Identity
import ServiceLifecycle
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@Suite("dicomweb-client of PyPI")
struct ClientInteropTests {
    /// Made by `deploy/install --test`.
    static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".build-python/bin/python")

    @Test(
        "finds and gets everything over HTTPS",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python.path)), .timeLimit(.minutes(3)))
    func journey() async throws {
        let fixture = try DICOMwebFixture()
        let chest = try fixture.storeChest()
        let heart = try fixture.storeHeart()
        let syntaxes = try TestStudy(seed: "syntaxes").syntaxes(size: 32, in: fixture.directory.appending("syntaxes"))
            .map { try fixture.store($0.file.path) }
        let plan = fixture.directory.appending("plan.json")
        let token = try await fixture.token(.radiographer)
        try await serve(fixture) { url, authority in
            let files = try (chest + [heart] + syntaxes).map { try fixture.store.url(of: $0.path).path }
            let content: [String: Any] = [
                "url": url, "token": token, "authority": authority, "study": chest[0].studyInstanceUID.rawValue,
                "files": files, "loop": try fixture.store.url(of: heart.path).path,
            ]
            try JSONSerialization.data(withJSONObject: content).write(to: URL(fileURLWithPath: plan))
            let (status, output) = try await run(plan)
            #expect(status == 0, "\(output)")
            #expect(output.hasSuffix("done\n"), "\(output)")
        }
    }

    private func run(_ plan: String) async throws -> (status: Int32, output: String) {
        let script = try #require(
            Bundle.module.url(forResource: "dicomweb_journey", withExtension: "py", subdirectory: "Resources"))
        let output = URL(fileURLWithPath: plan + ".output")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = Self.python
        process.arguments = [script.path, plan]
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (status, try String(contentsOf: output, encoding: .utf8))
    }

    private func serve(
        _ fixture: DICOMwebFixture,
        _ body: @escaping @Sendable (_ url: String, _ authority: String) async throws -> Void
    ) async throws {
        // Certificates are checked by the client, whose clock is the real one.
        let now = Timestamp(Date())
        let authority = try CertificateAuthority.create(in: fixture.directory.path, at: now)
        let node = try authority.issue(
            .node(DICOMwebFixture.node, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"]),
            to: fixture.directory.path, at: now)
        let file = fixture.directory.appending("ca.pem")
        let service = HTTPService(
            router: fixture.router(),
            configuration: HTTPServiceConfiguration(
                host: "127.0.0.1", port: 0, certificateFile: node.certificate, keyFile: node.key, authorityFile: file),
            logger: DICOMwebFixture.logger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: service)], logger: DICOMwebFixture.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body("https://127.0.0.1:\(try await service.port())/dicom-web", file)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
