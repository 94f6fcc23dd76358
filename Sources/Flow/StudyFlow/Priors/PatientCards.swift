// The identity numbers that studies name beside their Patient ID.

import Archive
import DICOM
import Database
import Priors
import Vocabulary

/// Kept as long as the study's images are: found when they come or when the catalogue is made again, gone when they are
/// destroyed.
struct PatientCards: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// The first that a study's instances name counts.
    func note(_ header: InstanceHeader, in transaction: Transaction) throws {
        guard let card = header.otherPatientIDs.lazy.compactMap({ ResidentNumber.found(in: $0) }).first else { return }
        try flow.priors.note(card: card, of: header.studyInstanceUID, in: transaction)
    }

    /// - Parameter study: some of whose files are going for good; as long as an image stays, so does the number.
    func destroyed(_ study: StudyInstanceUID, in transaction: Transaction) throws {
        let stays = try flow.catalogue.instances(of: study, in: transaction).contains {
            !$0.isNetworkMade && $0.withheld != .note && !$0.fileState.isDestroyed
        }
        guard !stays else { return }
        try flow.priors.forgetCard(of: study, in: transaction)
        try flow.priorLoans.forget(study, in: transaction)
    }

    /// Those of studies that are not in the catalogue, or of which everything was destroyed.
    func forgetUnknown(in transaction: Transaction) throws {
        try transaction.execute(PriorSchema.forgetCardsOfNothing)
    }
}
