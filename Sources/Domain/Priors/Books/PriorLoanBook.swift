// Images of earlier studies on their way to whoever reads.

import Database
import Vocabulary

/// Stateless; every function runs in the caller's transaction. A loan stays until the images are there, or nobody can
/// give them.
package struct PriorLoanBook: Sendable {
    package init() {}

    /// Wanting again tries again at once. Who lent what is here by now is not forgotten.
    package func want(_ loan: PriorLoan, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO prior_loan (study_instance_uid, borrower, query_id, lender, state, since)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (study_instance_uid, borrower) DO UPDATE SET query_id = excluded.query_id,
                lender = COALESCE(excluded.lender, prior_loan.lender), state = excluded.state, since = excluded.since,
                attempts = 0, next_attempt_at = NULL, last_error = NULL,
                loan_grant = CASE WHEN excluded.lender IS NULL OR excluded.lender = prior_loan.lender
                    THEN prior_loan.loan_grant END
            """, loan.study, loan.borrower, loan.query, loan.lender, loan.state, loan.since)
    }

    package func loan(
        of study: StudyInstanceUID, to borrower: NodeName, in database: some DatabaseReading
    ) throws -> PriorLoan? {
        try database.row("SELECT * FROM prior_loan WHERE study_instance_uid = ? AND borrower = ?", study, borrower)
            .map(PriorLoan.init(row:))
    }

    package func loans(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [PriorLoan] {
        try database.rows("SELECT * FROM prior_loan WHERE study_instance_uid = ? ORDER BY borrower", study)
            .map(PriorLoan.init(row:))
    }

    /// Not done yet, and due: new ones first, then those that were looked at longest ago.
    package func open(
        _ state: PriorLoan.State, at now: Timestamp, limit: Int, in database: some DatabaseReading
    ) throws -> [PriorLoan] {
        // The states that the index is about are named for its sake.
        try database.rows(
            """
            SELECT * FROM prior_loan WHERE state IN ('wanted', 'granted') AND state = ?
                AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
            ORDER BY COALESCE(next_attempt_at, 0), since, study_instance_uid LIMIT ?
            """, state, now, limit
        ).map(PriorLoan.init(row:))
    }

    /// Whoever wants a study that was asked for at `lender`.
    package func borrowers(
        of study: StudyInstanceUID, from lender: NodeName, in database: some DatabaseReading
    ) throws -> [PriorLoan] {
        try loans(of: study, in: database).filter { loan in
            loan.lender == lender && ![.given, .ended, .here].contains(loan.state)
        }
    }

    package func set(
        _ state: PriorLoan.State, of loan: PriorLoan, error: String? = nil, grant: String? = nil,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE prior_loan SET state = ?, last_error = ?, loan_grant = COALESCE(?, loan_grant), attempts = 0,
                next_attempt_at = NULL
            WHERE study_instance_uid = ? AND borrower = ?
            """, state, error, grant, loan.study, loan.borrower)
    }

    /// The borrower may fetch it from now on.
    package func give(_ loan: PriorLoan, at time: Timestamp, in transaction: Transaction) throws {
        try set(.given, of: loan, in: transaction)
        try transaction.execute(
            "UPDATE prior_loan SET since = ? WHERE study_instance_uid = ? AND borrower = ?", time, loan.study,
            loan.borrower)
    }

    /// Ends what was given, or refused, until `time`. Of a study that was lent to this node in turn the lender stays known;
    /// all others are forgotten.
    ///
    /// - Parameter keeping: borrowers that have the studies for good.
    /// - Returns: how many; at most `limit` at once.
    @discardableResult
    package func end(
        until time: Timestamp, keeping: [NodeName], limit: Int = 500, in transaction: Transaction
    ) throws -> Int {
        let loans = try over(since: time, keeping, limit: limit, in: transaction)
        for loan in loans {
            if loan.state == .given, loan.lender != nil, loan.grant != nil {
                try set(.ended, of: loan, in: transaction)
            } else {
                try forget(loan, in: transaction)
            }
        }
        return loans.count
    }

    /// Whether there is something to end.
    package func isOver(
        _ time: Timestamp, keeping: [NodeName], in database: some DatabaseReading
    ) throws -> Bool {
        try !over(since: time, keeping, limit: 1, in: database).isEmpty
    }

    private func over(
        since time: Timestamp, _ keeping: [NodeName], limit: Int, in database: some DatabaseReading
    ) throws -> [PriorLoan] {
        // The states that the index is about are named for its sake.
        try database.rows(
            """
            SELECT * FROM prior_loan WHERE state IN ('given', 'refused') AND since <= ?
                AND (state = 'given' OR loan_grant IS NULL) \(keeping.map { _ in "AND borrower <> ?" }.joined(separator: " "))
            ORDER BY since LIMIT ?
            """, arguments: [time] + keeping.map(\.rawValue) + [limit]
        ).map(PriorLoan.init(row:))
    }

    private func forget(_ loan: PriorLoan, in transaction: Transaction) throws {
        try transaction.execute(
            "DELETE FROM prior_loan WHERE study_instance_uid = ? AND borrower = ?", loan.study, loan.borrower)
    }

    /// The study is destroyed here: nobody can be given it any more.
    package func forget(_ study: StudyInstanceUID, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM prior_loan WHERE study_instance_uid = ?", study)
    }

    /// Nothing can be done for it yet.
    package func putOff(_ loan: PriorLoan, until time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE prior_loan SET next_attempt_at = ? WHERE study_instance_uid = ? AND borrower = ?", time, loan.study,
            loan.borrower)
    }

    package func failed(
        _ loan: PriorLoan, error: String, nextAttemptAt: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE prior_loan SET attempts = attempts + 1, last_error = ?, next_attempt_at = ?
            WHERE study_instance_uid = ? AND borrower = ?
            """, error, nextAttemptAt, loan.study, loan.borrower)
    }

    /// The child may fetch the study: it was granted to it as a prior.
    package func isGiven(
        _ study: StudyInstanceUID, to child: NodeName, in database: some DatabaseReading
    ) throws -> Bool {
        try loan(of: study, to: child, in: database)?.state == .given
    }

    /// By which the study was fetched as a prior: its lender and its grant are there.
    package func fetched(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> PriorLoan? {
        try database.row(
            """
            SELECT * FROM prior_loan WHERE study_instance_uid = ? AND state IN ('here', 'given', 'ended')
                AND lender IS NOT NULL AND loan_grant IS NOT NULL ORDER BY since DESC LIMIT 1
            """, study
        ).map(PriorLoan.init(row:))
    }

    /// The parent lent the study, or is about to.
    package func isLent(
        _ study: StudyInstanceUID, by parent: NodeName, in database: some DatabaseReading
    ) throws -> Bool {
        try loans(of: study, in: database).contains { $0.lender == parent && $0.grant != nil }
    }

    /// The parent that the study was fetched from as a prior.
    package func lender(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> NodeName? {
        try database.row(
            """
            SELECT lender FROM prior_loan WHERE study_instance_uid = ? AND state <> 'refused'
                AND lender IS NOT NULL AND loan_grant IS NOT NULL LIMIT 1
            """, study)?[optional: "lender"]
    }
}

extension PriorLoan {
    init(row: Row) throws {
        self.init(
            study: try row["study_instance_uid"], borrower: try row["borrower"], query: try row["query_id"],
            lender: try row[optional: "lender"], state: try row["state"], since: try row["since"],
            attempts: try row["attempts"], nextAttemptAt: try row[optional: "next_attempt_at"],
            lastError: try row[optional: "last_error"], grant: try row[optional: "loan_grant"])
    }
}

extension PriorLoan.State: TextBindable {}
