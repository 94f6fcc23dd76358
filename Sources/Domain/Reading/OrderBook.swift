// The orders that this node knows.

import Database
import Vocabulary

/// Keeps orders and their studies. Stateless, like `TaskBook`.
///
/// An order is changed where it was placed; other nodes keep copies, which `upsert` brings up to date. Every node
/// matches its copies by itself, because an order must not wait for the link; what its origin says later wins.
package struct OrderBook: Sendable {
    package let node: NodeName

    package init(node: NodeName) { self.node = node }

    /// Keeps a new order. Placed twice, it stays as it was the first time.
    @discardableResult
    package func place(_ order: Order, in transaction: Transaction) throws -> Order {
        if let known = try self.order(order.id, in: transaction) { return known }
        try OrderTable.store(order, in: transaction)
        return order
    }

    /// Takes the copy that an event brought; one that is not newer than what is known changes nothing.
    ///
    /// - Returns: the order as it stands, and whether it changed. A changed order that is not matched should be tried
    ///   against the studies that are here.
    @discardableResult
    package func upsert(_ order: Order, in transaction: Transaction) throws -> (order: Order, isNews: Bool) {
        if let known = try self.order(order.id, in: transaction) {
            guard known.origin != node, order.revision > known.revision else { return (known, false) }
        }
        if let study = order.matchedStudy, var other = try self.order(of: study, in: transaction), other.id != order.id
        {
            // Two copies can't stand with one study; the node at which this one was placed knows better.
            separate(&other)
            try OrderTable.store(other, in: transaction)
        }
        try OrderTable.store(order, in: transaction)
        return (order, true)
    }

    package func order(_ id: OrderID, in database: some DatabaseReading) throws -> Order? {
        try database.row("SELECT * FROM reading_order WHERE id = ?", id).map(Order.init(row:))
    }

    /// The order that stands with this study.
    package func order(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> Order? {
        try database.row("SELECT * FROM reading_order WHERE matched_study = ?", study).map(Order.init(row:))
    }

    /// Newest first; those of one issuer or of all.
    package func orders(
        _ states: Set<OrderState> = Set(OrderState.allCases), issuer: String? = nil, limit: Int = 200, offset: Int = 0,
        in database: some DatabaseReading
    ) throws -> [Order] {
        guard !states.isEmpty else { return [] }
        var arguments: [(any DatabaseBindable)?] = states.sorted { $0.rawValue < $1.rawValue }
        var condition = "state IN (\(states.map { _ in "?" }.joined(separator: ", ")))"
        if let issuer {
            condition += " AND issuer = ?"
            arguments.append(issuer)
        }
        return try database.rows(
            "SELECT * FROM reading_order WHERE \(condition) ORDER BY placed_at DESC, id LIMIT ? OFFSET ?",
            arguments: arguments + [limit, offset]
        ).map(Order.init(row:))
    }

    // MARK: By a person

    /// Puts an order and a study together because a person says so.
    ///
    /// - Throws: `ReadingError.alreadyMatched` when either stands with another, `.orderCancelled`, `.unknownOrder`.
    @discardableResult
    package func attach(
        _ id: OrderID, to study: StudyInstanceUID, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws -> Order {
        var order = try known(id, in: transaction)
        if order.matchedStudy == study { return order }
        guard order.state != .cancelled else { throw cancelled(order) }
        guard order.matchedStudy == nil else {
            throw ReadingError(
                code: .alreadyMatched, message: "order \(id) stands with another study; detach it there first")
        }
        if let other = try self.order(of: study, in: transaction) {
            throw ReadingError(
                code: .alreadyMatched, message: "study \(study) has order \(other.id) already; detach that first")
        }
        try transaction.execute(
            "DELETE FROM order_separation WHERE order_id = ? AND study_instance_uid = ?", id, study)
        try match(&order, study, .person(person.user), at: time, in: transaction)
        return order
    }

    /// Takes an order off its study because a person says so. The two are not matched by themselves again.
    ///
    /// - Returns: the order, and the study it stood with.
    @discardableResult
    package func detach(
        _ id: OrderID, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws -> (order: Order, study: StudyInstanceUID?) {
        var order = try known(id, in: transaction)
        guard let study = order.matchedStudy else { return (order, nil) }
        separate(&order)
        try storeChanged(&order, in: transaction)
        try transaction.execute(
            """
            INSERT INTO order_separation (order_id, study_instance_uid, separated_by, at) VALUES (?, ?, ?, ?)
            ON CONFLICT (order_id, study_instance_uid) DO NOTHING
            """, id, study, person.user, time)
        return (order, study)
    }

    /// Withdraws an order that stands with no study; at the node where it was placed.
    @discardableResult
    package func cancel(_ id: OrderID, in transaction: Transaction) throws -> Order {
        var order = try known(id, in: transaction)
        guard order.state != .cancelled else { return order }
        guard order.origin == node else {
            throw ReadingError(
                code: .orderPlacedElsewhere, message: "order \(id) was placed at \(order.origin); cancel it there")
        }
        guard order.matchedStudy == nil else {
            throw ReadingError(
                code: .alreadyMatched, message: "order \(id) stands with a study; detach it first, then cancel it")
        }
        order.state = .cancelled
        try storeChanged(&order, in: transaction)
        return order
    }
}

extension OrderBook {
    func match(
        _ order: inout Order, _ study: StudyInstanceUID, _ basis: OrderMatch, at time: Timestamp,
        in transaction: Transaction
    ) throws {
        order.state = .matched
        order.matchedStudy = study
        order.matchedBy = basis
        order.matchedAt = time
        try storeChanged(&order, in: transaction)
    }

    private func separate(_ order: inout Order) {
        order.state = .placed
        order.matchedStudy = nil
        order.matchedBy = nil
        order.matchedAt = nil
    }

    /// Only the order's own node counts: a copy keeps the number it came with, so that the next one is still newer.
    private func storeChanged(_ order: inout Order, in transaction: Transaction) throws {
        if order.origin == node { order.revision += 1 }
        try OrderTable.store(order, in: transaction)
    }

    private func known(_ id: OrderID, in transaction: Transaction) throws -> Order {
        guard let order = try order(id, in: transaction) else { throw ReadingError.unknownOrder(id) }
        return order
    }

    private func cancelled(_ order: Order) -> ReadingError {
        ReadingError(code: .orderCancelled, message: "order \(order.id) was cancelled; place a new one")
    }
}
