import Archive
import DICOM
import DIMSEServices
import Foundation
import Observability
import TestSupport
import Testing
import Vocabulary

@Suite("Storage SCP")
struct StorageSCPTests {
    let authority: Authority
    let files: TemporaryDirectory

    init() throws {
        authority = try Authority()
        files = try TemporaryDirectory()
    }

    @Test("answers C-ECHO and takes what storescu sends, bit for bit")
    func storescu() async throws {
        let node = try DIMSENode.county(authority)
        let sample = Sample()
        let path = try sample.write(to: files.appending("a.dcm"))
        try await node.serving { plain, _ in
            let echo = try await tool("echoscu", ["-aet", "ANYBODY", "-aec", "ANYTHING", localhost, "\(plain)"])
            #expect(echo.code == 0, "\(echo.output)")
            let sent = try await tool("storescu", ["-aet", "CT1", localhost, "\(plain)", path])
            #expect(sent.code == 0, "\(sent.output)")
        }
        let kept = try #require(try node.instance(sample.instance))
        #expect(kept.source == InstanceSource(kind: .modality, name: "CT1"))
        #expect(kept.size == Int64(try dataSetBytes(path).count))
        #expect(try dataSetBytes(node.store.url(of: kept.path).path) == dataSetBytes(path))
        #expect(try node.filesIn("incoming").isEmpty)
    }

    @Test("accepts the same object again and refuses other bytes under its UID, keeping them for the operator")
    func duplicates() async throws {
        let node = try DIMSENode.county(authority)
        var sample = Sample()
        let first = try sample.write(to: files.appending("a.dcm"))
        sample.marker = 2
        let other = try sample.write(to: files.appending("b.dcm"))
        try await node.serving { plain, _ in
            try await withAssociation(to: target(plain), logger: quiet) { association in
                #expect(try await association.store(OutgoingInstance(path: first)).status == .success)
                #expect(try await association.store(OutgoingInstance(path: first)).status == .success)
                let refusal = try await association.store(OutgoingInstance(path: other))
                #expect(refusal.status == .conflictingInstance)
                #expect((refusal.errorComment ?? "").count <= 64)
                #expect(try await association.echo() == .success)
            }
        }
        #expect(try node.count() == 1)
        #expect(try node.filesIn("conflicts").count == 1)
        #expect(try node.filesIn("incoming").isEmpty)
        #expect(try node.audited(.instanceConflict, .refused).count == 1)
    }

    @Test("gives a bad object a status and keeps the association")
    func badObjects() async throws {
        let node = try DIMSENode.county(authority)
        let good = Sample()
        let goodPath = try good.write(to: files.appending("good.dcm"))
        let bad = files.appending("bad.dcm")
        // A data set that ends in the middle of an element.
        try (try Data(contentsOf: URL(fileURLWithPath: goodPath))).dropLast(3).write(to: URL(fileURLWithPath: bad))
        try await node.serving { plain, _ in
            try await withAssociation(to: target(plain), logger: quiet) { association in
                let refusal = try await association.store(OutgoingInstance(path: bad))
                #expect(refusal.status == .cannotUnderstand)
                #expect(try await association.store(OutgoingInstance(path: goodPath)).status == .success)
            }
        }
        #expect(try node.count() == 1)
        #expect(try node.audited(.instanceRefused, .refused).count == 1)
        #expect(try node.audited(.instanceQuarantined, .refused).first?.address == "127.0.0.1")
        #expect(try node.filesIn("incoming").isEmpty)
        let kept = try #require(
            try node.flow.database.readBlocking { try node.flow.quarantine.list(in: $0) }.first)
        #expect(kept.sender == InstanceSource(kind: .modality, name: "CT1"))
        #expect(kept.senderAddress == "127.0.0.1")
        #expect(kept.sopInstance == good.instance.rawValue)
        #expect(kept.study == good.study.rawValue)
        #expect(try dataSetBytes(node.store.url(of: kept.path).path) == dataSetBytes(bad))
    }

    @Test("answers 0xA700 while the disk is full, keeps the association, and goes on when there is room")
    func fullDisk() async throws {
        let node = try DIMSENode.county(authority) { $0.minimumFreeBytes = 4096 }
        let sample = Sample()
        let path = try sample.write(to: files.appending("a.dcm"))
        try await node.serving { plain, _ in
            try await withAssociation(to: target(plain), logger: quiet) { association in
                for fault in [SwitchableStore.Fault.full, .noRoomLeft] {
                    node.store.fault.withLock { $0 = fault }
                    let answer = try await association.store(OutgoingInstance(path: path))
                    #expect(answer.status == .outOfResources)
                }
                node.store.fault.withLock { $0 = .none }
                let answer = try await association.store(OutgoingInstance(path: path))
                #expect(answer.status == .success)
            }
        }
        #expect(try node.count() == 1)
        #expect(try node.filesIn("incoming").isEmpty)
    }

    @Test("keeps nothing of a sender that ends in the middle of an object")
    func brokenSender() async throws {
        struct Killed: Error {}
        let node = try DIMSENode.county(authority)
        let sample = Sample(pixelCount: 8 << 20)
        let path = try sample.write(to: files.appending("large.dcm"))
        let seen = LockedBox(0)
        try await node.serving { plain, _ in
            await #expect(throws: Killed.self) {
                try await withAssociation(to: target(plain), logger: quiet) { association in
                    _ = try await association.store(OutgoingInstance(path: path)) { count in
                        let total = seen.withLock { seen in
                            seen += count
                            return seen
                        }
                        if total > 4 << 20 { throw Killed() }
                    }
                }
            }
        }
        #expect(seen.withLock { $0 } > 4 << 20)
        #expect(try node.count() == 0)
        #expect(try node.filesIn("incoming").isEmpty)
        #expect(try node.filesIn("studies").isEmpty)
    }

    @Test("takes only the listed AE titles on the plain port, where a list is given")
    func callingAETitles() async throws {
        let node = try DIMSENode.county(authority) { $0.callingAETitles = [.modality] }
        try await node.serving { plain, _ in
            #expect(try await tool("echoscu", ["-aet", "CT1", localhost, "\(plain)"]).code == 0)
            let refused = try await tool("echoscu", ["-v", "-aet", "CT2", localhost, "\(plain)"])
            #expect(refused.code != 0)
            #expect(refused.output.contains("Calling AE Title Not Recognized"), "\(refused.output)")
        }
        #expect(try node.audited(.associationRefused, .refused).map(\.actor.name) == ["CT2"])
    }

    @Test("takes any storage class in any transfer syntax, the sender's first choice")
    func contexts() async throws {
        let node = try DIMSENode.county(authority)
        let newClass = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.99.7")
        let unknown = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.999")
        let contexts = [
            ProposedContext(sopClass: newClass, transferSyntaxes: [unknown, .explicitVRLittleEndian]),
            ProposedContext(sopClass: .mrImage, transferSyntaxes: [.jpegLSLossless, .implicitVRLittleEndian]),
            ProposedContext(sopClass: SOPClass(unchecked: "1.2.840.10008.5.1.4.31"), transferSyntaxes: [unknown]),
        ]
        let accepted = try await node.serving { plain, _ in
            try await withAssociation(to: target(plain, contexts: contexts), logger: quiet) { $0.acceptedContexts }
        }
        #expect(accepted.map(\.transferSyntax) == [unknown, .jpegLSLossless])
    }
}
