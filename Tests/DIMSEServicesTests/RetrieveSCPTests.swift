import Archive
import DICOM
import DIMSEServices
import Foundation
import Identity
import Observability
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("C-GET")
struct RetrieveSCPTests {
    let authority: Authority
    let files: TemporaryDirectory

    init() throws {
        authority = try Authority()
        files = try TemporaryDirectory()
    }

    private func getscu(_ port: Int, _ study: StudyInstanceUID, into folder: String) async throws -> [String] {
        let output = files.appending(folder)
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let result = try await tool(
            "getscu",
            ["-v", "-S", "-aet", "CT1", "-od", output, "-k", "0008,0052=STUDY", "-k", "0020,000D=\(study)", "+B"]
                + [localhost, "\(port)"])
        #expect(result.code == 0, "\(result.output)")
        return try FileManager.default.contentsOfDirectory(atPath: output).map { output + "/" + $0 }
    }

    @Test("gives the LAN what was acquired here, as stored, and nothing that came from below")
    func lanOwn() async throws {
        let node = try DIMSENode.county(authority)
        let mine = Sample()
        let path = try mine.write(to: files.appending("mine.dcm"))
        try node.take(path)
        let theirs = Sample()
        try node.take(try theirs.write(to: files.appending("theirs.dcm")), from: .edge)
        try await node.serving { plain, _ in
            let got = try await getscu(plain, mine.study, into: "own")
            #expect(got.count == 1)
            #expect(try dataSetBytes(try #require(got.first)) == dataSetBytes(path))
            let other = try await getscu(plain, theirs.study, into: "theirs")
            #expect(other.isEmpty)
        }
        #expect(try node.audited(.studyRetrieved, .success).map(\.study) == [mine.study])
        #expect(try node.audited(.studyRetrieved, .refused).map(\.study) == [theirs.study])
    }

    @Test("gives the LAN everything or nothing where configured so", arguments: [(LANRetrieve.all, 1), (.none, 0)])
    func lanOther(_ grant: LANRetrieve, _ count: Int) async throws {
        let node = try DIMSENode.county(authority) { $0.lanRetrieve = grant }
        let sample = Sample()
        try node.take(try sample.write(to: files.appending("a.dcm")), from: .edge)
        try await node.serving { plain, _ in
            let got = try await getscu(plain, sample.study, into: "got")
            #expect(got.count == count)
        }
    }

    @Test("sends a decoded copy to a peer that takes no compressed data, and removes it")
    func decodedCopy() async throws {
        let node = try DIMSENode.county(authority)
        let sample = Sample(pixelCount: 4096)
        let original = try sample.write(to: files.appending("a.dcm"))
        let compressed = files.appending("compressed.dcm")
        try Transcoder.encode(file: original, to: .jpegLSLossless, output: compressed)
        try node.take(compressed)
        try await node.serving { plain, _ in
            let got = try #require(try await getscu(plain, sample.study, into: "got").first)
            let meta = try FileMetaInformation.read(fromFile: got).0
            #expect(TransferSyntax.native.contains(meta.transferSyntax))
            #expect(try dataSetBytes(got).suffix(4096) == dataSetBytes(original).suffix(4096))
        }
        #expect(try node.filesIn("incoming").isEmpty)
    }

    @Test("brings a child what belongs to its own studies, and nothing of another child's")
    func subtree() async throws {
        let county = try DIMSENode.county(authority)
        let mine = Sample(sopClass: .basicTextSR)
        let theirs = Sample(sopClass: .basicTextSR)
        let path = try mine.write(to: files.appending("mine.dcm"))
        try county.take(path, from: .edge)
        try county.take(try theirs.write(to: files.appending("theirs.dcm")), from: .neighbour)
        try await county.serving { _, tls in
            let edge = try child(tls)
            let fetching = DICOMInstanceFetching(edge.flow, dialer: edge.dialer())
            let arrivals = LockedBox<[Arrival]>([])
            for sample in [mine, theirs] {
                try await fetching.fetch([sample.instance, .generate()], of: sample.study, from: .county, contexts: [])
                { arrival in
                    arrivals.withLock { $0.append(arrival) }
                }
            }
            let arrival = try #require(arrivals.withLock { $0 }.first)
            #expect(arrivals.withLock { $0.count } == 1)
            #expect(try dataSetBytes(arrival.landing.path) == dataSetBytes(path))
            #expect(arrival.digest == Digest(of: try dataSetBytes(path)))
            #expect(arrival.source == InstanceSource(kind: .node, name: "puning"))
        }
        let refused = try #require(try county.audited(.studyRetrieved, .refused).first)
        #expect(refused.study == theirs.study)
        #expect(refused.actor == .node(.edge))
    }

    @Test("gives a client what its grant says", arguments: [(RetrieveGrant.all, 2), (.own, 1), (.none, 0)])
    func client(_ grant: RetrieveGrant, _ count: Int) async throws {
        let (credentials, fingerprint) = try authority.client("workstation")
        let node = try DIMSENode.county(authority, client: (.client, fingerprint, grant))
        var sample = Sample()
        let own = try sample.write(to: files.appending("own.dcm"))
        sample.instance = .generate()
        try node.take(try sample.write(to: files.appending("other.dcm")), from: .edge)
        let storage = ProposedContext(sopClass: .ctImage, transferSyntaxes: [.explicitVRLittleEndian])
        var receiving = storage
        receiving.role = .both
        let contexts = [ProposedContext(sopClass: .studyRootGet, transferSyntaxes: TransferSyntax.native), receiving]
        let study = sample.study
        // The study came from the child first; what the client sends of it must belong to the same hospital.
        try await node.serving { _, tls in
            let target = target(tls, calling: .client, tls: credentials, contexts: contexts)
            try await withAssociation(to: target, logger: quiet) { association in
                let status = try await association.store(OutgoingInstance(path: own)).status
                #expect(status == .conflictingIssuer)
            }
        }
        try node.take(own, from: .edge)
        let other = sample.instance
        _ = try await node.flow.database.write { transaction in
            try transaction.execute(
                "UPDATE sop_instance SET source_kind = 'modality', source_name = 'DEMOCLIENT' WHERE sop_instance_uid != ?",
                other)
        }
        try await node.serving { _, tls in
            let target = target(tls, calling: .client, tls: credentials, contexts: contexts)
            let outcome = try await withAssociation(to: target, logger: quiet) { association in
                try await association.get(QueryIdentifier(study: study)) { _ in DroppingSink() }
            }
            #expect(outcome.status == .success)
            #expect(outcome.completed == count)
        }
    }

    private func child(_ port: Int) throws -> DIMSENode {
        try DIMSENode(
            .edge, aeTitle: .edge, credentials: try authority.node(.edge),
            peers: PeerDirectory(
                yaml: """
                    parents:
                      - {name: puning, aeTitle: PUNING, host: 127.0.0.1, dicomTLSPort: \(port), url: "https://127.0.0.1:1"}
                    """))
    }
}

final class DroppingSink: StoreSink {
    func write(_ bytes: UnsafeRawBufferPointer) throws {}
    func finish() -> StoreResponse { StoreResponse(status: .success) }
    func abandon() {}
}
