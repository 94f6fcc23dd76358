import Observability
import Testing

@Suite("Errors")
struct ClassifiedErrorTests {
    private struct Refused: ClassifiedError {
        var isRetriable: Bool { false }
        var label: String { "refused" }
        var description: String { "the peer refused it; ask its operator" }
    }

    @Test("speak one sentence, whatever their type is known as")
    func sentence() {
        #expect(Refused().sentence == "the peer refused it; ask its operator")
        #expect((Refused() as any Error).sentence == "the peer refused it; ask its operator")
    }
}
