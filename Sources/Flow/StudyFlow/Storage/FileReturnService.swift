// Getting files back: evicted ones that somebody wants, damaged ones that must be repaired.

import Archive
import Database
import Logging
import Observability
import Relay
import ServiceLifecycle
import Vocabulary

/// Fetches from the node above that has proven to hold the file; asks the node below to send it again where none has.
/// For as long as it takes.
package struct FileReturnService: Service {
    private static let most = 200
    /// Asked below, the file comes with the relay; it is asked for again after this.
    private static let patience: Duration = .seconds(15 * 60)

    private let flow: FlowContext
    private let fetching: (any InstanceFetching)?
    private let clock: any Clock<Duration>

    /// - Parameter fetching: `nil` where nobody is above.
    package init(
        _ flow: FlowContext, fetching: (any InstanceFetching)?, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.flow = flow
        self.fetching = fetching
        self.clock = clock
    }

    package func run() async throws {
        // The command line of another process may ask, too, and rings no bell.
        await flow.signals.storage.attend(atLeastEvery: .seconds(5), clock: clock) {
            while try await fetchDue() {}
        } failed: { error in
            flow.logger.log(.error, "looking for files to fetch failed", [.error: "\(error.sentence)"])
        }
    }

    private struct Wanted: Sendable {
        var request: FileRequest
        var instance: InstanceRecord
        var source: FileSource?
    }

    /// One attempt at everything that is due.
    ///
    /// - Returns: whether more is due.
    @discardableResult
    package func fetchDue() async throws -> Bool {
        let wanted = try await flow.database.read { snapshot in
            let sources = FileSources(flow)
            return try flow.fileRequests.due(at: flow.clock.now(), limit: Self.most, in: snapshot).map { request in
                let instance = try flow.catalogue.instance(request.sopInstance, in: snapshot)
                return (
                    request,
                    try instance.map {
                        Wanted(
                            request: request, instance: $0, source: try sources.source(of: $0, request, in: snapshot))
                    }
                )
            }
        }
        for (request, wanted) in wanted where wanted?.instance.isHere != false {
            // Nothing is away any more, or nothing is known of it.
            try await flow.database.write { try flow.fileRequests.settled(request.sopInstance, in: $0) }
        }
        let open = wanted.compactMap(\.1).filter { !$0.instance.isHere }
        for (study, ofStudy) in Dictionary(grouping: open, by: \.request.study) {
            for (source, some) in Dictionary(grouping: ofStudy, by: \.source) {
                try Task.checkCancellation()
                switch source {
                case .above(let parent): try await fetch(some, of: study, from: parent)
                case .below(let child): try await ask(child, for: some)
                case nil: try await fail(some, because: FileSources.nobody)
                }
            }
        }
        return wanted.count == Self.most
    }

    // MARK: Above

    private func fetch(_ wanted: [Wanted], of study: StudyInstanceUID, from parent: NodeName) async throws {
        let bytes = wanted.map(\.instance.size).reduce(0, +)
        guard flow.node.storage.reserve.admits(bytes, in: try flow.store.freeSpace()) else {
            return try await fail(wanted, because: "the disk has no room for it")
        }
        guard let fetching else { return try await fail(wanted, because: FileSources.nobody) }
        let restoration = FileRestoration(flow)
        var reason = "\(parent) did not send it; it may be fetching it from further up"
        do {
            try await fetching.fetch(
                wanted.map(\.instance.sopInstanceUID), of: study, from: parent,
                contexts: Set(wanted.map(\.instance.context))
            ) { try restoration.accept($0, from: parent) }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            reason = error.sentence
        }
        let left = try await stillAway(wanted)
        try await fail(left, because: reason)
        if left.count < wanted.count {
            flow.logger.log(
                .info, "files are back",
                [.study: "\(study)", .peer: "\(parent)", .count: "\(wanted.count - left.count)"])
        }
    }

    private func stillAway(_ wanted: [Wanted]) async throws -> [Wanted] {
        try await flow.database.read { snapshot in
            try wanted.filter { try flow.fileRequests.request(for: $0.request.sopInstance, in: snapshot) != nil }
        }
    }

    // MARK: Below

    private func ask(_ child: NodeName, for wanted: [Wanted]) async throws {
        let now = flow.clock.now()
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes()
            try Messenger(flow).send(
                InstancesWanted(items: wanted.map(\.instance.manifestItem)), to: child, in: transaction, wakes: &wakes)
            for one in wanted {
                try flow.fileRequests.failed(
                    one.request.sopInstance, error: "\(child) was asked to send it again",
                    nextAttemptAt: now + Self.patience, in: transaction)
            }
            return wakes
        }
        wakes.ring(flow.signals)
    }

    private func fail(_ wanted: [Wanted], because reason: String) async throws {
        guard let first = wanted.first else { return }
        let now = flow.clock.now()
        try await flow.database.write { transaction in
            for one in wanted {
                let pause = Duration.seconds(min(3600, 5 << min(one.request.attempts, 10)))
                try flow.fileRequests.failed(
                    one.request.sopInstance, error: reason, nextAttemptAt: now + pause, in: transaction)
            }
        }
        let isRepair = first.request.purpose == .repair
        flow.logger.log(
            isRepair ? .error : .warning,
            isRepair ? "files can't be repaired yet; it is tried again" : "files can't be fetched back yet",
            [.study: "\(first.request.study)", .count: "\(wanted.count)", .reason: "\(reason)"])
        flow.signals.publish(FlowChange(.study, first.request.study))
    }
}

extension InstanceRecord {
    var context: DeliveryContext { DeliveryContext(sopClass: sopClass, transferSyntax: transferSyntax) }
}
