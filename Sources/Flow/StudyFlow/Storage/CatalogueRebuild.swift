// Everything that headers say, made again from the files.

import Archive
import DICOM
import Database
import Priors
import Vocabulary

/// The catalogue (`Reindex`), and what other domains derived from the same headers. The daemon must be stopped meanwhile.
package struct CatalogueRebuild: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// - Throws: as `Reindex.run`.
    package func run(progress: (UpkeepProgress) -> Void = { _ in }) throws -> ReindexReport {
        let cards = PatientCards(flow)
        let report = try Reindex(
            store: flow.store, database: flow.database, node: flow.node.name, clock: flow.clock
        ) { header, transaction in
            try cards.note(header, in: transaction)
        }.run(progress: progress)
        // What is away keeps the number that was read when it came.
        try flow.database.writeBlocking { try cards.forgetUnknown(in: $0) }
        return report
    }
}
