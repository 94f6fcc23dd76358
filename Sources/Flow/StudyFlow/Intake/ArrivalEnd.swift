// The sender has said that it is done, as far as a sender can say so.

import Database
import Vocabulary

/// An association was released, or an import has come to its end: what it brought is probably whole.
package struct ArrivalEnd: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Blocks for one transaction.
    ///
    /// - Parameter studies: that no other association carries at this moment.
    package func released(_ studies: Set<StudyInstanceUID>) throws {
        guard !studies.isEmpty else { return }
        let quiet = QuietTime(flow.node)
        try flow.database.writeBlocking { transaction in
            let now = flow.clock.now()
            for study in studies {
                guard var pulse = try flow.passages.pulse(of: study, in: transaction), pulse.isOpen else { continue }
                pulse.endedAt = now
                try flow.passages.noteEnd(of: study, at: now, due: quiet.due(pulse), in: transaction)
            }
        }
        flow.signals.settlement.ring()
    }
}
