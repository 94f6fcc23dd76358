import Observability
import Testing

@Suite("Locked box")
struct LockedBoxTests {
    @Test("loses no change made from many tasks at once")
    func counting() async {
        let box = LockedBox(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { box.withLock { $0 += 1 } } }
            }
        }
        #expect(box.withLock { $0 } == 8000)
    }

    @Test("is open again after a throw, and keeps what was done before it")
    func throwing() {
        struct Failure: Error {}
        let box = LockedBox([1])
        #expect(throws: Failure.self) {
            try box.withLock {
                $0.append(2)
                throw Failure()
            }
        }
        #expect(box.withLock { $0 } == [1, 2])
    }
}
