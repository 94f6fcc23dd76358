import Database
import TestSupport
import Testing

@Suite("Durability")
struct DurabilityTests {
    @Test("flushes the log at every commit, not only at checkpoints")
    func synchronousFull() throws {
        let (database, directory) = try temporaryDatabase([])
        let level: Int = try database.writeBlocking { try $0.row("PRAGMA synchronous")!["synchronous"] }
        #expect(level == 2)
        withExtendedLifetime(directory) {}
    }

    @Test("puts nothing of a savepoint into temporary files")
    func temporaryStore() throws {
        let (database, directory) = try temporaryDatabase([])
        let store: Int = try database.writeBlocking { try $0.row("PRAGMA temp_store")!["temp_store"] }
        #expect(store == 2)
        withExtendedLifetime(directory) {}
    }
}
