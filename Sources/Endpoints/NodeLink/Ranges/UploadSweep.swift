// Uploads that nobody goes on with.

import Logging
import Observability
import ServiceLifecycle
import StudyFlow
import Vocabulary

/// Clears them at the start and every hour.
package struct UploadSweep: Service {
    private let uploads: UploadIntake
    private let clock: any Clock<Duration>
    private let logger: Logger

    package init(_ uploads: UploadIntake, clock: any Clock<Duration> = ContinuousClock(), logger: Logger) {
        self.uploads = uploads
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await UploadThreads.ranges.runIfActive { [uploads] in try uploads.sweep() }
                    if count > 0 { logger.log(.info, "abandoned uploads were cleared", [.count: "\(count)"]) }
                } catch {
                    logger.log(.error, "abandoned uploads cannot be cleared", [.error: "\(error.sentence)"])
                }
                do { try await clock.sleep(for: .seconds(3600)) } catch { return }
            }
        }
    }
}
