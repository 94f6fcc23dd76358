import Database
import Foundation
import ImageQuality
import TestSupport
import Testing
import Vocabulary

@Suite("Grades and retakes")
struct QualityBookTests {
    private let edge = NodeName(rawValue: "paotai")!
    private let county = NodeName(rawValue: "puning")!
    private let start = Timestamp(milliseconds: 1_795_000_000_000)

    private func mark(
        _ grade: QualityGrade, _ reasons: Set<QualityReason> = [], minute: Int = 0, task: String = UUID().uuidString
    )
        -> QualityMark
    {
        QualityMark(
            task: task, study: .generate(), origin: edge, owner: county, modality: "DX", grade: grade, reasons: reasons,
            by: "li", byName: "李医生", at: start + .seconds(minute * 60))
    }

    @Test("a later word replaces the earlier one, and late news of the earlier one changes nothing")
    func revisions() async throws {
        let (database, directory) = try temporaryDatabase(ImageQualitySchema.migrations)
        let first = mark(.c, [.motion], task: "t")
        var changed = first
        changed.grade = .a
        changed.reasons = []
        let second = changed
        try await database.write { transaction in
            let book = QualityBook()
            let one = try book.grade(first, in: transaction)
            let two = try book.grade(second, in: transaction)
            #expect(one.revision == 1)
            #expect(two.revision == 2)
            #expect(try book.hear(one, in: transaction) == false)
            #expect(try book.mark(of: "t", in: transaction) == two)
        }
        withExtendedLifetime(directory) {}
    }

    @Test("counts are by hospital, modality, grade and reason, within the time asked for")
    func counts() async throws {
        let (database, directory) = try temporaryDatabase(ImageQualitySchema.migrations)
        let marks = [
            mark(.a), mark(.a, minute: 1), mark(.b, [.positioning, .exposure]), mark(.reject, [.positioning]),
            mark(.c, minute: 90),
        ]
        let start = start
        let edge = edge
        try await database.write { transaction in
            let book = QualityBook()
            for mark in marks { _ = try book.grade(mark, in: transaction) }
            let found = try book.counts(from: start, until: start + .seconds(3600), in: transaction)
            var expected = QualityCount(origin: edge, modality: "DX")
            expected.grades = [.a: 2, .b: 1, .reject: 1]
            expected.reasons = [.positioning: 2, .exposure: 1]
            #expect(found == [expected])
            #expect(found.first?.share(of: .a) == 0.5)
        }
        withExtendedLifetime(directory) {}
    }

    @Test("the hospital answers once, who asked withdraws, and neither does the other's part")
    func parts() async throws {
        let (database, directory) = try temporaryDatabase(ImageQualitySchema.migrations)
        let (edge, county, start) = (edge, county, start)
        let retake = Retake(
            task: "t", study: .generate(), origin: edge, owner: county, reasons: [.motion], note: "", requestedBy: "li",
            requestedByName: "李医生", requestedAt: start)
        let answer = Retake.Answer(
            outcome: .done, note: "", imageCount: 3, user: "zhang", name: "张技师", at: start + .seconds(60))
        try await database.write { transaction in
            let below = RetakeBook(node: edge)
            #expect(throws: ImageQualityError(code: .unknownRetake, message: "")) {
                try below.hear(retake, from: county, isParent: false, at: start, in: transaction)
            }
            #expect(try below.hear(retake, from: county, isParent: true, at: start, in: transaction) != nil)
            #expect(try below.hear(retake, from: county, isParent: true, at: start, in: transaction) == nil)
            #expect(throws: ImageQualityError(code: .askedElsewhere, message: "")) {
                try below.withdraw(retake.id, byName: "x", at: start, in: transaction)
            }
            #expect(throws: ImageQualityError(code: .notTheHospital, message: "")) {
                try RetakeBook(node: county).answer(retake.id, answer, at: start, in: transaction)
            }
            let answered = try below.answer(retake.id, answer, at: start, in: transaction)
            #expect(answered.settledAt == start)
            #expect(throws: ImageQualityError(code: .alreadyAnswered, message: "")) {
                try below.answer(retake.id, answer, at: start, in: transaction)
            }
            #expect(try below.open(in: transaction).isEmpty)
            // Answered below, but asked for above: nothing to go on with here.
            #expect(try below.unclosed(in: transaction).isEmpty)
        }
        withExtendedLifetime(directory) {}
    }
}
