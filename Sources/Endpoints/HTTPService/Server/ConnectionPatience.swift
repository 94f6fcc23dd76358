// How long a connection may take for each thing that it has begun.

/// Limits on slowness. They are absolute or by rate, never by silence alone: a peer that sends a byte a second is not silent.
package struct ConnectionPatience: Sendable {
    /// From connecting to the end of the first request's headers, TLS handshake included.
    package var firstRequest: Duration = .seconds(20)
    /// From an answer's end to the end of the next request's headers.
    package var nextRequest: Duration = .seconds(75)
    /// What a body may take, and a request's remainder after its answer, plus a second for each `bytesPerSecond`. Counted
    /// only while this side is ready to read.
    package var body: Duration = .seconds(30)
    package var bytesPerSecond = 4096
    /// How long nothing of an answer may leave, plus a second for each `answerBytesPerSecond` that waits.
    package var answer: Duration = .seconds(60)
    package var answerBytesPerSecond = 16_384

    package init() {}

    /// Ranges between nodes give way to more urgent traffic in the middle of a body, for as long as that takes. Only a
    /// node with a known certificate gets so far that its body is read.
    static let pausingPrefix = "/link/"
}
