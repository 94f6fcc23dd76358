import Foundation
import Identity
import TestSupport
import Testing
import Vocabulary
import X509

@Suite("Certificate authority")
struct CertificateTests {
    let directory: TemporaryDirectory
    let authority: CertificateAuthority
    let now = Timestamp(Date())
    let paotai = NodeName(rawValue: "paotai")!

    init() throws {
        directory = try TemporaryDirectory()
        authority = try CertificateAuthority.create(in: directory.path, at: now)
    }

    @Test("issues a node certificate that names node, host and address")
    func node() throws {
        let files = try authority.issue(
            .node(paotai, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1", "::1"]), to: directory.path, at: now)
        let facts = try CertificateFacts(file: files.certificate)
        #expect(facts == files.facts)
        #expect(facts.node == paotai)
        #expect(facts.dnsNames == ["localhost"])
        #expect(facts.ipAddresses == ["127.0.0.1", "::1"])
        #expect(!facts.isAuthority)
        #expect(facts.notAfter > now + .days(824) && facts.notAfter < now + .days(826))
        #expect(facts.notBefore < now)
    }

    @Test("writes keys that only their owner can read, and overwrites nothing")
    func keyFiles() throws {
        let files = try authority.issue(.client("DEMOCLIENT"), to: directory.path, at: now)
        for path in [files.key, directory.appending("ca.key")] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let expected = IdentityError(code: .fileExists, message: "")
        #expect(throws: expected) { try authority.issue(.client("X"), to: directory.path, at: now) }
        #expect(throws: expected) { try CertificateAuthority.create(in: directory.path, at: now) }
    }

    @Test("is read back and signs certificates that OpenSSL accepts")
    func openSSL() throws {
        let loaded = try CertificateAuthority.load(from: directory.path)
        #expect(loaded.facts == authority.facts)
        #expect(loaded.facts.isAuthority)
        let node = try loaded.issue(
            .node(paotai, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"]), to: directory.path, at: now)
        for purpose in ["sslserver", "sslclient"] {
            #expect(
                try openssl(["verify", "-purpose", purpose, "-CAfile", directory.appending("ca.pem"), node.certificate])
            )
        }
        #expect(
            try openssl(
                ["verify", "-verify_ip", "127.0.0.1", "-CAfile", directory.appending("ca.pem"), node.certificate]))
        #expect(
            try !openssl(
                ["verify", "-verify_ip", "127.0.0.2", "-CAfile", directory.appending("ca.pem"), node.certificate]))
        #expect(try openssl(["pkey", "-in", node.key, "-noout"]))
        let receipt = try loaded.issue(.receiptSigning(paotai), to: directory.path, at: now)
        #expect(receipt.facts.node == paotai)
        #expect(
            try !openssl([
                "verify", "-purpose", "sslclient", "-CAfile", directory.appending("ca.pem"), receipt.certificate,
            ]))
    }

    @Test("issues receipt certificates that the verifier accepts")
    func receiptChain() async throws {
        let receipt = try authority.issue(.receiptSigning(paotai), to: directory.path, at: now)
        let leaf = try Certificate(pemEncoded: String(contentsOfFile: receipt.certificate, encoding: .utf8))
        let root = try Certificate(pemEncoded: authority.certificatePEM)
        var verifier = Verifier(rootCertificates: CertificateStore([root])) { RFC5280Policy() }
        guard case .validCertificate = await verifier.validate(leaf: leaf, intermediates: CertificateStore([])) else {
            Issue.record("the receipt certificate was not accepted")
            return
        }
    }

    @Test("certifies a key that another machine made, under the name it decides")
    func request() throws {
        let key = directory.appending("remote.key")
        let request = try CertificateRequest(keyPath: key, commonName: "jieyang")
        let pem = try authority.sign(requestPEM: request.pem, as: .node(paotai), at: now)
        #expect(try CertificateFacts(pem: pem).node == paotai)
        let certificate = directory.appending("remote.pem")
        try CertificateRequest.accept(certificatePEM: pem, keyPath: key, certificatePath: certificate)
        #expect(try CertificateFacts(file: certificate).node == paotai)
        #expect(throws: IdentityError(code: .invalidCertificate, message: "")) {
            try CertificateRequest.accept(
                certificatePEM: authority.certificatePEM, keyPath: key, certificatePath: certificate + "2")
        }
        #expect(throws: IdentityError(code: .invalidRequest, message: "")) {
            try authority.sign(requestPEM: "no request", as: .node(paotai), at: now)
        }
    }

    @Test("refuses what is no certificate, no address and a foreign key")
    func refusals() throws {
        #expect(throws: IdentityError(code: .invalidCertificate, message: "")) { try CertificateFacts(pem: "hello") }
        #expect(throws: IdentityError(code: .invalidCertificate, message: "")) { try CertificateFacts(der: [1, 2, 3]) }
        #expect(throws: IdentityError(code: .cannotReadFile, message: "")) {
            try CertificateFacts(file: directory.appending("none.pem"))
        }
        #expect(throws: IdentityError(code: .invalidRequest, message: "")) {
            try authority.issue(.node(paotai, ipAddresses: ["300.1.1.1"]), to: directory.path, at: now)
        }
        let other = try TemporaryDirectory()
        _ = try CertificateAuthority.create(in: other.path, at: now)
        try FileManager.default.removeItem(atPath: other.appending("ca.key"))
        try FileManager.default.copyItem(atPath: directory.appending("ca.key"), toPath: other.appending("ca.key"))
        #expect(throws: IdentityError(code: .invalidKey, message: "")) {
            try CertificateAuthority.load(from: other.path)
        }
    }

    func openssl(_ arguments: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
