// Bodies that may fail while they are sent.

import Hummingbird
import Logging
import Observability

extension ResponseBody {
    /// When `write` fails the connection is cut, so that the client knows that something is missing; the log says why,
    /// unless it was the client who went away.
    static func reporting(
        to logger: Logger, contentLength: Int? = nil,
        _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> ResponseBody {
        ResponseBody(contentLength: contentLength) { writer in
            do {
                try await write(&writer)
                try await writer.finish(nil)
            } catch let error as any ClassifiedError {
                logger.log(
                    .error, "an answer was cut off", [.error: "\(error.description)", .reason: "\(error.label)"])
                throw error
            }
        }
    }
}
