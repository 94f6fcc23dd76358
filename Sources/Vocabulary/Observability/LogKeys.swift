// The keys of log metadata, in one place so that a search finds every line about a thing.

import Logging
import Vocabulary

package enum LogKey: String {
    case node, peer
    case aeTitle = "ae_title"
    case callingAETitle = "calling_ae_title"
    case calledAETitle = "called_ae_title"
    case address
    case study, series
    case sopInstance = "sop_instance"
    case sopClass = "sop_class"
    case transferSyntax = "transfer_syntax"
    case status, count, bytes, milliseconds
    case error, reason, attempt
    case event, sequence, epoch
    case task, order, report
    case user, role, path, port, rule, since
}

extension Logger.Metadata {
    package subscript(key: LogKey) -> Logger.MetadataValue? {
        get { self[key.rawValue] }
        set { self[key.rawValue] = newValue }
    }

    package init(_ pairs: KeyValuePairs<LogKey, Logger.MetadataValue>) {
        self.init(uniqueKeysWithValues: pairs.map { ($0.key.rawValue, $0.value) })
    }
}

extension Logger {
    /// `log(.info, "study settled", [.study: "\(uid)"])`: a constant message, what varies as metadata.
    package func log(
        _ level: Logger.Level, _ message: Logger.Message, _ pairs: KeyValuePairs<LogKey, Logger.MetadataValue>,
        file: String = #fileID, function: String = #function, line: UInt = #line
    ) {
        log(level: level, message, metadata: Logger.Metadata(pairs), file: file, function: function, line: line)
    }
}
