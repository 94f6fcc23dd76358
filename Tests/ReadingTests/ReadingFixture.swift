import Database
import Foundation
import Reading
import TestSupport
import Testing
import Vocabulary

/// The nodes and people of these tests.
let paotai = NodeName(rawValue: "paotai")!
let puning = NodeName(rawValue: "puning")!
let jieyang = NodeName(rawValue: "jieyang")!
let author = Person(user: "li", displayName: "李医生")
let reviewer = Person(user: "wang", displayName: "王主任")
let text = ReportText(findings: "双肺纹理清晰。", impression: "未见异常。")

/// One node's database, clock and books.
struct ReadingFixture: Sendable {
    let database: Database
    let directory: TemporaryDirectory
    let clock = ManualClock()
    let book: TaskBook
    let orders: OrderBook

    init(_ node: NodeName = jieyang, singleReaderAllowed: Bool = false) throws {
        (database, directory) = try temporaryDatabase(ReadingSchema.migrations)
        book = TaskBook(node: node, singleReaderAllowed: singleReaderAllowed)
        orders = OrderBook(node: node)
    }

    var now: Timestamp { clock.now }
    var lease: Timestamp { clock.now + .seconds(120) }

    @discardableResult
    func write<Result: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Result) throws -> Result {
        try database.writeBlocking(body)
    }

    func read<Result>(_ body: (Snapshot) throws -> Result) throws -> Result { try database.readBlocking(body) }

    func task(_ id: TaskID) throws -> ReadingTask { try #require(try read { try book.task(id, in: $0) }) }

    func report(_ id: TaskID) throws -> Report { try #require(try read { try book.report(of: id, in: $0) }) }

    func readyTask(
        _ study: StudyInstanceUID = .generate(), priority: Priority = .routine
    ) throws -> ReadingTask {
        let now = now
        return try write { transaction in
            let task = try book.create(
                NewReadingTask(study: study, origin: paotai, priority: priority), at: now, in: transaction)
            return try book.markComplete(task.id, at: now, in: transaction)
        }
    }

    @discardableResult
    func claim(_ id: TaskID, by person: Person = author) throws -> ReadingTask {
        let (now, lease) = (now, lease)
        return try write { try book.claim(id, by: person, until: lease, at: now, in: $0) }
    }

    /// Claimed, written and signed by `author`.
    func preliminaryTask() throws -> ReadingTask {
        let task = try readyTask()
        try claim(task.id)
        let now = now
        return try write {
            try book.signPreliminary(task.id, text: text, version: 0, by: author, at: now, in: $0).task
        }
    }

    func releasedTask() throws -> ReadingTask {
        let task = try preliminaryTask()
        let now = now
        return try write {
            try book.signFinal(task.id, text: text, version: 1, by: reviewer, at: now, in: $0)
            return try book.released(task.id, sr: .generate(), pdf: .generate(), at: now, in: $0)
        }
    }
}

/// Runs `body` and expects a `ReadingError` with this code.
func expectRefusal(
    _ code: ReadingError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    #expect(sourceLocation: sourceLocation) {
        try body()
    } throws: { error in
        guard let error = error as? ReadingError else { return false }
        return error.code == code && !error.message.isEmpty
    }
}
