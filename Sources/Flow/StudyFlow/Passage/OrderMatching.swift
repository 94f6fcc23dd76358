// Joining an order and its study, whichever came first.

import Archive
import Audit
import Database
import Reading
import Vocabulary

package struct OrderMatching: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// The study may have an order waiting for it.
    func match(_ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes) throws {
        guard try flow.orders.order(of: study, in: transaction) == nil,
            let identification = try identification(of: study, in: transaction),
            let order = try flow.orders.match(identification, at: flow.clock.now(), in: transaction)
        else { return }
        try joined(order, study, by: .system("order matching"), in: transaction, wakes: &wakes)
    }

    /// The order may have its study here already.
    func match(_ order: OrderID, in transaction: Transaction, wakes: inout Wakes) throws -> Order? {
        guard let known = try flow.orders.order(order, in: transaction) else { return nil }
        let studies = try candidates(for: known, in: transaction)
        guard
            let matched = try flow.orders.match(order, among: studies, at: flow.clock.now(), in: transaction),
            let study = matched.matchedStudy
        else { return nil }
        try joined(matched, study, by: .system("order matching"), in: transaction, wakes: &wakes)
        return matched
    }

    /// What follows from an order standing with a study: priority, route, task, and the news for the nodes above.
    func joined(
        _ order: Order, _ study: StudyInstanceUID, by actor: AuditActor, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        try flow.audit.record(
            AuditEvent(.orderMatched, by: actor, at: now, study: study, object: order.id.rawValue), in: transaction)
        wakes.changes.insert(FlowChange(.order, study))
        if let passage = try flow.passages.passage(of: study, in: transaction), order.priority < passage.priority {
            try StudyPriority(flow).set(order.priority, of: study, by: actor, in: transaction, wakes: &wakes)
        }
        for task in try flow.tasks.apply(order, at: now, in: transaction) {
            try TaskPassing(flow).tellBelow(task, in: transaction, wakes: &wakes)
        }
        let planner = RoutePlanner(flow)
        let decision = try planner.replan(study, in: transaction, wakes: &wakes)
        if let hop = decision.nextHop {
            wakes.relay(hop, order.priority)
            try planner.announce(study, to: hop, in: transaction, wakes: &wakes)
        }
        try TaskPassing(flow).advance(study, in: transaction, wakes: &wakes)
    }

    package func identification(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> StudyIdentification? {
        try flow.catalogue.study(study, in: database).map(StudyIdentification.init(record:))
    }

    /// Studies of the order's hospital that the order may mean.
    package func candidates(for order: Order, in database: some DatabaseReading) throws -> [StudyIdentification] {
        var found: [StudyInstanceUID: StudyIdentification] = [:]
        func add(_ change: (inout StudyQuery) -> Void) throws {
            var query = StudyQuery()
            change(&query)
            for record in try flow.catalogue.studies(matching: query, in: database)
            where record.patient.identifier.issuer == order.issuer {
                found[record.studyInstanceUID] = StudyIdentification(record: record)
            }
        }
        if let study = order.studyInstanceUID { try add { $0.studies = [study] } }
        if let accession = order.accessionNumber, !accession.isEmpty { try add { $0.accessionNumber = accession } }
        if let patient = order.patientID, !patient.isEmpty { try add { $0.patientID = patient } }
        return found.values.sorted { $0.receivedAt > $1.receivedAt }
    }
}

extension StudyIdentification {
    package init(record: StudyRecord) {
        self.init(
            study: record.studyInstanceUID, issuer: record.patient.identifier.issuer, patientID: record.patientID,
            accessionNumber: record.accessionNumber, receivedAt: record.firstReceivedAt)
    }
}
