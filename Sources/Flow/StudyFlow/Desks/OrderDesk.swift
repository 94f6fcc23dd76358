// What a radiographer writes about a study.

import Archive
import Audit
import Database
import Reading
import Vocabulary

/// The order form's content.
package struct OrderForm: Hashable, Sendable {
    package var patientID: String?
    package var patientName: String?
    package var accessionNumber: String?
    package var study: StudyInstanceUID?
    package var clinicalQuestion: String
    package var priority: Priority
    package var hasConsent: Bool
    package var wantedDestination: NodeName?
    package var patientClass: PatientClass?
    package var isComplex: Bool?

    package init(
        patientID: String? = nil, patientName: String? = nil, accessionNumber: String? = nil,
        study: StudyInstanceUID? = nil, clinicalQuestion: String, priority: Priority, hasConsent: Bool,
        wantedDestination: NodeName? = nil, patientClass: PatientClass? = nil, isComplex: Bool? = nil
    ) {
        self.patientClass = patientClass
        self.isComplex = isComplex
        self.patientID = patientID
        self.patientName = patientName
        self.accessionNumber = accessionNumber
        self.study = study
        self.clinicalQuestion = clinicalQuestion
        self.priority = priority
        self.hasConsent = hasConsent
        self.wantedDestination = wantedDestination
    }
}

package struct OrderDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Places the order and matches it at once where its study is here; else the study finds it when it comes.
    ///
    /// An order that names a study was written on that study's page, by somebody who looked at it.
    package func place(_ form: OrderForm, by person: Person) async throws -> Order {
        let order = Order(
            origin: flow.node.name, issuer: flow.node.issuer, patientID: form.patientID,
            accessionNumber: form.accessionNumber, studyInstanceUID: form.study, patientName: form.patientName,
            clinicalQuestion: form.clinicalQuestion, priority: form.priority, requestedBy: person,
            hasConsent: form.hasConsent, wantedDestination: form.wantedDestination,
            patientClass: form.patientClass, isComplex: form.isComplex, placedAt: flow.clock.now())
        let (placed, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            wakes.changes.insert(FlowChange(.order, form.study))
            let placed = try flow.orders.place(order, in: transaction)
            try flow.audit.record(
                AuditEvent(
                    .orderPlaced, by: .user(person.user), at: flow.clock.now(), study: form.study,
                    object: placed.id.rawValue), in: transaction)
            let matched = try OrderMatching(flow).match(placed.id, in: transaction, wakes: &wakes)
            return (matched ?? placed, wakes)
        }
        wakes.ring(flow.signals)
        return placed
    }

    /// A person says that this order belongs to this study.
    package func attach(_ order: OrderID, to study: StudyInstanceUID, by person: Person) async throws -> Order {
        let (attached, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let attached = try flow.orders.attach(
                order, to: study, by: person, at: flow.clock.now(), in: transaction)
            try OrderMatching(flow).joined(
                attached, study, by: .user(person.user), in: transaction, wakes: &wakes)
            return (attached, wakes)
        }
        wakes.ring(flow.signals)
        return attached
    }

    /// A person says that it does not.
    package func detach(_ order: OrderID, by person: Person) async throws -> Order {
        let (detached, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let now = flow.clock.now()
            let (detached, before) = try flow.orders.detach(order, by: person, at: now, in: transaction)
            guard let study = before else { return (detached, wakes) }
            try flow.audit.record(
                AuditEvent(
                    .orderUnmatched, by: .user(person.user), at: now, study: study, object: order.rawValue),
                in: transaction)
            for task in try flow.tasks.removeOrder(order, from: study, at: now, in: transaction) {
                try TaskPassing(flow).tellBelow(task, in: transaction, wakes: &wakes)
            }
            wakes.changes.insert(FlowChange(.order, study))
            return (detached, wakes)
        }
        wakes.ring(flow.signals)
        return detached
    }

    package func orders(limit: Int = 200) async throws -> [Order] {
        try await flow.database.read { try flow.orders.orders(limit: limit, in: $0) }
    }

    package func order(of study: StudyInstanceUID) async throws -> Order? {
        try await flow.database.read { try flow.orders.order(of: study, in: $0) }
    }

    /// Studies that this order may mean, for a person to decide.
    package func proposals(for order: OrderID) async throws -> [OrderProposal] {
        try await flow.database.read { snapshot in
            guard let known = try flow.orders.order(order, in: snapshot) else { return [] }
            let studies = try OrderMatching(flow).candidates(for: known, in: snapshot)
            return try flow.orders.proposals(for: order, among: studies, in: snapshot)
        }
    }
}
