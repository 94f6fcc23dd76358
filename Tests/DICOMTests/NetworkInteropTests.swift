import DICOM
import Foundation
import Observability
import Testing
import Vocabulary

/// Runs DCMTK's storescp while `body` runs.
func withStoreSCP<Result>(
    _ options: [String], in directory: String, _ body: (_ port: Int) async throws -> Result
) async throws -> Result {
    // A free port: taken, and given back when the listener goes.
    let port = try AssociationListener(
        configuration: ListenerConfiguration(port: 0), handler: RecordingHandler(), logger: quiet
    ).start()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/storescp")
    process.arguments = options + ["\(port)"]
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
        // A child inherits the blocked signals of the thread that starts it: only SIGKILL is certain.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
    let end = ContinuousClock.now + .seconds(10)
    while true {
        do {
            _ = try RawClient(port: port)
            break
        } catch  where ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
    }
    return try await body(port)
}

@Suite("DCMTK's tools as peers", .timeLimit(.minutes(1)))
struct NetworkInteropTests {
    @Test("echoscu and storescu, with and without TLS", arguments: [false, true])
    func scus(tls: Bool) async throws {
        try await withDirectory { directory in
            var options: [String] = []
            var server: TLSCredentials?
            if tls {
                let authority = try await TestAuthority("authority", in: directory)
                server = try await authority.credentials("server")
                let client = try await authority.credentials("client")
                options = ["+tls", client.privateKeyFile, client.certificateFile, "+cf", authority.file]
            }
            let handler = RecordingHandler()
            let instances = try (0..<3).map { _ in try TestInstance(in: directory, pixelBytes: 40_000) }
            try await withListener(handler, tls: server) { port, _ in
                let address = ["127.0.0.1", "\(port)"]
                let echo = try await run("echoscu", options + address, in: directory)
                #expect(echo.code == 0, "\(echo.output)")
                let store = try await run("storescu", options + address + instances.map(\.path), in: directory)
                #expect(store.code == 0, "\(store.output)")
            }
            #expect(handler.state.withLock { $0.digests.count } == 3)
        }
    }

    @Test("storescp keeps what our SCU sends, bit for bit", arguments: [false, true])
    func scp(tls: Bool) async throws {
        try await withDirectory { directory in
            var options = ["+B", "-od", directory, "-fe", ".received"]
            var client: TLSCredentials?
            if tls {
                let authority = try await TestAuthority("authority", in: directory)
                let server = try await authority.credentials("server")
                client = try await authority.credentials("client")
                options += ["+tls", server.privateKeyFile, server.certificateFile, "+cf", authority.file]
            }
            let instances = try [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian].map {
                try TestInstance(in: directory, pixelBytes: 70_002, syntax: $0)
            }
            try await withStoreSCP(options, in: directory) { port in
                try await withAssociation(to: target(port, tls: client), logger: quiet) { association in
                    expectSuccess(try await association.echo())
                    for instance in instances {
                        expectSuccess(try await association.store(instance.outgoing).status)
                    }
                }
            }
            let received = try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.hasSuffix(".received") }
            let digests = try received.map { try dataSetDigest(ofFile: "\(directory)/\($0)") }
            #expect(Set(digests) == Set(instances.map(\.digest)))
        }
    }

    @Test("getscu fetches a study from us")
    func getscu() async throws {
        try await withDirectory { directory in
            let handler = RecordingHandler()
            let study = StudyInstanceUID.generate()
            let instances = try (0..<3).map { _ in try TestInstance(in: directory, study: study) }
            handler.state.withLock { $0.served = instances }
            try FileManager.default.createDirectory(atPath: directory + "/got", withIntermediateDirectories: true)
            try await withListener(handler) { port, _ in
                let result = try await run(
                    "getscu",
                    ["-S", "+B", "-od", "got", "-k", "0008,0052=STUDY", "-k", "0020,000D=\(study)"]
                        + ["127.0.0.1", "\(port)"], in: directory)
                #expect(result.code == 0, "\(result.output)")
            }
            #expect(handler.state.withLock { $0.lastGet } == QueryIdentifier(study: study))
            let files = try FileManager.default.contentsOfDirectory(atPath: directory + "/got")
            let digests = try files.map { try dataSetDigest(ofFile: "\(directory)/got/\($0)") }
            #expect(Set(digests) == Set(instances.map(\.digest)))
        }
    }

    @Test("answers an operation it does not know with 0x0211")
    func unknownOperation() async throws {
        try await withDirectory { directory in
            let handler = FindHandler(inner: RecordingHandler())
            try await withListener(handler) { port, _ in
                let result = try await run(
                    "findscu", ["-v", "-S", "-k", "0008,0052=STUDY", "127.0.0.1", "\(port)"], in: directory)
                #expect(result.output.contains("0x211"), "\(result.output)")
            }
            #expect(await handler.inner.next { _ in true } == .closed(.released))
        }
    }
}

/// Accepts every context, also those of services nobody offers.
struct FindHandler: AssociationHandler {
    let inner: RecordingHandler

    func admit(_ request: AssociationRequest) -> AssociationAdmission { inner.admit(request) }
    func decide(_ context: OfferedContext, in association: AssociationRequest) -> ContextDecision {
        context.decision(preferring: TransferSyntax.native)
    }
    func beginStore(_ command: StoreCommand, from association: AssociationRequest) throws -> any StoreSink {
        try inner.beginStore(command, from: association)
    }
    func closed(_ association: AssociationRequest, outcome: AssociationOutcome) {
        inner.closed(association, outcome: outcome)
    }
}
