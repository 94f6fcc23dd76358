import DICOM
import Foundation
import Observability
import TestSupport
import Testing
import Vocabulary

@Suite("Associations that go wrong", .timeLimit(.minutes(1)))
struct NetworkFaultTests {
    @Test("a silent client holds up nobody and is dropped at its deadline")
    func silentClient() async throws {
        let handler = RecordingHandler()
        try await withListener(handler, configure: { $0.handshakeTimeout = .seconds(6) }) { port, _ in
            let start = ContinuousClock.now
            let silent = try RawClient(port: port)
            let status = try await withAssociation(to: target(port), logger: quiet) { try await $0.echo() }
            #expect(status == .success)
            #expect(ContinuousClock.now - start < .seconds(6))
            #expect(await silent.readToEnd().isEmpty)
            #expect(ContinuousClock.now - start >= .milliseconds(5900))
        }
    }

    @Test("a peer that falls silent in the middle of a command is dropped")
    func stalled() async throws {
        let handler = RecordingHandler(idle: .milliseconds(300), progress: .milliseconds(300))
        try await withListener(handler) { port, _ in
            let association = try await Association.request(target(port), logger: quiet)
            #expect(await handler.next { _ in true } == .closed(.timedOut))
            await #expect {
                try await association.echo()
            } throws: {
                [.aborted, .connectionClosed].contains(($0 as? DICOMError)?.code)
            }
        }
    }

    @Test("abandons what a vanished sender began")
    func vanishedSender() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let instance = try TestInstance(in: directory, pixelBytes: 2_000_000)
            try await withListener(handler) { port, _ in
                await #expect(throws: ToolFailure.self) {
                    try await withAssociation(to: target(port), logger: quiet) { association in
                        let sent = LockedBox(0)
                        _ = try await association.store(instance.outgoing) { bytes in
                            let total = sent.withLock {
                                $0 += bytes
                                return $0
                            }
                            if total > 500_000 { throw ToolFailure(output: "gone") }
                        }
                    }
                }
                #expect(await handler.next { $0 != .begun } == .abandoned)
                #expect(await handler.next { _ in true } == .closed(.aborted))
            }
        }
    }

    @Test("cancelling a blocked sender returns at once")
    func cancelled() async throws {
        // Listens and never answers.
        let handler = RecordingHandler()
        let listener = try AssociationListener(
            configuration: ListenerConfiguration(port: 0), handler: handler, logger: quiet)
        let port = try listener.start()
        let start = ContinuousClock.now
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await Association.request(target(port), logger: quiet) }
                try await Task.sleep(for: .milliseconds(100))
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("cancelling ends a transfer that waits for the peer")
    func cancelledTransfer() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let instance = try TestInstance(in: directory)
            let gate = Gate()
            let slow = GatedHandler(gate: gate, inner: handler)
            try await withListener(slow) { port, _ in
                let sending = Task {
                    try await withAssociation(to: target(port), logger: quiet) {
                        try await $0.store(instance.outgoing)
                    }
                }
                _ = await handler.next { $0 == .begun }
                let start = ContinuousClock.now
                sending.cancel()
                await #expect(throws: CancellationError.self) { try await sending.value }
                #expect(ContinuousClock.now - start < .seconds(20))
                gate.open()
            }
        }
    }

    @Test("a peer behind a line that moves no more is given up after the standstill, long before its answer is due")
    func standstill() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let instance = try TestInstance(in: directory)
            let gate = Gate()
            try await withListener(GatedHandler(gate: gate, inner: handler)) { port, _ in
                var patient = try target(port)
                patient.timeouts.standstill = .milliseconds(400)
                let start = ContinuousClock.now
                await #expect {
                    try await withAssociation(to: patient, logger: quiet) { try await $0.store(instance.outgoing) }
                } throws: {
                    ($0 as? DICOMError)?.code == .timedOut
                }
                #expect(ContinuousClock.now - start >= .milliseconds(400))
                #expect(ContinuousClock.now - start < .seconds(30))
                gate.open()
            }
        }
    }

    @Test("a slow line is no standstill, however long the whole takes")
    func slowReader() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let instance = try TestInstance(in: directory, pixelBytes: 12_000_000)
            try await withListener(handler) { port, _ in
                let line = CuttingLine(pause: .milliseconds(15))
                var patient = try target(try line.forward(to: port))
                patient.timeouts.standstill = .seconds(2)
                let start = ContinuousClock.now
                let response = try await withAssociation(to: patient, logger: quiet) {
                    try await $0.store(instance.outgoing)
                }
                #expect(response.status == .success)
                #expect(ContinuousClock.now - start > .seconds(2))
            }
        }
    }

    @Test("rejects with the standard's reasons")
    func rejections() async throws {
        let handler = RecordingHandler()
        try await withListener(handler, configure: { $0.maximumAssociations = 1 }) { port, _ in
            handler.state.withLock { $0.rejection = .callingAETitleNotRecognized }
            await #expect {
                _ = try await Association.request(target(port), logger: quiet)
            } throws: {
                ($0 as? DICOMError)?.code == .associationRejected && "\($0)".contains("calling AE title")
            }
            handler.state.withLock { $0.rejection = nil }
            let first = try await Association.request(target(port), logger: quiet)
            await #expect {
                _ = try await Association.request(target(port), logger: quiet)
            } throws: {
                ($0 as? DICOMError)?.code == .associationRejectedTransiently && "\($0)".contains("too many")
            }
            #expect(try await first.echo() == .success)
            await first.release()
        }
    }

    @Test("says what is wrong with an address")
    func addresses() async throws {
        let probe = try AssociationListener(
            configuration: ListenerConfiguration(port: 0), handler: RecordingHandler(), logger: quiet)
        let port = try probe.start()
        let second = try AssociationListener(
            configuration: ListenerConfiguration(port: port), handler: RecordingHandler(), logger: quiet)
        #expect {
            try second.start()
        } throws: {
            ($0 as? DICOMError)?.code == .portInUse && "\($0)".contains("\(port)")
        }
        await #expect(throws: DICOMError(code: .connectionRefused, message: "")) {
            _ = try await Association.request(target(1), logger: quiet)
        }
        var unknown = try target(port)
        unknown.address.host = "no-such-host.invalid"
        await #expect(throws: DICOMError(code: .hostNotFound, message: "")) {
            _ = try await Association.request(unknown, logger: quiet)
        }
    }

    @Test(
        "garbage is no association and harms nobody",
        arguments: [
            [UInt8](repeating: 0xFF, count: 64), Array("GET / HTTP/1.1\r\n\r\n".utf8),
            [0x01, 0, 0xFF, 0xFF, 0xFF, 0xFF], [0x04, 0, 0, 0, 0, 4, 0, 0, 0, 0],
        ])
    func garbage(bytes: [UInt8]) async throws {
        let handler = RecordingHandler()
        try await withListener(handler) { port, _ in
            let client = try RawClient(port: port)
            client.send(bytes)
            _ = await client.readToEnd()
            #expect(try await withAssociation(to: target(port), logger: quiet) { try await $0.echo() } == .success)
        }
    }

    @Test("stops while an association rests")
    func stops() async throws {
        let handler = RecordingHandler()
        let association = try await withListener(handler, configure: { $0.gracePeriod = .milliseconds(300) }) {
            port, _ in
            try await Association.request(target(port), logger: quiet)
        }
        #expect(await handler.next { _ in true } == .closed(.cancelled))
        await association.release()
    }
}

/// Holds threads until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func open() { semaphore.signal() }
    func wait() { semaphore.wait() }
}

/// Begins storing only when its gate opens.
struct GatedHandler: AssociationHandler {
    let gate: Gate
    let inner: RecordingHandler

    func admit(_ request: AssociationRequest) -> AssociationAdmission { inner.admit(request) }
    func decide(_ context: OfferedContext, in association: AssociationRequest) -> ContextDecision {
        inner.decide(context, in: association)
    }
    func beginStore(_ command: StoreCommand, from association: AssociationRequest) throws -> any StoreSink {
        let sink = try inner.beginStore(command, from: association)
        gate.wait()
        return sink
    }
}
