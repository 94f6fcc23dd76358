// Compresses what waits for a thin line.

import Archive
import DICOM
import Database
import Logging
import Observability
import Relay
import ServiceLifecycle
import Vocabulary

/// Makes JPEG-LS copies ahead of the queue's head, the most urgent first, one at a time on a thread that yields to all
/// others. The modality had its answer long before. Where the compressor is behind, `CompressionGauge` lets the line take
/// what was acquired; where it has no room or has ended, nothing waits for it.
package struct CompressionService: Service {
    private let flow: FlowContext
    private let folder: OutgoingFolder
    private let gauge: CompressionGauge
    private let clock: any Clock<Duration>
    private let minimumFreeBytes: Int64
    private let thread = ThreadExecutor(name: "compression", niceness: 10)

    /// Of acquired bytes: a copy that saves less is not worth its time at the other end.
    private static let worthwhile = 0.95

    package init(
        _ flow: FlowContext, folder: OutgoingFolder, gauge: CompressionGauge, minimumFreeBytes: Int64,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.flow = flow
        self.folder = folder
        self.gauge = gauge
        self.minimumFreeBytes = minimumFreeBytes
        self.clock = clock
    }

    package func run() async throws {
        gauge.isWorking = true
        defer { gauge.isWorking = false }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await sweep()
                    while try await compressNext() {}
                } catch is CancellationError {
                    return
                } catch {
                    flow.logger.log(.error, "compressing failed; it is tried again", [.error: "\(error.sentence)"])
                }
                await flow.signals.compression.wait(atMost: .seconds(2), clock: clock)
            }
        }
    }

    /// Before anything is sent: after a crash, or with other settings, the folder and the ledgers are made to agree.
    package static func prepare(_ flow: FlowContext, folder: OutgoingFolder) async throws {
        let links = flow.node.links.filter { $0.value.compression != .none }.map(\.key).sorted()
        let kept = try await flow.database.write { transaction in
            try flow.deliveries.compressOnly(for: links, in: transaction)
            _ = try flow.compressedCopies.takeUnneeded(in: transaction)
            var kept: Set<String> = []
            for copy in try flow.compressedCopies.all(in: transaction) {
                if folder.size(of: copy.file) == copy.fileSize {
                    kept.insert(copy.file)
                } else {
                    try flow.compressedCopies.forget(copy.sopInstance, in: transaction)
                    try flow.deliveries.compressAgain(copy.sopInstance, in: transaction)
                }
            }
            return kept
        }
        for name in try folder.names() where !kept.contains(name) { try folder.remove(name) }
    }

    // MARK: One copy after the other

    /// - Returns: whether there was one to make, and room for it.
    package func compressNext() async throws -> Bool {
        try Task.checkCancellation()
        let (wish, record, taken) = try await flow.database.read { snapshot in
            let wish = try flow.deliveries.nextToCompress(in: snapshot)
            return (
                wish, try wish.flatMap { try flow.catalogue.instance($0.sopInstance, in: snapshot) },
                try flow.compressedCopies.total(in: snapshot)
            )
        }
        guard let wish else { return false }
        let hasRoom = try taken + wish.size <= folder.largest && flow.store.freeSpace().free > minimumFreeBytes
        gauge.isWorking = hasRoom
        guard hasRoom else {
            flow.signals.relay.pokeAll()
            return false
        }
        guard let record, record.digest == wish.digest, record.isHere else {
            try await settle(wish, nil, reason: "its file is not here")
            return true
        }
        let (path, output, digest) = (
            try flow.store.url(of: record.path).path, folder.file(folder.name(wish)), wish.digest
        )
        let began = flow.clock.now()
        gauge.began(wish.size, at: began)
        do {
            let copy = try await thread.perform {
                try Transcoder.compressReversibly(file: path, acquired: digest, output: output)
            }
            let now = flow.clock.now()
            gauge.ended(compressed: copy?.size, at: now)
            MetricRegistry.shared.add(now.elapsed(since: began).seconds, to: "jieli_compression_seconds_total")
            try await settle(wish, copy, reason: "it cannot be restored to the byte")
        } catch let error as DICOMError {
            gauge.ended(compressed: nil, at: flow.clock.now())
            try await settle(wish, nil, reason: error.sentence)
        } catch {
            gauge.ended(compressed: nil, at: flow.clock.now())
            throw error
        }
        return true
    }

    private func settle(_ wish: CompressionWish, _ copy: ReversibleCopy?, reason: String) async throws {
        let name = folder.name(wish)
        guard let copy, Double(copy.size) < Double(wish.size) * Self.worthwhile else {
            try folder.remove(name)
            let released = try await flow.database.write {
                try flow.deliveries.travelsAsAcquired(wish.sopInstance, in: $0)
            }
            for each in released { flow.signals.relay.poke(each.destination, priority: each.priority) }
            MetricRegistry.shared.add(to: "jieli_compression_skipped_total")
            flow.logger.log(
                .debug, "an instance travels as acquired",
                [.sopInstance: "\(wish.sopInstance)", .reason: copy == nil ? "\(reason)" : "it gains nothing"])
            return
        }
        let form = SentForm(digest: copy.digest, size: copy.size, transferSyntax: copy.transferSyntax)
        let wakes: Wakes? = try await flow.database.write { transaction in
            let waiting = try flow.deliveries.compressed(wish, as: form, in: transaction)
            guard !waiting.isEmpty else { return nil }
            try flow.compressedCopies.add(
                CompressedCopy(
                    sopInstance: wish.sopInstance, study: wish.study, file: name, form: form, fileSize: copy.fileSize),
                at: flow.clock.now(), in: transaction)
            var wakes = Wakes()
            // In the same transaction: a destination that gets the copy is told what it stands for.
            let event = InstancesCompressed(items: [
                .init(
                    sopInstance: wish.sopInstance, study: wish.study, digest: form.digest,
                    acquired: AcquiredForm(
                        digest: wish.digest, size: wish.size, transferSyntax: .explicitVRLittleEndian))
            ])
            for each in waiting {
                try Messenger(flow).send(event, to: each.destination, in: transaction, wakes: &wakes)
                wakes.relay(each.destination, each.priority)
            }
            return wakes
        }
        guard let wakes else { return try folder.remove(name) }
        wakes.ring(flow.signals)
        MetricRegistry.shared.add(to: "jieli_compressed_total")
        MetricRegistry.shared.add(Double(wish.size), to: "jieli_compression_acquired_bytes_total")
        MetricRegistry.shared.add(Double(copy.size), to: "jieli_compression_compressed_bytes_total")
    }

    /// Removes the copies that nobody waits for any more.
    package func sweep() async throws {
        guard try await flow.database.read({ try flow.compressedCopies.total(in: $0) }) > 0 else { return }
        for name in try await flow.database.write({ try flow.compressedCopies.takeUnneeded(in: $0) }) {
            try folder.remove(name)
        }
    }
}
