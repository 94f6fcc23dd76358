// What a person does about where studies are read.

import Audit
import Database
import Reading
import Routing
import Vocabulary

package struct RoutingDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Asks the node above to give a task back. It comes when that node has answered, unless somebody there reads it.
    package func askBack(_ task: TaskID, reason: String, by person: Person) async throws -> ReadingTask {
        let (asked, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let asked = try TaskRecalling(flow).ask(
                task, reason: reason, by: .user(person.user), in: transaction, wakes: &wakes)
            return (asked, wakes)
        }
        wakes.ring(flow.signals)
        return asked
    }
}
