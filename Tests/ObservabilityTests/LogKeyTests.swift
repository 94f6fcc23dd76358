import Logging
import Observability
import Testing

@Suite("Log lines")
struct LogKeyTests {
    @Test("carry what varies as metadata under the keys of the one list")
    func metadata() {
        let lines = LockedBox<[Line]>([])
        var logger = Logger(label: "test") { _ in Recorder(lines: lines) }
        logger.logLevel = .info
        logger.log(.info, "association accepted", [.callingAETitle: "CT1", .sopInstance: "1.2.3"])
        logger.log(.debug, "not shown", [.count: "1"])
        let recorded = lines.withLock { $0 }
        #expect(recorded.map(\.message) == ["association accepted"])
        #expect(recorded.first?.metadata == ["calling_ae_title": "CT1", "sop_instance": "1.2.3"])
        #expect(recorded.first?.file == "ObservabilityTests/LogKeyTests.swift")
    }

    @Test("metadata is set and read by key")
    func subscripting() {
        var metadata: Logger.Metadata = [:]
        metadata[.node] = "paotai"
        #expect(metadata == ["node": "paotai"])
        #expect(metadata[.node] == "paotai")
        #expect(metadata[.peer] == nil)
    }
}

private struct Line: Sendable {
    var message: String
    var metadata: Logger.Metadata?
    var file: String
}

private struct Recorder: LogHandler {
    let lines: LockedBox<[Line]>
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = Line(message: "\(event.message)", metadata: event.metadata, file: event.file)
        lines.withLock { $0.append(line) }
    }
}
