// What every module's error type tells its callers.

/// An error that says whether trying again may help and how to count it.
///
/// The relay and the metrics ask these two and never switch on another module's types.
package protocol ClassifiedError: Error, CustomStringConvertible {
    /// The same call may succeed later without anybody's help.
    var isRetriable: Bool { get }
    /// A metric label from a fixed set: lower-case words joined by underscores.
    var label: String { get }
}

extension Error {
    /// For a log line or a row in a queue: the error's own sentence.
    package var sentence: String { String(describing: self) }
}
