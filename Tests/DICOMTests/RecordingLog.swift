// A log that a test can read.

import Logging
import Observability

struct RecordingLog: LogHandler {
    let lines: LockedBox<[String]>
    var logLevel: Logger.Level = .debug
    var metadata: Logger.Metadata = [:]

    static func make() -> (Logger, LockedBox<[String]>) {
        let lines = LockedBox<[String]>([])
        return (Logger(label: "test") { _ in RecordingLog(lines: lines) }, lines)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines.withLock { $0.append("\(event.level) \(event.message) \(pairs.joined(separator: " "))") }
    }
}
