import Database
import Foundation
import Reading
import StudyFlow
import Supervision
import TestSupport
import Testing
import Vocabulary

@Suite("Supervision figures")
struct SupervisionFlowTests {
    /// Reports as a year leaves them, without the work of reading them: `count` of them spread over the months.
    private func fill(_ flow: FlowContext, _ count: Int, from start: Timestamp, step: Duration) async throws {
        try await flow.database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO patient (issuer, patient_id) VALUES ('paotai', '1')
                """)
            for number in 0..<count {
                let (study, task) = (
                    "1.2.840.\(number)", "00000000-0000-0000-0000-\(String(number + 1_000_000_000_000))"
                )
                let final = start + .milliseconds(step.milliseconds * Int64(number))
                let ready = final + .seconds(-60 * (number % 120))
                let origin = "site\(number % 186)"
                try transaction.execute(
                    """
                    INSERT INTO study (study_instance_uid, issuer, patient_id, modalities, origin_node,
                        study_first_received_at, study_last_received_at) VALUES (?, 'paotai', '1', ?, ?, ?, ?)
                    """, study, number % 3 == 0 ? "CT SR DOC" : "DX SR DOC", origin, ready, ready)
                try transaction.execute(
                    """
                    INSERT INTO reading_task (id, study_instance_uid, origin, owner, state, priority, is_unrouted, created_at,
                        ready_at, revision, change_number, changed_at) VALUES (?, ?, ?, ?, 'acknowledged', 2, 0, ?, ?, 1, 1, ?)
                    """, task, study, origin, flow.node.name, ready, ready, final)
                try transaction.execute(
                    """
                    INSERT INTO report (task_id, version, findings, impression, state, author, author_name, reviewer,
                        reviewer_name, saved_at, preliminary_at, final_at)
                    VALUES (?, 1, '', '', 'final', ?, ?, 'zhao', '赵主任', ?, ?, ?)
                    """, task, "reader\(number % 150)", "医生\(number % 150)", final, final, final)
            }
        }
    }

    @Test("a report belongs to the month of its final signature by China's time, to the millisecond")
    func borders() async throws {
        let network = try FlowNetwork()
        let flow = network[.city].flow
        let november = try #require(CivilPeriod("2026-11"))
        // The last before midnight, midnight, and half an hour later.
        try await fill(flow, 3, from: Timestamp(milliseconds: november.end.milliseconds - 1), step: .milliseconds(1))
        while network.clock.now < november.end { network.clock.advance(by: .seconds(86400)) }
        let views = SupervisionViews(flow)
        #expect(try await views.figures(of: november).sheet.total.studies == 1)
        #expect(try await views.figures(of: november.next).sheet.total.studies == 2)
        #expect(try await views.figures(of: november.with(.quarter)).sheet.total.studies == 3)
        #expect(try await views.figures(of: november.with(.year)).sheet.total.studies == 3)
    }

    @Test(
        "a hundred thousand reports of a year are counted in seconds, and shown again at once", .timeLimit(.minutes(3)))
    func large() async throws {
        let network = try FlowNetwork()
        let flow = network[.city].flow
        let year = try #require(CivilPeriod("2026"))
        try await fill(flow, 100_000, from: year.start, step: .seconds(312))
        while network.clock.now < year.end { network.clock.advance(by: .seconds(86400)) }
        let clock = ContinuousClock()
        let views = SupervisionViews(flow)
        let first = try await clock.measure { _ = try await views.figures(of: year) }
        let again = try await clock.measure { _ = try await views.figures(of: year) }
        let month = try await clock.measure {
            _ = try await views.figures(of: try #require(CivilPeriod("2026-03")), isFresh: true)
        }
        print("figures of 100000 reports: year \(first), again \(again), one month \(month)")
        #expect(month < .seconds(5))
        #expect(again < first)
        let sheet = try await views.figures(of: year).sheet
        #expect(sheet.total.studies == 100_000)
        #expect(sheet.readers.count == 151)
        #expect(sheet.sums { $0.origin.rawValue }.count == 186)
        #expect(sheet.sums { $0.modality }.map(\.key) == ["DX", "CT"])
        #expect(sheet.total.turnaround.percentile(0.5).map { (58...61).contains($0) } == true)
        #expect(sheet.settlement(PriceList(other: 100)).map(\.amount).reduce(0, +) == 10_000_000)
    }

    @Test("months that are over are counted before anybody asks, and again a day later")
    func ahead() async throws {
        let network = try FlowNetwork()
        let flow = network[.city].flow
        let year = try #require(CivilPeriod("2026"))
        try await fill(flow, 240, from: year.start, step: .seconds(365 * 360))
        while network.clock.now < year.end { network.clock.advance(by: .seconds(86400)) }
        let keeper = FigureKeeper(flow)
        try await keeper.keep()
        let kept = try await flow.database.read {
            try $0.row("SELECT count(*) AS n FROM supervision_month")?["n", as: Int.self]
        }
        #expect(kept == 12)
        let january = CivilPeriod("2026-01")
        try await flow.database.write { transaction in
            try transaction.execute("DELETE FROM report WHERE final_at < ?", try #require(january).end)
        }
        // Nobody waits for what is known; the next count sees what changed.
        let views = SupervisionViews(flow)
        #expect(try await views.figures(of: year).sheet.total.studies == 240)
        network.clock.advance(by: .seconds(21 * 3600))
        try await keeper.keep()
        #expect(try await views.figures(of: year).sheet.total.studies < 240)
    }

    @Test("what the city read for the township is counted at each node, with grade, result and critical results")
    func wholeWay() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let city = network[.city].flow
        let task = try #require(try await network[.city].journey(paper.study).task).id
        let desk = ReadingDesk(city)
        _ = try await desk.claim(task, by: reader)
        _ = try await QualityDesk(city).grade(.b, reasons: [.motion], note: "", of: task, by: reader)
        try await FindingMarkDesk(city).mark(task, isPositive: true, by: reader)
        let marked = try await CriticalResultDesk(city).mark("perforation", note: "", of: task, by: reader)
        network.clock.advance(by: .seconds(600))
        let draft = try await desk.saveDraft(task, ReportText(findings: "a", impression: "b"), over: 0, by: reader)
        let signed = try await desk.signPreliminary(task, draft.text, over: draft.version, by: reader)
        _ = try await desk.signFinal(task, signed.text, over: signed.version, by: reviewer)
        try await network.run()
        _ = try await CriticalResultDesk(network[.edge].flow).acknowledge(
            marked.result.id, told: "", wasReadBack: false, by: radiographer)
        try await network.run()

        let period = CivilPeriod(.month, containing: network.clock.now)
        let figures = try await SupervisionViews(city).figures(of: period).sheet.total
        #expect([figures.studies, figures.judged, figures.positive, figures.critical] == [1, 1, 1, 1] as [Int])
        #expect(figures.grades == [0, 1, 0, 0] as [Int])
        #expect(figures.answered.count == 1)
        #expect(figures.turnaround.percentile(0.5).map { $0 >= 10 } == true)
        let edge = try await SupervisionViews(network[.edge].flow).figures(of: period).sheet
        #expect(edge.total.studies == 1)
        #expect(edge.rows.map(\.key.owner).contains(.city))
        #expect(edge.readers.isEmpty)
        let county = try await SupervisionViews(network[.county].flow).figures(of: period).sheet
        #expect(county.settlement(PriceList(other: 2500)).map(\.amount) == [2500])
    }
}
