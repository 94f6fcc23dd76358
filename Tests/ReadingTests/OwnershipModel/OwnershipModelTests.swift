import Foundation
import Testing

/// The rules by which a task changes hands, run in every interleaving of people, messages, losses and restarts.
/// `JIELI_MODEL_DEPTH=2` acts two revisions further, for a machine that has the time.
@Suite("Ownership in every interleaving")
struct OwnershipModelTests {
    private static let everything: [ModelAct] = [
        .becomeReady, .offer, .withdraw, .giveBack, .claim, .endClaim, .signPreliminary, .signFinal,
    ]
    private static let passing: [ModelAct] = [.becomeReady, .offer, .withdraw, .giveBack, .claim]

    private var further: Int { Int(ProcessInfo.processInfo.environment["JIELI_MODEL_DEPTH"] ?? "") ?? 0 }

    private func check(_ explorer: OwnershipExplorer, _ name: String) throws -> OwnershipExplorer.Outcome {
        var explorer = explorer
        let outcome = try explorer.explore()
        print(
            "ownership model, \(name): \(outcome.states) states, \(outcome.transitions) transitions, "
                + "\(outcome.messages) messages, \(outcome.tasks) rows; claimable at two nodes: "
                + "\(outcome.doublyClaimable); without a way to one owner: \(outcome.stranded)")
        return outcome
    }

    @Test("no two nodes can ever claim one task, and one of them always gets it, between a county and a city")
    func twoNodes() throws {
        let outcome = try check(
            OwnershipExplorer(nodes: 2, acts: Self.everything, actsBelow: 9 + further), "two nodes")
        #expect(outcome.doublyClaimable == 0, "\(outcome.firstStory)")
        #expect(outcome.stranded == 0)
        #expect(outcome.readAtEachNode == [true, true])
        #expect(outcome.states > 50_000)
    }

    @Test("no two nodes can ever claim one task, and one of them always gets it, in a chain of three")
    func threeNodes() throws {
        let outcome = try check(OwnershipExplorer(nodes: 3, acts: Self.passing, actsBelow: 6 + further), "three nodes")
        #expect(outcome.doublyClaimable == 0, "\(outcome.firstStory)")
        #expect(outcome.stranded == 0)
        #expect(outcome.readAtEachNode == [true, true, true])
        #expect(outcome.states > 50_000)
    }

    @Test("a node that takes an offer back without an answer is found out")
    func takingBackIsFound() throws {
        let outcome = try check(
            OwnershipExplorer(nodes: 2, acts: Self.passing + [.takeBackUnasked], actsBelow: 4),
            "broken: offers taken back unasked")
        #expect(outcome.doublyClaimable > 0)
        #expect(outcome.firstStory.contains("paotai: takeBackUnasked"))
    }

    @Test("a node that believes an old answer is found out")
    func oldAnswersAreFound() throws {
        let outcome = try check(
            OwnershipExplorer(nodes: 2, acts: Self.passing, actsBelow: 8) { $0.believesOldAnswers = true },
            "broken: old answers believed")
        #expect(outcome.doublyClaimable > 0)
    }

    @Test("a node that accepts an old offer is found out")
    func oldOffersAreFound() throws {
        let outcome = try check(
            OwnershipExplorer(nodes: 2, acts: Self.passing, actsBelow: 5) { $0.acceptsOldOffers = true },
            "broken: old offers accepted")
        #expect(outcome.doublyClaimable > 0)
    }
}
