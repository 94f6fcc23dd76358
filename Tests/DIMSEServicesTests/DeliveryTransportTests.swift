import Archive
import DICOM
import DIMSEServices
import Foundation
import Identity
import Relay
import TestSupport
import Testing
import Vocabulary

@Suite("Delivery transport")
struct DeliveryTransportTests {
    let authority: Authority
    let files: TemporaryDirectory

    init() throws {
        authority = try Authority()
        files = try TemporaryDirectory()
    }

    private func edge(_ port: Int, parent: NodeName = .county) throws -> DIMSENode {
        try DIMSENode(
            .edge, aeTitle: .edge, credentials: try authority.node(.edge),
            peers: PeerDirectory(
                yaml: """
                    parents:
                      - {name: \(parent), aeTitle: PUNING, host: 127.0.0.1, dicomTLSPort: \(port), url: "https://h:1"}
                    """))
    }

    private func owe(_ sample: Sample, at node: DIMSENode, to parent: NodeName = .county) throws -> Delivery {
        try node.take(try sample.write(to: files.appending("\(sample.instance).dcm")))
        let record = try #require(try node.instance(sample.instance))
        let page = try node.flow.database.writeBlocking { transaction in
            _ = try node.flow.deliveries.enqueue(
                [
                    NewDelivery(
                        study: record.studyInstanceUID, sopInstance: record.sopInstanceUID, destination: parent,
                        digest: record.digest, size: record.size, transferSyntax: record.transferSyntax,
                        sopClass: record.sopClass, priority: .routine)
                ], held: false, at: Timestamp(Date()), in: transaction)
            return try node.flow.deliveries.list(
                DeliveryFilter(study: record.studyInstanceUID), limit: 10, in: transaction)
        }
        return try #require(page.deliveries.first)
    }

    @Test("carries an instance to its parent, bit for bit, and again where it is known")
    func carries() async throws {
        let county = try DIMSENode.county(authority)
        let sample = Sample()
        try await county.serving { _, tls in
            let edge = try edge(tls)
            let delivery = try owe(sample, at: edge)
            let transport = DICOMDeliveryTransport(edge.flow, dialer: edge.dialer())
            let outcomes = try await transport.withSession(to: .county, contexts: [delivery.context]) { session in
                [try await session.send(delivery), try await session.send(delivery)]
            }
            #expect(outcomes == [.accepted, .accepted])
        }
        #expect(try county.instance(sample.instance)?.source == InstanceSource(kind: .node, name: "paotai"))
        #expect(try county.count() == 1)
    }

    @Test("says so when the file is gone, and when the parent does not take the class")
    func outcomes() async throws {
        let county = try DIMSENode.county(authority)
        try await county.serving { _, tls in
            let edge = try edge(tls)
            let gone = try owe(Sample(), at: edge)
            try edge.store.remove(try #require(try edge.instance(gone.sopInstance)).path)
            let kept = try owe(Sample(), at: edge)
            var odd = kept
            odd.sopClass = SOPClass(unchecked: "1.2.3.4")
            let transport = DICOMDeliveryTransport(edge.flow, dialer: edge.dialer())
            try await transport.withSession(to: .county, contexts: [gone.context]) { session in
                guard case .unsendable = try await session.send(gone) else {
                    Issue.record("a missing file was sent")
                    return
                }
                #expect(try await session.send(kept) == .accepted)
            }
            try await transport.withSession(
                to: .county,
                contexts: [DeliveryContext(sopClass: .mrImage, transferSyntax: .jpegBaseline)]
            ) { session in
                guard case .noPresentationContext = try await session.send(kept) else {
                    Issue.record("sent without a context")
                    return
                }
            }
        }
    }

    @Test(
        "gives up a connection that the line forgot, and gives a slow parent more time after each failure",
        .timeLimit(.minutes(2)))
    func forgetfulLine() async throws {
        let county = try DIMSENode.county(authority)
        let (first, second) = (Sample(), Sample())
        try await county.serving { _, tls in
            let line = CuttingLine()
            let edge = try edge(try line.forward(to: tls))
            let dialer = edge.dialer(standstill: .seconds(2))
            let transport = DICOMDeliveryTransport(edge.flow, dialer: dialer)
            let (known, next) = (try owe(first, at: edge), try owe(second, at: edge))
            await #expect {
                try await transport.withSession(to: .county, contexts: [known.context]) { session in
                    #expect(try await session.send(known) == .accepted)
                    line.forget()
                    _ = try await session.send(next)
                }
            } throws: {
                ($0 as? DICOMError)?.code == .timedOut
            }
            #expect(dialer.standstill(of: .county) == .seconds(4))
            let outcome = try await transport.withSession(to: .county, contexts: [next.context]) {
                try await $0.send(next)
            }
            #expect(outcome == .accepted)
            #expect(dialer.standstill(of: .county) == .seconds(2))
        }
        #expect(try county.count() == 2)
    }

    @Test("refuses a conflict for good")
    func conflict() async throws {
        let county = try DIMSENode.county(authority)
        var sample = Sample()
        try county.take(try sample.write(to: files.appending("first.dcm")), from: .edge)
        sample.marker = 9
        let other = sample
        try await county.serving { _, tls in
            let edge = try edge(tls)
            let delivery = try owe(other, at: edge)
            let transport = DICOMDeliveryTransport(edge.flow, dialer: edge.dialer())
            let outcome = try await transport.withSession(to: .county, contexts: [delivery.context]) {
                try await $0.send(delivery)
            }
            guard case .refused(.conflictingInstance, _, false) = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test("says what stands in the way")
    func sentences() async throws {
        let county = try DIMSENode.county(authority)
        try await county.serving { plain, tls in
            await expect(.wrongNode, try edge(tls, parent: .city), to: .city)
            await expect(.tlsHandshakeFailed, try edge(plain))
        }
        let elsewhere = try DIMSENode(
            .county, aeTitle: .county, credentials: try authority.node(.county, addresses: ["10.0.0.1"]))
        try await elsewhere.serving { _, tls in await expect(.peerCertificateRefused, try edge(tls)) }
        let closed = try await county.serving { _, tls in tls }
        await expect(.connectionRefused, try edge(closed))
    }

    private func expect(
        _ code: DICOMError.Code, _ node: @autoclosure () throws -> DIMSENode, to parent: NodeName = .county
    ) async {
        do {
            let node = try node()
            let context = DeliveryContext(sopClass: .ctImage, transferSyntax: .explicitVRLittleEndian)
            let transport = DICOMDeliveryTransport(node.flow, dialer: node.dialer())
            try await transport.withSession(to: parent, contexts: [context]) { _ in Issue.record("a session was had") }
        } catch {
            #expect((error as? DICOMError)?.code == code, "\(error)")
        }
    }
}
