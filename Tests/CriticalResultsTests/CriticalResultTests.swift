import CriticalResults
import Database
import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite("Critical results")
struct CriticalResultTests {
    private let edge = NodeName(rawValue: "paotai")!
    private let county = NodeName(rawValue: "puning")!
    private let city = NodeName(rawValue: "jieyang")!
    private let start = Timestamp(milliseconds: 1_795_000_000_000)

    private func result() -> CriticalResult {
        CriticalResult(
            study: .generate(), task: UUID().uuidString.lowercased(), origin: edge, owner: city, code: "perforation",
            name: "消化道穿孔", note: "膈下游离气体", markedBy: "li", markedByName: "李医生", markedAt: start)
    }

    @Test("two versions are joined the same in any order and any number of times")
    func joining() {
        let base = result()
        var first = base
        first.arrivals = [.init(node: county, at: start + .seconds(3))]
        first.level = 1
        var second = base
        second.arrivals = [.init(node: county, at: start + .seconds(3)), .init(node: edge, at: start + .seconds(9))]
        second.acknowledgements = [
            .init(node: edge, user: "zhang", name: "张技师", at: start + .seconds(60), sinceArrival: 51000)
        ]
        var third = base
        third.acknowledgements = [
            .init(node: edge, user: "wang", name: "王", at: start + .seconds(70), sinceArrival: 61000),
            .init(node: county, user: "chen", name: "陈", told: "值班医生", at: start + .seconds(80), sinceArrival: 77000),
        ]
        third.withdrawal = .init(name: "李医生", reason: "看错", at: start + .seconds(100))
        let orders = [[first, second, third], [third, second, first], [second, first, third, third, first]]
        let joined = orders.map { $0.reduce(base) { $0.merged(with: $1) } }
        #expect(Set(joined).count == 1)
        #expect(joined[0].acknowledgements.map(\.user) == ["zhang", "chen"])
        #expect(joined[0].level == 1)
        #expect(!joined[0].isOpen)
    }

    @Test("only the one who marks it is believed about the mark, and only above is believed about steps and withdrawal")
    func trust() async throws {
        let (database, directory) = try temporaryDatabase(CriticalResultSchema.migrations)
        let marked = result()
        let start = start
        let (county, edge) = (county, edge)
        try await database.write { transaction in
            let book = CriticalResultBook(node: county)
            let city = NodeName(rawValue: "jieyang")!
            #expect(throws: CriticalResultError(code: .unknownResult, message: "")) {
                try book.hear(marked, from: edge, isParent: false, at: start, in: transaction)
            }
            let heard = try book.hear(marked, from: city, isParent: true, at: start, in: transaction)
            #expect(heard?.result.arrivals.map(\.node) == [county])
            #expect(try book.hear(marked, from: city, isParent: true, at: start, in: transaction) == nil)
            var lie = marked
            lie.name = "无事"
            lie.level = 9
            lie.withdrawal = .init(name: "x", reason: "y", at: start)
            #expect(try book.hear(lie, from: edge, isParent: false, at: start, in: transaction) == nil)
            let kept = try book.result(marked.id, in: transaction)
            #expect(kept?.result.name == "消化道穿孔")
            #expect(kept?.result.isOpen == true)
            #expect(try book.openCount(in: transaction) == 1)
        }
        withExtendedLifetime(directory) {}
    }

    @Test("the owner's clock counts the steps; an answer ends them, and says who was told away from the hospital")
    func escalation() async throws {
        let (database, directory) = try temporaryDatabase(CriticalResultSchema.migrations)
        let marked = result()
        let start = start
        let city = city
        try await database.write { transaction in
            let book = CriticalResultBook(node: city)
            try book.mark(marked, at: start, in: transaction)
            func steps(_ seconds: Int) throws -> [Int] {
                try book.escalate(by: .shipped, at: start + .seconds(seconds), in: transaction).map(\.result.level)
            }
            #expect(try steps(299) == [])
            #expect(try steps(301) == [1])
            #expect(try steps(301) == [])
            #expect(try steps(4000) == [2])
            #expect(throws: CriticalResultError(code: .toldMissing, message: "")) {
                try book.acknowledge(
                    marked.id, byUser: "li", name: "李医生", told: "", wasReadBack: false, at: start + .seconds(4100),
                    in: transaction)
            }
            let said = try book.acknowledge(
                marked.id, byUser: "li", name: "李医生", told: "炮台卫生院 林医生", wasReadBack: true,
                at: start + .seconds(4100), in: transaction)
            #expect(said?.result.acknowledgements.first?.sinceArrival == 4_100_000)
            #expect(said?.settledAt == start + .seconds(4100))
            #expect(try steps(9000) == [])
            #expect(try book.openCount(in: transaction) == 0)
            #expect(said?.openFor(at: start + .seconds(99999)) == .seconds(4100))
        }
        withExtendedLifetime(directory) {}
    }
}
