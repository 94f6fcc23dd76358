import Archive
import DIMSEServices
import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite("pynetdicom of PyPI")
struct PynetdicomTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// Made by `deploy/install --test`.
    static let python = root.appending(path: ".build-python/bin/python").path

    @Test(
        "echoes, stores and gets, in the clear and over TLS",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python)),
        arguments: [false, true])
    func journey(_ secured: Bool) async throws {
        let authority = try Authority()
        let files = try TemporaryDirectory()
        let (credentials, fingerprint) = try authority.client("workstation")
        let node = try DIMSENode.county(authority, client: (.client, fingerprint, .all))
        let sample = try Sample().write(to: files.appending("sample.dcm"))
        try await node.serving { plain, tls in
            let script = Self.root.appending(path: "Tests/peers/pynetdicom_peer.py").path
            let security =
                secured
                ? [credentials.privateKeyFile, credentials.certificateFile, credentials.certificateAuthorityFile] : []
            let result = try await tool(
                Self.python, [script, "\(secured ? tls : plain)", "DEMOCLIENT", "PUNING", sample] + security)
            #expect(result.code == 0, "\(result.output)")
            #expect(result.output.hasSuffix("done\n"), "\(result.output)")
        }
        #expect(try node.count() == 1)
    }

    @Test(
        "rejects an image with a key object of its own making, which is then hidden and not taken again",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python)))
    func rejection() async throws {
        let files = try TemporaryDirectory()
        let authority = try Authority()
        let node = try DIMSENode.county(authority)
        let sample = Sample()
        let image = try sample.write(to: files.appending("sample.dcm"))
        try await node.serving { plain, _ in
            let script = Self.root.appending(path: "Tests/peers/pynetdicom_rejection.py").path
            let result = try await tool(Self.python, [script, "\(plain)", "CT1", "PUNING", image])
            #expect(result.code == 0, "\(result.output)")
            #expect(result.output.hasSuffix("done\n"), "\(result.output)")
        }
        let hidden = try #require(try node.instance(sample.instance))
        #expect(hidden.withheld == .patientSafety && hidden.isHere)
        #expect(try node.audited(.instancesRejected, .success).count == 1)
        #expect(try node.audited(.instanceRefused, .refused).count == 1)
    }
}
