import Foundation
import Identity
import Node
import Observability
import TestSupport
import Testing
import Vocabulary

@Suite("Certificates and keys of a node")
struct NodeFilesTests {
    let directory: TemporaryDirectory
    let authority: CertificateAuthority
    let configuration: NodeConfiguration
    let now = Timestamp(Date())

    init() async throws {
        directory = try TemporaryDirectory()
        authority = try CertificateAuthority.create(in: directory.path, at: now)
        let name = try #require(NodeName(rawValue: "paotai"))
        _ = try authority.issue(
            .node(name, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"]), to: directory.path, at: now)
        _ = try authority.issue(.receiptSigning(name), to: directory.path, at: now)
        let file = directory.appending("node.yaml")
        try ConfigurationMistakeTests.least.write(toFile: file, atomically: true, encoding: .utf8)
        configuration = try await NodeConfiguration.load(file: file)
    }

    @Test("as the authority issues them are accepted")
    func accepted() throws {
        let files = try NodeFiles(configuration)
        #expect(files.certificate.node == configuration.node.name)
    }

    @Test(
        "each is named when it is missing", arguments: ["node.pem", "node.key", "ca.pem", "receipt.pem", "receipt.key"])
    func missing(name: String) throws {
        let path = directory.appending(name)
        try FileManager.default.removeItem(atPath: path)
        let sentence = refusal()
        #expect(sentence?.contains(path) == true, "\(sentence ?? "accepted")")
        #expect(sentence?.contains("cannot be read") == true, "\(sentence ?? "accepted")")
    }

    @Test("a key that others can read is no secret", arguments: ["node.key", "receipt.key"], [0o644, 0o640, 0o604])
    func openKey(name: String, mode: Int) throws {
        let path = directory.appending(name)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(refusal() == "\(path) can be read by others; run: chmod 600 \(path)")
    }

    @Test("another node's certificate is refused by name")
    func otherNode() throws {
        let other = try TemporaryDirectory()
        let name = try #require(NodeName(rawValue: "guanbu"))
        _ = try authority.issue(.node(name, dnsNames: ["localhost"]), to: other.path, at: now)
        try replace("node.pem", with: other.appending("node.pem"))
        let sentence = refusal()
        #expect(
            sentence?.contains("is the certificate of 'guanbu', but node.name is 'paotai'") == true, "\(sentence ?? "")"
        )
    }

    @Test("text that is no certificate is refused", arguments: ["node.pem", "ca.pem", "receipt.pem", "receipt.key"])
    func noCertificate(name: String) throws {
        let path = directory.appending(name)
        try "hello\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(refusal() != nil)
    }

    @Test("a receipt key that doesn't belong to its certificate is refused")
    func foreignReceiptKey() throws {
        let other = try TemporaryDirectory()
        _ = try authority.issue(.receiptSigning(configuration.node.name), to: other.path, at: now)
        try replace("receipt.key", with: other.appending("receipt.key"))
        #expect(refusal() != nil)
    }

    private func replace(_ name: String, with path: String) throws {
        try FileManager.default.removeItem(atPath: directory.appending(name))
        try FileManager.default.copyItem(atPath: path, toPath: directory.appending(name))
    }

    private func refusal() -> String? {
        do {
            _ = try NodeFiles(configuration)
            return nil
        } catch {
            return error.sentence
        }
    }
}
