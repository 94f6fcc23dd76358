// A large instance at the child, and ways to carry it.

import Archive
import DICOM
import Database
import Foundation
import HTTPService
import Identity
import Observability
import Relay
import StudyFlow
import TestImageGenerator
import TestSupport
import Vocabulary

@testable import NodeLink

extension LinkNode {
    /// As if a modality, or a child, had sent it.
    @discardableResult
    func take(_ path: String, from child: NodeName? = nil) throws -> InstanceRecord {
        let landing = try flow.store.landing()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.write(to: URL(fileURLWithPath: landing.path))
        let dataSet = bytes.dropFirst(Int(try FileMetaInformation.read(fromFile: path).dataSetOffset))
        return try InstanceIntake(flow).accept(
            Arrival(
                landing: landing, digest: Digest(of: dataSet), size: Int64(dataSet.count),
                source: InstanceSource(kind: child == nil ? .modality : .node, name: child?.rawValue ?? "US1"),
                sender: child)
        ).instance
    }

    func instances() throws -> Int { try flow.database.readBlocking { try flow.catalogue.totals(in: $0).instances } }

    func instance(_ uid: SOPInstanceUID) throws -> InstanceRecord? {
        try flow.database.readBlocking { try flow.catalogue.instance(uid, in: $0) }
    }

    /// SHA-256 of the data set in the archive's file.
    func storedDigest(_ uid: SOPInstanceUID) throws -> Digest? {
        guard let record = try instance(uid) else { return nil }
        let bytes = try Data(contentsOf: flow.store.url(of: record.path))
        return Digest(of: bytes.dropFirst(Int(record.dataSetOffset)))
    }

    func receiptsOwed(to child: NodeName) throws -> Int {
        try flow.database.readBlocking {
            try $0.row("SELECT count(*) AS number FROM receipt_due WHERE child = ?", child)?["number"] ?? 0
        }
    }

    /// What lies there of uploads begun, and what the ledger says.
    func leftovers() throws -> (files: [String], rows: Int) {
        let files = try FileManager.default.contentsOfDirectory(atPath: archive + "/resumable")
        let rows: Int = try flow.database.readBlocking {
            try $0.row("SELECT count(*) AS number FROM upload")?["number"] ?? 0
        }
        return (files, rows)
    }
}

extension LinkFixture {
    /// Some three megabytes: a dozen ranges.
    func loop(_ seed: String = "loop") throws -> Delivery {
        let file = try TestStudy(seed: seed).ultrasound(
            frames: 60, distinct: 3, in: directory.appending("images-\(seed)"))
        try child.take(file.path)
        let found = try child.flow.database.readBlocking {
            try child.flow.deliveries.delivery(of: file.sopInstanceUID, to: .county, in: $0)
        }
        guard let found else { throw CancellationError() }
        return found
    }

    func offer(_ delivery: Delivery) -> UploadOffer {
        UploadOffer(
            study: delivery.study, sopInstance: delivery.sopInstance, sopClass: delivery.sopClass,
            transferSyntax: delivery.transferSyntax, digest: delivery.digest, size: delivery.size)
    }

    func dataSet(_ delivery: Delivery) async throws -> Data {
        let file = try await OutgoingFile.locate(delivery, in: child.flow).get()
        return try Data(contentsOf: URL(fileURLWithPath: file.path)).dropFirst(Int(file.dataSetOffset))
    }

    func transport(to port: Int) throws -> RangeDeliveryTransport {
        let peers = try PeerDirectory(
            yaml: """
                parents:
                  - {name: puning, aeTitle: PUNING, host: 127.0.0.1, dicomTLSPort: 1, url: "https://127.0.0.1:\(port)"}
                """)
        return RangeDeliveryTransport(
            child.flow, configuration: configuration(try certificate(.edge)), peers: { peers })
    }

    /// One session, as the relay uses it.
    func carry(
        _ delivery: Delivery, to port: Int, pace: @escaping DeliveryPace = { _ in },
        progress: @escaping RangeProgress = { _ in }
    ) async throws -> DeliveryOutcome {
        try await transport(to: port).withSession(to: .county, contexts: [delivery.context]) {
            try await $0.send(delivery, pace: pace, progress: progress)
        }
    }

    /// Lends a connection for calls by hand.
    func calling<Result: Sendable>(
        _ port: Int, as name: NodeName = .edge, _ body: @Sendable (RangeClient) async throws -> Result
    ) async throws -> Result {
        let client = try RangeClient(to: peer(port), configuration: configuration(try certificate(name)))
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }
}
