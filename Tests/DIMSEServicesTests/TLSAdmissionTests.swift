import Archive
import DICOM
import DIMSEServices
import Foundation
import Identity
import TestSupport
import Testing
import Vocabulary

@Suite("Who is admitted on the TLS port")
struct TLSAdmissionTests {
    let authority: Authority
    let files: TemporaryDirectory

    init() throws {
        authority = try Authority()
        files = try TemporaryDirectory()
    }

    @Test("a child by certificate and AE title; its instances are the child's")
    func child() async throws {
        let node = try DIMSENode.county(authority)
        let edge = try authority.node(.edge)
        let sample = Sample()
        let path = try sample.write(to: files.appending("a.dcm"))
        try await node.serving { _, tls in
            let status = try await withAssociation(to: target(tls, calling: .edge, tls: edge), logger: quiet) {
                try await $0.store(OutgoingInstance(path: path)).status
            }
            #expect(status == .success)
        }
        #expect(try node.instance(sample.instance)?.source == InstanceSource(kind: .node, name: "paotai"))
        let origin = try node.flow.database.readBlocking { try node.flow.catalogue.origin(of: sample.study, in: $0) }
        #expect(origin?.viaChild == .edge)
        #expect(origin?.issuer == "paotai")
    }

    @Test("DCMTK's echoscu with a client's certificate that is known by its fingerprint")
    func client() async throws {
        let (credentials, fingerprint) = try authority.client("workstation")
        let node = try DIMSENode.county(authority, client: (.client, fingerprint, .none))
        try await node.serving { _, tls in
            let arguments = [
                "+tls", credentials.privateKeyFile, credentials.certificateFile, "+cf",
                credentials.certificateAuthorityFile, localhost, "\(tls)",
            ]
            let known = try await tool("echoscu", ["-aet", "DEMOCLIENT"] + arguments)
            #expect(known.code == 0, "\(known.output)")
            #expect(try await tool("echoscu", ["-aet", "OTHER"] + arguments).code != 0)
        }
        #expect(try node.audited(.peerRefused, .refused).count == 1)
    }

    @Test("nobody whose AE title is not bound to the certificate")
    func wrongTitle() async throws {
        let node = try DIMSENode.county(authority)
        let edge = try authority.node(.edge)
        try await node.serving { _, tls in
            await expect(.associationRejected, target(tls, calling: .neighbour, tls: edge))
        }
        let refusal = try #require(try node.audited(.peerRefused, .refused).first)
        #expect(refusal.detail.contains("LIUSHA"))
        #expect(refusal.address == localhost)
    }

    @Test("no node that is not known here, and no parent", arguments: [NodeName.stranger, .city])
    func unknownNode(_ name: NodeName) async throws {
        let node = try DIMSENode.county(authority)
        let credentials = try authority.node(name)
        try await node.serving { _, tls in
            await expect(
                .associationRejected, target(tls, calling: name == .city ? .city : .edge, tls: credentials))
        }
        #expect(try node.audited(.peerRefused, .refused).count == 1)
    }

    @Test("nobody certified by another authority")
    func otherAuthority() async throws {
        let node = try DIMSENode.county(authority)
        let elsewhere = try Authority()
        var forged = try elsewhere.node(.edge)
        forged.certificateAuthorityFile = authority.directory.appending("ca.pem")
        let credentials = forged
        try await node.serving { _, tls in
            do {
                _ = try await withAssociation(to: target(tls, calling: .edge, tls: credentials), logger: quiet) {
                    try await $0.echo()
                }
                Issue.record("a forged certificate was taken")
            } catch let error as DICOMError {
                #expect([.certificateRefusedByPeer, .aborted, .connectionClosed].contains(error.code), "\(error)")
            }
        }
    }

    @Test("nobody without TLS")
    func plain() async throws {
        let node = try DIMSENode.county(authority)
        try await node.serving { _, tls in
            let echo = try await tool("echoscu", ["-to", "5", "-ta", "5", localhost, "\(tls)"])
            #expect(echo.code != 0)
        }
    }

    private func expect(_ code: DICOMError.Code, _ target: AssociationTarget) async {
        do {
            _ = try await withAssociation(to: target, logger: quiet) { try await $0.echo() }
            Issue.record("the association was accepted")
        } catch {
            #expect((error as? DICOMError)?.code == code, "\(error)")
        }
    }
}
