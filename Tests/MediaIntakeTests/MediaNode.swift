import Archive
import Database
import Foundation
import Identity
import Logging
import Routing
import StudyFlow
import TestImageGenerator
import TestSupport
import Vocabulary

@testable import MediaIntake

/// A hospital's node without a network, and folders to drop files into.
final class MediaNode: Sendable {
    let directory: TemporaryDirectory
    let flow: FlowContext
    /// The node's clock and the folders' as well.
    let clock = ManualClock()
    /// Watched.
    let dropped: String

    init() throws {
        directory = try TemporaryDirectory()
        dropped = directory.appending("dropped")
        try FileManager.default.createDirectory(atPath: dropped, withIntermediateDirectories: true)
        let node = LocalNode(
            name: NodeName(rawValue: "paotai")!, tier: .edge, issuer: "paotai", institution: "示例卫生院",
            hasReadingRole: true)
        flow = FlowContext(
            node: node,
            database: try Database(
                path: directory.appending("jieli.sqlite"),
                migrations: FlowContext.migrations + IdentitySchema.migrations),
            store: try FileInstanceStore(folder: directory.appending("archive"), access: .owner),
            rules: RoutingRules(), singleReaderAllowed: false, signals: FlowSignals(), clock: clock.wallClock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func folder(
        _ afterwards: FolderSettings.Afterwards = .move, minimumFreeBytes: Int64 = 0,
        taken: @escaping @Sendable () throws -> Void = {}
    ) -> WatchedFolder {
        WatchedFolder(
            dropped, flow: flow, intake: FileIntake(flow, reserve: SpaceReserve(minimumBytes: minimumFreeBytes)),
            settings: FolderSettings(afterwards: afterwards), now: { [clock] in clock.now }, taken: taken)
    }

    func instances() async throws -> Int {
        try await flow.database.read { [flow] in try flow.catalogue.totals(in: $0).instances }
    }

    func refused() async throws -> [RefusedFile] {
        try await flow.database.read { [flow] in try flow.folders.refused(limit: 100, in: $0).files }
    }

    func quarantined() async throws -> [QuarantineEntry] {
        try await flow.database.read { [flow] in try flow.quarantine.list(in: $0) }
    }

    func state() async throws -> WatchedFolderState? {
        try await flow.database.read { [flow] in try flow.folders.folders(in: $0).first }
    }

    /// Made-up CT slices in a folder of their own.
    func slices(_ count: Int, seed: String = "drop", accession: String = "A1") throws -> [URL] {
        let folder = directory.appending("made-\(seed)")
        _ = try TestStudy(seed: seed, accessionNumber: accession).ct(slices: count, size: 64, series: 1, in: folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".dcm") }
        return names.sorted().map { URL(fileURLWithPath: folder + "/" + $0) }
    }

    func path(_ name: String) -> String { dropped + "/" + name }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Looks, waits, and looks again.
    func look(_ folder: WatchedFolder, after duration: Duration) throws {
        _ = try folder.look()
        clock.advance(by: duration)
        _ = try folder.look()
    }
}
