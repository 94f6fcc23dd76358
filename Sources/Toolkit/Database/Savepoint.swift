// A part of a transaction that may fail alone.

import GRDB

extension Transaction {
    /// Runs `body` in a savepoint.
    ///
    /// - Returns: what `body` returned, or why it failed: what it wrote is then undone and the transaction goes on.
    /// - Throws: only when the whole transaction is lost (disk full, input/output error); the caller must not go on.
    package func attempt<Value>(_ body: () throws -> Value) throws -> Result<Value, any Error> {
        var value: Value?
        do {
            try connection.database.inSavepoint {
                value = try body()
                return .commit
            }
        } catch {
            guard connection.database.isInsideTransaction, !GroupCommitter.endsTransaction(error) else { throw error }
            return .failure((error as? GRDB.DatabaseError).map(DatabaseError.init) ?? error)
        }
        return value.map(Result.success) ?? .failure(DatabaseError.closed)
    }
}
