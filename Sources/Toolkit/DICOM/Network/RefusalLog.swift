// Lines about refusals, which a flood must not turn into a flood of lines.

import Logging
import Observability

/// Writes the first of several equal lines at once, and the others as one line with their number when `interval` has
/// passed. Bounded: beyond `capacity` different lines within an interval the rest is only counted.
final class RefusalLog: Sendable {
    private struct Line {
        var level: Logger.Level
        var message: Logger.Message
        var metadata: Logger.Metadata
        var repeats = 0
        var since: ContinuousClock.Instant
    }

    private static let capacity = 64
    private let logger: Logger
    private let interval: Duration
    private let lines = LockedBox<[String: Line]>([:])
    private let unnamed = LockedBox(0)

    init(logger: Logger, interval: Duration = .seconds(10)) {
        self.logger = logger
        self.interval = interval
    }

    /// - Parameter key: lines with the same key are the same.
    func note(
        _ level: Logger.Level, _ message: Logger.Message, key: String,
        _ pairs: KeyValuePairs<LogKey, Logger.MetadataValue>, at now: ContinuousClock.Instant = .now
    ) {
        let metadata = Logger.Metadata(pairs)
        summarise(at: now)
        let isFirst = lines.withLock { lines in
            if lines[key] != nil {
                lines[key]?.repeats += 1
                return false
            }
            guard lines.count < Self.capacity else {
                unnamed.withLock { $0 += 1 }
                return false
            }
            lines[key] = Line(level: level, message: message, metadata: metadata, since: now)
            return true
        }
        if isFirst { logger.log(level: level, message, metadata: metadata) }
    }

    /// Writes what was held back for `interval`, or, at the end, all of it.
    func summarise(at now: ContinuousClock.Instant = .now, all: Bool = false) {
        let due = lines.withLock { lines in
            let due = lines.filter { all || now - $0.value.since >= interval }
            for key in due.keys { lines[key] = nil }
            return due.values.filter { $0.repeats > 0 }
        }
        for line in due {
            var metadata = line.metadata
            metadata[LogKey.count.rawValue] = "\(line.repeats) more"
            logger.log(level: line.level, line.message, metadata: metadata)
        }
        let others = unnamed.withLock { count in
            defer { if all || !due.isEmpty { count = 0 } }
            return all || !due.isEmpty ? count : 0
        }
        if others > 0 { logger.log(.warning, "connections refused, others", [.count: "\(others)"]) }
    }
}
