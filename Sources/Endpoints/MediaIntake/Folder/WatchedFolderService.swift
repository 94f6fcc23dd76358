// Watching folders for as long as the node runs.

import Database
import Logging
import NIOPosix
import Observability
import ServiceLifecycle
import StudyFlow
import Vocabulary

/// A thread for each folder: looking and taking block.
package struct WatchedFolderService: Service {
    private let flow: FlowContext
    private let folders: [WatchedFolder]

    package init(_ flow: FlowContext, folders: [String], settings: FolderSettings) {
        self.flow = flow
        let intake = FileIntake(flow)
        self.folders = folders.map {
            WatchedFolder($0, flow: flow, intake: intake, settings: settings, now: Self.uptime)
        }
    }

    /// Goes on while the machine's clock is set.
    private static let uptime: @Sendable () -> Timestamp = {
        let start = ContinuousClock.now
        return { Timestamp(milliseconds: 0) + start.duration(to: .now) }
    }()

    package func run() async throws {
        let paths = folders.map(\.path)
        try await flow.database.write { [book = flow.folders] in try book.keep(only: paths, in: $0) }
        guard !folders.isEmpty else {
            do { try await gracefulShutdown() } catch { return }
            return
        }
        let threads = NIOThreadPool(numberOfThreads: folders.count)
        threads.start()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for folder in folders { group.addTask { await watch(folder, on: threads) } }
            }
        }
        try await threads.shutdownGracefully()
    }

    /// Slices keep a shutdown from waiting for a quiet folder.
    private static let slice: Duration = .milliseconds(500)

    private func watch(_ folder: WatchedFolder, on threads: NIOThreadPool) async {
        while !Task.isCancelled {
            do {
                var pause = try await threads.runIfActive { try folder.look() }
                while pause > .zero, !Task.isCancelled {
                    let part = min(pause, Self.slice)
                    let heard = try await threads.runIfActive { folder.notice.wait(Int32(part.milliseconds)) }
                    pause = heard ? .zero : pause - part
                    // A copy under way has much to say.
                    if heard { try await Task.sleep(for: Self.slice / 2) }
                }
            } catch is CancellationError {
                return
            } catch {
                flow.logger.log(
                    .error, "a look at a watched folder failed; it is tried again",
                    [.path: "\(folder.path)", .error: "\(error.sentence)"])
                do { try await Task.sleep(for: .seconds(5)) } catch { return }
            }
        }
    }
}
