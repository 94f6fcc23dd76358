// Critical results as pages and programs are told of them.

import Archive
import CriticalResults
import Database
import Foundation
import Vocabulary

/// One critical result with what a list says of its study.
package struct CriticalResultEntry: Hashable, Sendable {
    package var known: KnownCriticalResult
    package var study: StudyRecord?
    /// The steps due, as the owner said or as this node's clock counts since it heard: a cut link keeps nothing quiet.
    package var level: Int
    /// It is this node's to answer: the hospital, or on the way to it.
    package var isForThisNode: Bool
    package var asksToCall: Bool
    /// Whom to telephone, once that is due.
    package var contacts: [CriticalList.Contact]

    package var result: CriticalResult { known.result }
}

package struct CriticalResultViews: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Nobody has answered for these; the longest open first.
    package func open() async throws -> [CriticalResultEntry] {
        try await flow.database.read { snapshot in
            try flow.criticalResults.open(in: snapshot).map { try entry($0, in: snapshot) }
        }
    }

    package func list(limit: Int, offset: Int) async throws -> [CriticalResultEntry] {
        try await flow.database.read { snapshot in
            try flow.criticalResults.list(limit: limit, offset: offset, in: snapshot).map {
                try entry($0, in: snapshot)
            }
        }
    }

    package func results(of study: StudyInstanceUID) async throws -> [CriticalResultEntry] {
        try await flow.database.read { snapshot in
            try flow.criticalResults.results(of: study, in: snapshot).map { try entry($0, in: snapshot) }
        }
    }

    package func entry(_ known: KnownCriticalResult) async throws -> CriticalResultEntry {
        try await flow.database.read { try entry(known, in: $0) }
    }

    private func entry(
        _ known: KnownCriticalResult, in database: some DatabaseReading
    ) throws -> CriticalResultEntry {
        let list = flow.criticalList
        let level =
            known.result.isOpen
            ? max(known.result.level, list.level(after: known.openFor(at: flow.clock.now()))) : known.result.level
        let asksToCall = known.result.isOpen && list.asksToCall(at: level)
        return CriticalResultEntry(
            known: known, study: try flow.catalogue.study(known.result.study, in: database), level: level,
            isForThisNode: known.cameFrom != nil || known.result.origin == flow.node.name,
            asksToCall: asksToCall, contacts: asksToCall ? list.contacts(for: known.result.origin) : [])
    }
}
