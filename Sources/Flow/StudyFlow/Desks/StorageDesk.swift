// What people do about files that are not here.

import Archive
import Audit
import Database
import Reading
import Vocabulary

package struct StorageDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Wants the evicted files of a study back; asking again tries again at once.
    ///
    /// - Returns: how many files are on their way.
    package func recall(_ study: StudyInstanceUID, by person: Person) async throws -> Int {
        let now = flow.clock.now()
        let count = try await flow.database.write { transaction in
            let away = try flow.absences.list(of: study, in: transaction)
            let evicted = away.filter { $0.state.isEvicted }.map(\.instance.sopInstanceUID)
            let faulty = away.filter { $0.state.isFault }.map(\.instance.sopInstanceUID)
            if !evicted.isEmpty {
                try flow.fileRequests.add(
                    evicted, of: study, for: .recall, by: person.user, at: now, in: transaction)
                try flow.audit.record(
                    AuditEvent(
                        .recallRequested, by: .user(person.user), at: now, study: study,
                        detail: "\(evicted.count) files"), in: transaction)
            }
            if !faulty.isEmpty {
                try flow.fileRequests.add(
                    faulty, of: study, for: .repair, by: person.user, at: now, in: transaction)
            }
            return away.count
        }
        flow.signals.storage.ring()
        flow.signals.publish(FlowChange(.study, study))
        return count
    }

    /// A node below, or a program, asks for what is not here: it will find it a little later.
    package func want(_ instances: [InstanceRecord], by peer: String) throws {
        let evicted = instances.filter { $0.fileState.isEvicted }
        guard !evicted.isEmpty else { return }
        let now = flow.clock.now()
        try flow.database.writeBlocking { transaction in
            for (study, some) in Dictionary(grouping: evicted, by: \.studyInstanceUID) {
                let known = Set(try flow.fileRequests.requests(of: study, in: transaction).map(\.sopInstance))
                let new = some.map(\.sopInstanceUID).filter { !known.contains($0) }
                guard !new.isEmpty else { continue }
                try flow.fileRequests.add(new, of: study, for: .recall, by: peer, at: now, in: transaction)
            }
        }
        flow.signals.storage.ring()
    }
}
