import Database
import Reading
import Testing
import Vocabulary

@Suite("After the release")
struct AddendumTests {
    private func add(_ text: String, to task: TaskID, _ fixture: ReadingFixture) throws -> (ReadingTask, Addendum) {
        let now = fixture.now
        return try fixture.write {
            let (task, addendum) = try fixture.book.signAddendum(task, text: text, by: reviewer, at: now, in: $0)
            return (task, addendum)
        }
    }

    @Test("an addendum stands under the report, which is released again and keeps its text")
    func addendum() throws {
        let fixture = try ReadingFixture()
        let released = try fixture.releasedTask()
        let before = try fixture.report(released.id)
        let (task, addendum) = try add("患者补充病史。", to: released.id, fixture)
        #expect(task.state == .final && addendum.number == 1)
        let after = try fixture.report(released.id)
        #expect(after.text == before.text && after.version == before.version + 1)
        #expect(after.supersededSR == before.srInstance && after.srInstance == nil)
        #expect(after.finalAt == before.finalAt && after.reviewer == before.reviewer)
        // Not before that is out.
        expectRefusal(.refused(.notReleased)) { _ = try add("又一条。", to: released.id, fixture) }
        let now = fixture.now
        try fixture.write { _ = try fixture.book.released(released.id, sr: .generate(), pdf: nil, at: now, in: $0) }
        #expect(try add("又一条。", to: released.id, fixture).1.number == 2)
        #expect(try fixture.read { try fixture.book.addenda(of: released.id, in: $0) }.map(\.number) == [1, 2])
    }

    @Test("an addendum needs a text and a released report")
    func refusals() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.preliminaryTask()
        expectRefusal(.refused(.notReleased)) { _ = try add("早了。", to: task.id, fixture) }
        let released = try fixture.releasedTask()
        expectRefusal(.blankReport) { _ = try add(" \n", to: released.id, fixture) }
    }

    @Test("a correction keeps the reason, cites the old SR and leaves the addenda with the old version")
    func correction() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.releasedTask()
        _ = try add("补充。", to: task.id, fixture)
        let now = fixture.now
        let second = try fixture.write { transaction in
            let sr = SOPInstanceUID.generate()
            try fixture.book.released(task.id, sr: sr, pdf: nil, at: now, in: transaction)
            try fixture.book.correct(task.id, reason: "左右写反", by: reviewer, at: now, in: transaction)
            return sr
        }
        let report = try fixture.report(task.id)
        #expect(report.state == .draft && report.supersededSR == second)
        #expect(try fixture.read { try fixture.book.addenda(of: task.id, in: $0) }.isEmpty)
        #expect(try fixture.read { try fixture.book.corrections(of: task.id, in: $0) }.map(\.reason) == ["左右写反"])
    }

    @Test("only who writes the report sets its values and marks images; an empty value takes a field away")
    func fieldsAndKeyImages() throws {
        let fixture = try ReadingFixture()
        let task = try fixture.readyTask()
        let now = fixture.now
        let field = ReportField(name: "结节长径", value: "12", number: 12, unit: "mm")
        let image = KeyImage(series: .generate(), instance: .generate(), note: "最大层面")
        expectRefusal(.notClaimant) {
            try fixture.write { try fixture.book.setFields([field], of: task.id, by: author, at: now, in: $0) }
        }
        try fixture.claim(task.id)
        try fixture.write { transaction in
            try fixture.book.setFields([field], of: task.id, by: author, at: now, in: transaction)
            try fixture.book.mark(image, of: task.id, by: author, at: now, in: transaction)
            try fixture.book.mark(image, of: task.id, by: author, at: now, in: transaction)
        }
        expectRefusal(.claimedByAnother) {
            try fixture.write { try fixture.book.mark(image, of: task.id, by: reviewer, at: now, in: $0) }
        }
        #expect(try fixture.read { try fixture.book.fields(of: task.id, in: $0) } == [field])
        #expect(try fixture.read { try fixture.book.keyImages(of: task.id, in: $0) } == [image])
        try fixture.write { transaction in
            let empty = ReportField(name: "结节长径", value: "")
            try fixture.book.setFields([empty], of: task.id, by: author, at: now, in: transaction)
            try fixture.book.unmark(image.instance, frame: 1, of: task.id, by: author, in: transaction)
        }
        #expect(try fixture.read { try fixture.book.fields(of: task.id, in: $0) }.isEmpty)
        #expect(try fixture.read { try fixture.book.keyImages(of: task.id, in: $0) }.isEmpty)
    }
}
