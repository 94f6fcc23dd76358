// Old names, made findable by their sound.

import Archive
import Database
import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// Works through the names that were taken in before they could be searched by pinyin, a few at a time, and then rests: new
/// ones come with theirs.
package struct NameIndexService: Service {
    private static let page = 200

    private let flow: FlowContext
    private let clock: any Clock<Duration>

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            NameIndex.prepare()
            while !Task.isCancelled {
                var pause = Duration.milliseconds(20)
                do {
                    if try await step() == 0 { break }
                } catch is CancellationError {
                    return
                } catch {
                    flow.logger.log(
                        .warning, "names can't be prepared for searching; it goes on later",
                        [.error: "\(error.sentence)"])
                    pause = .seconds(60)
                }
                do { try await clock.sleep(for: pause) } catch { return }
            }
        }
        try await gracefulShutdown()
    }

    /// - Returns: how many names were filled in; 0 when all are.
    package func step() async throws -> Int {
        try await flow.database.write { try NameIndex().fill(Self.page, in: $0) }
    }
}
