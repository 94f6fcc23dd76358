import Foundation
import Logging
import Observability
import Testing
import Vocabulary

@testable import DICOM

@Suite("Hostile peers", .timeLimit(.minutes(1)))
struct NetworkHostileTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var abort: [UInt8]
        var says: String

        init(_ name: String, _ bytes: [UInt8], _ source: UInt8, _ reason: UInt8, _ says: String) {
            testDescription = name
            self.bytes = bytes
            abort = PDU.abort(source: source, reason: reason)
            self.says = says
        }
    }

    static let beforeTheAssociation = [
        Attack("HTTP", Array("GET / HTTP/1.1\r\n\r\n".utf8), 2, 1, "no DICOM (first byte 0x47)"),
        Attack("data", PDU.data([1, 2]), 2, 2, "out of turn"),
        Attack("a request of four gigabytes", PDU.make(1, [], length: .max), 2, 6, "4294967295 bytes"),
        Attack("a release", PDU.make(5, [0, 0, 0, 0]), 2, 2, "out of turn"),
        Attack("an abort of a gigabyte", PDU.make(7, [], length: 1 << 30), 2, 6, "instead of 4"),
        Attack("a cut request", PDU.make(1, [0, 1, 0, 0]), 2, 6, "cut short"),
        Attack("an item beyond its end", PDU.request(rest: PDU.item(0x10, [1], length: 999)), 2, 6, "longer than"),
        Attack(
            "two thousand contexts", PDU.request(contexts: (0..<2000).flatMap { PDU.context(UInt8($0 % 128 * 2 + 1)) }),
            2, 6, "presentation context"),
        Attack(
            "a thousand transfer syntaxes", PDU.request(contexts: PDU.context(1, syntaxes: 1000)), 2, 6,
            "transfer syntaxes"),
        Attack(
            "thousands of user items", PDU.request(user: (0..<5000).flatMap { _ in PDU.item(0x55, [0x41]) }), 2, 6,
            "user items"),
        Attack("an even context", PDU.request(contexts: PDU.context(2)), 2, 6, "even"),
        Attack(
            "a role that points outside",
            PDU.request(user: PDU.user + PDU.item(0x54, [0, 60, 0x31, 0x32])), 2, 6, "longer than"),
    ]

    @Test(
        "what is no association request is refused with the reason, before anything is allocated for it",
        arguments: beforeTheAssociation)
    func beforeAssociation(attack: Attack) async throws {
        let (logger, lines) = RecordingLog.make()
        try await withListener(RecordingHandler(), logger: logger) { port, _ in
            let client = try RawClient(port: port)
            client.send(attack.bytes)
            #expect(await client.readToEnd() == attack.abort)
            #expect(try await withAssociation(to: target(port), logger: quiet) { try await $0.echo() } == .success)
        }
        #expect(lines.withLock { $0 }.contains { $0.contains(attack.says) })
    }

    static let onTheAssociation = [
        Attack("a data PDU of four gigabytes", PDU.make(4, [], length: .max), 2, 6, "4294967295 bytes"),
        Attack("an empty data PDU", PDU.make(4, []), 2, 6, "0 bytes"),
        Attack("an unknown PDU", PDU.make(0x99, []), 2, 1, "unknown type 0x99"),
        Attack("a second request", PDU.request(), 2, 2, "out of turn"),
        Attack("a value beyond its PDU", PDU.data([1, 2, 3, 4], length: 1 << 31), 2, 6, "does not fit"),
        Attack("a value that leaves a rest", PDU.data([1, 2, 3, 4], length: 4), 2, 6, "does not fit"),
        Attack("a cut command", PDU.data(Array(PDU.command(0x30).dropLast(5))), 0, 0, "unreadable command"),
        Attack("garbage as a command", PDU.data([UInt8](repeating: 0xA5, count: 400)), 0, 0, "unreadable command"),
        Attack("a data set without a command", PDU.data([1, 2, 3, 4], control: 2), 0, 0, "command expected"),
        Attack("a context that nobody offered", PDU.data(PDU.command(0x30), context: 9), 0, 0, "was not accepted"),
        Attack("a response to nothing", PDU.data(PDU.command(0x8030)), 0, 0, "response to nothing"),
        Attack(
            "an endless command", (0..<40).flatMap { _ in PDU.data([UInt8](repeating: 0, count: 500), control: 1) }, 0,
            0, "endless command"),
        Attack(
            "a command in the middle of a data set",
            PDU.data(PDU.command(0x30, hasDataSet: true)) + PDU.data(PDU.command(0x30)), 0, 0, "data set expected"),
    ]

    @Test("what breaks the protocol ends the association with the reason", arguments: onTheAssociation)
    func onAssociation(attack: Attack) async throws {
        let handler = RecordingHandler()
        try await withListener(handler) { port, _ in
            let client = try RawClient(port: port)
            client.send(PDU.request())
            #expect(await client.receive()?.first == 0x02)
            client.send(attack.bytes)
            #expect(await client.readToEnd().suffix(10) == attack.abort[...])
            guard case .closed(.failed(let error)) = await handler.next({ _ in true }) else {
                Issue.record("the association did not fail")
                return
            }
            #expect(error.code == .protocolViolation)
            #expect("\(error)".contains(attack.says))
        }
    }

    @Test("TLS on the plain port and DICOM on the TLS port are named in the log")
    func wrongPort() async throws {
        let (logger, lines) = RecordingLog.make()
        try await withListener(RecordingHandler(), logger: logger) { port, _ in
            let client = try RawClient(port: port)
            client.send([0x16, 3, 1, 0, 100, 1, 0, 0, 96])
            #expect(await client.readToEnd().first == 0x15)
        }
        #expect(lines.withLock { $0 }.contains { $0.contains("TLS at a port that is for DICOM without TLS") })
    }

    // MARK: Deadlines

    @Test("a PDU that is begun must be finished, however long the association may rest")
    func slowPDU() async throws {
        let handler = RecordingHandler(idle: nil, progress: nil)
        try await withListener(handler, configure: { $0.pduTimeout = .milliseconds(300) }) { port, _ in
            let client = try RawClient(port: port)
            client.send(PDU.request())
            #expect(await client.receive()?.first == 0x02)
            client.send(Array(PDU.data(PDU.command(0x30)).prefix(9)))
            #expect(await client.readToEnd() == PDU.abort(source: 0, reason: 0))
            #expect(await handler.next { _ in true } == .closed(.timedOut))
        }
    }

    @Test("a request that trickles in is dropped at the deadline of the whole")
    func slowRequest() async throws {
        try await withListener(RecordingHandler(), configure: { $0.handshakeTimeout = .milliseconds(600) }) { port, _ in
            let client = try RawClient(port: port)
            let start = ContinuousClock.now
            let trickle = Task {
                for byte in PDU.request() {
                    client.send([byte])
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            #expect(await client.readToEnd().isEmpty)
            #expect(ContinuousClock.now - start < .seconds(8))
            trickle.cancel()
        }
    }

    @Test("a command in pieces must be whole by its deadline")
    func slowCommand() async throws {
        let handler = RecordingHandler()
        try await withListener(handler, configure: { $0.commandTimeout = .milliseconds(400) }) { port, _ in
            let client = try RawClient(port: port)
            client.send(PDU.request())
            #expect(await client.receive()?.first == 0x02)
            let trickle = Task {
                while !Task.isCancelled {
                    client.send(PDU.data([], control: 1))
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            #expect(await handler.next { _ in true } == .closed(.timedOut))
            trickle.cancel()
        }
    }

    @Test("a data set that comes too slowly is ended, although each PDU comes in time")
    func slowDataSet() async throws {
        let handler = RecordingHandler(progress: .milliseconds(400))
        try await withListener(handler, configure: { $0.minimumRate = 1_000_000 }) { port, _ in
            let client = try RawClient(port: port)
            client.send(PDU.request())
            #expect(await client.receive()?.first == 0x02)
            client.send(PDU.data(PDU.command(0x30, hasDataSet: true)))
            let trickle = Task {
                while !Task.isCancelled {
                    client.send(PDU.data([1, 2], control: 0))
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            #expect(await handler.next { _ in true } == .closed(.timedOut))
            trickle.cancel()
        }
    }

    @Test("a flood of echoes is answered, but not as fast as the processor can")
    func echoes() async throws {
        try await withListener(RecordingHandler(), configure: { $0.freeEchoes = 10 }) { port, _ in
            let client = try RawClient(port: port)
            client.send(PDU.request())
            #expect(await client.receive()?.first == 0x02)
            let start = ContinuousClock.now
            client.send((0..<40).flatMap { _ in PDU.data(PDU.command(0x30)) } + PDU.make(5, [0, 0, 0, 0]))
            var answers: [UInt8] = []
            while answers.suffix(10).first != 6, let more = await client.receive() { answers += more }
            #expect(answers.suffix(10).first == 6)
            #expect(ContinuousClock.now - start > .milliseconds(500))
        }
    }

    // MARK: Shares

    @Test("an address with its share of connections is told so at the door, and others come in")
    func shareOfAddress() async throws {
        try await withListener(RecordingHandler(), configure: { $0.maximumConnectionsPerAddress = 2 }) { port, _ in
            let first = try RawClient(port: port)
            let second = try RawClient(port: port)
            let third = try RawClient(port: port)
            #expect(await third.readToEnd() == PDU.localLimitExceeded)
            let elsewhere = try RawClient(port: port, from: 0x7F00_0002)
            elsewhere.send(PDU.request())
            #expect(await elsewhere.receive()?.first == 0x02)
            withExtendedLifetime((first, second)) {}
        }
    }

    @Test("an AE title with its share of associations is rejected, and others are not")
    func shareOfTitle() async throws {
        try await withListener(RecordingHandler(), configure: { $0.maximumAssociationsPerAETitle = 1 }) { port, _ in
            let first = try RawClient(port: port)
            first.send(PDU.request(calling: "ONE"))
            #expect(await first.receive()?.first == 0x02)
            let second = try RawClient(port: port)
            second.send(PDU.request(calling: "ONE"))
            #expect(await second.receive() == PDU.localLimitExceeded)
            let other = try RawClient(port: port)
            other.send(PDU.request(calling: "TWO"))
            #expect(await other.receive()?.first == 0x02)
        }
    }
}
