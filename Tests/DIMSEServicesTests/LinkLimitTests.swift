import Archive
import DIMSEServices
import Foundation
import Identity
import Observability
import Relay
import TestSupport
import Testing
import Vocabulary

@Suite("The limit of a link")
struct LinkLimitTests {
    /// Time that passes only where an association waits for it.
    private final class VirtualTime: Sendable {
        private let elapsed = LockedBox(Duration.zero)
        var now: Duration { elapsed.withLock { $0 } }
        var pacer: PacerTime {
            PacerTime(now: { self.now }) { duration in
                let until = self.now + duration
                self.elapsed.withLock { $0 = max($0, until) }
            }
        }
    }

    @Test("two associations to a parent share it, and together keep to it within a tenth", .timeLimit(.minutes(1)))
    func twoAssociations() async throws {
        let (authority, files) = (try Authority(), try TemporaryDirectory())
        let county = try DIMSENode.county(authority)
        let each = 12
        let bytes = try await county.serving { _, tls in
            let edge = try DIMSENode(
                .edge, aeTitle: .edge, credentials: try authority.node(.edge),
                peers: PeerDirectory(
                    yaml: """
                        parents:
                          - {name: \(NodeName.county), aeTitle: PUNING, host: 127.0.0.1, dicomTLSPort: \(tls),
                             url: "https://h:1", link: {limit: 8 Mbit/s}}
                        """))
            let policy = try #require(edge.peers.withLock { $0 }.parent(.county)).link
            let time = VirtualTime()
            let pacer = LinkPacer(policy, time: time.pacer)
            let deliveries = try (0..<2 * each).map { number in
                var sample = Sample()
                sample.pixelCount = 200_000
                return try owe(sample, at: edge, file: files.appending("\(number).dcm"))
            }
            let transport = DICOMDeliveryTransport(edge.flow, dialer: edge.dialer())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for half in [deliveries.prefix(each), deliveries.suffix(each)] {
                    group.addTask {
                        try await transport.withSession(to: .county, contexts: [deliveries[0].context]) { session in
                            for delivery in half {
                                let outcome = try await session.send(delivery) { try pacer.passBlocking($0) }
                                #expect(outcome == .accepted)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let bytes = deliveries.map(\.size).reduce(0, +)
            #expect(pacer.passed == bytes)
            let rate = Double(bytes) / (time.now / .seconds(1))
            let limit = try #require(policy.limit).bytesPerSecond
            #expect(rate < 1.1 * limit, "\(rate) bytes/s where \(limit) are allowed")
            return bytes
        }
        let held = try county.flow.database.readBlocking { try county.flow.catalogue.totals(in: $0) }
        #expect(held.instances == 2 * each)
        #expect(held.bytes == bytes)
    }

    private func owe(_ sample: Sample, at node: DIMSENode, file: String) throws -> Delivery {
        try node.take(try sample.write(to: file))
        let record = try #require(try node.instance(sample.instance))
        return try node.flow.database.writeBlocking { transaction in
            let new = NewDelivery(
                study: record.studyInstanceUID, sopInstance: record.sopInstanceUID, destination: .county,
                digest: record.digest, size: record.size, transferSyntax: record.transferSyntax,
                sopClass: record.sopClass, priority: .routine)
            _ = try node.flow.deliveries.enqueue([new], held: false, at: Timestamp(Date()), in: transaction)
            let found = try node.flow.deliveries.delivery(of: new.sopInstance, to: .county, in: transaction)
            return try #require(found)
        }
    }
}
