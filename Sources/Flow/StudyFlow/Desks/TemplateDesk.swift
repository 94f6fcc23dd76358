// Templates as one reader has them.

import Database
import Templates
import Vocabulary

package struct TemplateDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// The node's library with the reader's own templates laid over it.
    package func library(of account: String, over base: TemplateLibrary) async throws -> TemplateLibrary {
        let own = try await flow.database.read { try OwnTemplateBook().templates(of: account, in: $0) }
        return base.overlaid(by: TemplateLibrary(templates: own))
    }

    package func save(_ template: ReportTemplate, for account: String) async throws {
        try await flow.database.write { transaction in
            try OwnTemplateBook().save(template, for: account, at: flow.clock.now(), in: transaction)
        }
    }

    /// - Returns: whether there was one.
    package func delete(_ name: String, of account: String) async throws -> Bool {
        try await flow.database.write { try OwnTemplateBook().delete(name, of: account, in: $0) }
    }
}
