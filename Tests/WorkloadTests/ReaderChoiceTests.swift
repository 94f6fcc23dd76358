import TestSupport
import Testing
import Vocabulary
import Workload

@Suite("Predicted minutes and the choice of a reader")
struct ReaderChoiceTests {
    @Test("what was written counts at first, and experience draws the prediction")
    func learning() throws {
        var times = try WorkloadRules.shipped().times
        let kind = ReadingKind(modality: "CT", region: .head)
        #expect(times.minutes(modalities: ["CT"], region: .head) == 5)
        for _ in 0..<10 { times.learn(9, of: kind) }
        #expect(times.minutes(modalities: ["CT"], region: .head) == 7)
        for _ in 0..<200 { times.learn(9, of: kind) }
        #expect(times.minutes(modalities: ["CT"], region: .head) > 8.6)
        #expect(times.minutes(modalities: ["CT"], region: .chest) == 7)
    }

    @Test("a claim left open overnight does not count, and a few odd ones do not move the median")
    func robust() throws {
        var times = try WorkloadRules.shipped().times
        let kind = ReadingKind(modality: "DX", region: nil)
        for index in 0..<101 { times.learn(index % 10 == 0 ? 119 : 3, of: kind) }
        for _ in 0..<500 { times.learn(900, of: kind) }
        #expect(times.minutes(modalities: ["DX"], region: nil) < 3.1)
        var wild = try WorkloadRules.shipped().times
        for _ in 0..<300 { wild.learn(100, of: kind) }
        #expect(wild.minutes(modalities: ["DX"], region: nil) == 8)
    }

    @Test("old experience is forgotten")
    func forgetting() throws {
        var times = try WorkloadRules.shipped().times
        let kind = ReadingKind(modality: "CT", region: nil)
        for _ in 0..<101 { times.learn(20, of: kind) }
        for _ in 0..<101 { times.learn(6, of: kind) }
        #expect(times.minutes(modalities: ["CT"], region: nil) < 6.5)
    }

    @Test("the modality that takes longest counts, and one that nobody knows takes the usual")
    func several() throws {
        let times = try WorkloadRules.shipped().times
        #expect(times.minutes(modalities: ["CT", "PT"], region: nil) == 25)
        #expect(times.minutes(modalities: ["ZZ"], region: nil) == ReadingTimes.other)
        #expect(times.minutes(modalities: [], region: .head) == ReadingTimes.other)
    }

    @Test("the reader who is through first gets it; of equals the one with fewer tasks, then by name")
    func choice() {
        let loads = [
            ReaderLoad(reader: "c", minutes: 10, tasks: 2), ReaderLoad(reader: "b", minutes: 10, tasks: 1),
            ReaderLoad(reader: "a", minutes: 10, tasks: 2), ReaderLoad(reader: "slow", minutes: 8, tasks: 1, pace: 3),
        ]
        #expect(ReaderLoad.choose(from: loads, minutes: 2)?.reader == "b")
        #expect(ReaderLoad.choose(from: loads.filter { $0.reader != "b" }, minutes: 2)?.reader == "a")
        #expect(ReaderLoad.choose(from: loads, minutes: 0.5)?.reader == "slow")
        #expect(ReaderLoad.choose(from: [], minutes: 2) == nil)
        for _ in 0..<20 { #expect(ReaderLoad.choose(from: loads.shuffled(), minutes: 2)?.reader == "b") }
    }

    @Test("in the long run work is spread by pace")
    func spread() {
        var loads = ["a": ReaderLoad(reader: "a"), "b": ReaderLoad(reader: "b", pace: 2)]
        for _ in 0..<300 {
            guard let chosen = ReaderLoad.choose(from: loads.values, minutes: 5) else { continue }
            loads[chosen.reader]?.take(minutes: 5)
        }
        #expect(loads["a"]?.tasks == 200)
        #expect(loads["b"]?.tasks == 100)
    }

    @Test("a backlog without a reader is endless")
    func backlog() {
        var backlog = Backlog(readersOnDuty: 2)
        #expect(backlog.minutesPerReader == 0)
        backlog.add(minutes: 5)
        backlog.add(minutes: 7)
        #expect(backlog.minutesPerReader == 6)
        backlog.readersOnDuty = 0
        #expect(backlog.minutesPerReader == .infinity)
    }

    @Test("samples are kept and learned again in order")
    func book() async throws {
        let (database, directory) = try temporaryDatabase(WorkloadSchema.migrations)
        defer { withExtendedLifetime(directory) {} }
        let book = ReadingTimeBook()
        let kind = ReadingKind(modality: "CT", region: .head)
        try await database.write { transaction in
            for (index, minutes) in [3.0, 4, 5].enumerated() {
                try book.record(
                    ReadingSample(
                        task: "t\(index)", kind: kind, reader: "a", minutes: minutes,
                        signedAt: Timestamp(milliseconds: Int64(index))), in: transaction)
            }
            try book.record(
                ReadingSample(
                    task: "t0", kind: ReadingKind(modality: "CT", region: nil), reader: "b", minutes: 6,
                    signedAt: Timestamp(milliseconds: 9)), in: transaction)
        }
        #expect(try await database.read { try book.newest(2, in: $0) }.map(\.minutes) == [5, 6])
    }
}
