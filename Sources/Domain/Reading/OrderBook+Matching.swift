// Finding the order of a study, and the study of an order.

import Database
import Vocabulary

extension Order {
    /// Why this order and that study belong together beyond doubt; `nil` where a person must say so.
    ///
    /// Both come from one hospital, and the order names the study, or both carry the same accession number and the same
    /// patient ID. Two patient IDs that differ are never overridden.
    package func certainMatch(with study: StudyIdentification) -> OrderMatch? {
        guard issuer == study.issuer else { return nil }
        let patients = (Self.meaningful(patientID), Self.meaningful(study.patientID))
        if let mine = patients.0, let theirs = patients.1, mine != theirs { return nil }
        if let studyInstanceUID { return studyInstanceUID == study.study ? .studyInstanceUID : nil }
        guard patients.0 != nil, patients.1 != nil, let accession = Self.meaningful(accessionNumber),
            accession == Self.meaningful(study.accessionNumber)
        else { return nil }
        return .accessionNumber
    }

    /// What a person may be shown as likely: within one hospital, and three days for what is not the study's own UID.
    func likenesses(with study: StudyIdentification) -> Set<OrderProposal.Likeness> {
        guard issuer == study.issuer else { return [] }
        var found: Set<OrderProposal.Likeness> = []
        if studyInstanceUID == study.study { found.insert(.studyInstanceUID) }
        guard abs(placedAt.elapsed(since: study.receivedAt).milliseconds) <= OrderBook.proposalWindow.milliseconds
        else {
            return found
        }
        if let mine = Self.meaningful(patientID), mine == Self.meaningful(study.patientID) { found.insert(.patientID) }
        if let mine = Self.meaningful(accessionNumber), mine == Self.meaningful(study.accessionNumber) {
            found.insert(.accessionNumber)
        }
        return found
    }

    static func meaningful(_ text: String?) -> String? {
        guard let text else { return nil }
        let trimmed = UIDSyntax.trimmed(text)
        return trimmed.isEmpty ? nil : trimmed
    }
}

extension OrderBook {
    /// A proposal is worth a look when the order and the study's arrival are not further apart than this.
    package static let proposalWindow = Duration.seconds(3 * 24 * 3600)

    /// The order of a study that came: the one it stands with, or the one that matches it beyond doubt. Where two orders
    /// claim it equally, a person decides.
    @discardableResult
    package func match(
        _ study: StudyIdentification, at time: Timestamp, in transaction: Transaction
    ) throws -> Order? {
        if let known = try order(of: study.study, in: transaction) { return known }
        var certain: [(order: Order, basis: OrderMatch)] = []
        for order in try candidates(for: study, in: transaction) {
            guard let basis = order.certainMatch(with: study),
                try !isSeparated(order.id, study.study, in: transaction)
            else { continue }
            certain.append((order, basis))
        }
        let named = certain.filter { $0.basis == .studyInstanceUID }
        if !named.isEmpty { certain = named }
        guard certain.count == 1, var found = certain.first else { return nil }
        try match(&found.order, study.study, found.basis, at: time, in: transaction)
        return found.order
    }

    /// The same for an order that was placed, or came, after the images: `studies` are those that the catalogue finds
    /// by the order's Study Instance UID, or by hospital and accession number.
    ///
    /// - Returns: the order, when it stands with a study.
    @discardableResult
    package func match(
        _ id: OrderID, among studies: [StudyIdentification], at time: Timestamp, in transaction: Transaction
    ) throws -> Order? {
        guard let known = try order(id, in: transaction) else { throw ReadingError.unknownOrder(id) }
        if known.state == .matched { return known }
        guard known.state == .placed else { return nil }
        let certain = studies.filter { known.certainMatch(with: $0) != nil }
        guard certain.count == 1, let study = certain.first else { return nil }
        guard let found = try match(study, at: time, in: transaction), found.id == id else { return nil }
        return found
    }

    /// Orders without a study that a person may attach to this one, likeliest first.
    package func proposals(
        for study: StudyIdentification, in database: some DatabaseReading
    ) throws -> [OrderProposal] {
        guard try order(of: study.study, in: database) == nil else { return [] }
        return try candidates(for: study, in: database).compactMap { order in
            let likenesses = order.likenesses(with: study)
            return likenesses.isEmpty ? nil : OrderProposal(order: order, study: study.study, likenesses: likenesses)
        }.sorted { ($1.likenesses.count, $0.order.placedAt) < ($0.likenesses.count, $1.order.placedAt) }
    }

    /// Which of `studies` a person may attach this order to, likeliest first; those with an order are left out.
    package func proposals(
        for id: OrderID, among studies: [StudyIdentification], in database: some DatabaseReading
    ) throws -> [OrderProposal] {
        guard let order = try order(id, in: database) else { throw ReadingError.unknownOrder(id) }
        guard order.state == .placed else { return [] }
        return try studies.compactMap { study in
            let likenesses = order.likenesses(with: study)
            guard !likenesses.isEmpty, try self.order(of: study.study, in: database) == nil else { return nil }
            return OrderProposal(order: order, study: study.study, likenesses: likenesses)
        }.sorted { $0.likenesses.count > $1.likenesses.count }
    }

    /// Whether an order with this accession number waits for its study.
    package func waits(
        forAccession number: String, issuer: String, in database: some DatabaseReading
    ) throws -> Bool {
        try database.row(
            "SELECT 1 FROM reading_order WHERE state = ? AND issuer = ? AND accession_number = ? LIMIT 1",
            OrderState.placed, issuer, number) != nil
    }

    /// Placed orders that share the study's UID, or one of its numbers within its hospital.
    private func candidates(
        for study: StudyIdentification, in database: some DatabaseReading
    ) throws -> [Order] {
        var conditions = ["study_instance_uid = ?"]
        var arguments: [(any DatabaseBindable)?] = [OrderState.placed, study.issuer, study.study]
        if let accession = Order.meaningful(study.accessionNumber) {
            conditions.append("accession_number = ?")
            arguments.append(accession)
        }
        if let patient = Order.meaningful(study.patientID) {
            conditions.append("patient_id = ?")
            arguments.append(patient)
        }
        return try database.rows(
            """
            SELECT * FROM reading_order WHERE state = ? AND issuer = ? AND (\(conditions.joined(separator: " OR ")))
            ORDER BY placed_at, id
            """, arguments: arguments
        ).map(Order.init(row:))
    }

    private func isSeparated(
        _ order: OrderID, _ study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> Bool {
        try database.row(
            "SELECT order_id FROM order_separation WHERE order_id = ? AND study_instance_uid = ?", order, study) != nil
    }
}
