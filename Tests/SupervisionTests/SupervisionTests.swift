import Foundation
import Supervision
import Testing
import Vocabulary
import WrittenRules

@Suite("Periods")
struct CivilPeriodTests {
    @Test("end where the next begins, at midnight in China")
    func borders() throws {
        let november = try #require(CivilPeriod("2026-11"))
        #expect(november.start.description == "2026-10-31T16:00:00.000Z")
        #expect(november.end.description == "2026-11-30T16:00:00.000Z")
        #expect(november.next.start == november.end)
        #expect(try #require(CivilPeriod("2026-12")).next.description == "2027-01")
        #expect(try #require(CivilPeriod("2026-Q1")).previous.description == "2025-Q4")
        #expect(try #require(CivilPeriod("2026")).months.map(\.description).first == "2026-01")
        #expect(try #require(CivilPeriod("2026")).months.count == 12)
        #expect(try #require(CivilPeriod("2026-Q4")).months.map(\.description) == ["2026-10", "2026-11", "2026-12"])
        #expect(november.with(.quarter).description == "2026-Q4")
    }

    @Test("the last second of a month and the first of the next are on their own side")
    func edges() throws {
        let november = try #require(CivilPeriod("2026-11"))
        let before = Timestamp(milliseconds: november.end.milliseconds - 1)
        #expect(CivilPeriod(.month, containing: before) == november)
        #expect(CivilPeriod(.month, containing: november.end).description == "2026-12")
        #expect(CivilPeriod(.year, containing: november.end).description == "2026")
    }

    @Test(
        "nothing else is a period",
        arguments: ["", "2026-13", "2026-00", "2026-Q5", "26-01", "2026-1", "2026-11-01", "x"])
    func refused(text: String) {
        #expect(CivilPeriod(text) == nil)
    }
}

@Suite("Figures")
struct FigureTests {
    private let edge = NodeName(rawValue: "paotai")!
    private let county = NodeName(rawValue: "puning")!
    private let city = NodeName(rawValue: "jieyang")!

    @Test("percentiles are of the nearest rank, and those of a sum are of the whole")
    func percentiles() {
        var first = Turnaround()
        for minutes in 1...100 { first.add(minutes: minutes) }
        #expect([0.5, 0.9, 0.95, 1].map { first.percentile($0) } == [50, 90, 95, 100])
        var second = Turnaround()
        second.add(minutes: 5000, count: 100)
        #expect((first + second).percentile(0.5) == 100)
        #expect((first + second).percentile(0.9) == 4980)
        #expect(Turnaround().percentile(0.5) == nil)
        #expect(Turnaround.bucket(of: -3) == 0)
        #expect(Turnaround.bucket(of: 239) == 239)
        #expect(Turnaround.bucket(of: 247) == 240)
    }

    private func row(_ origin: NodeName, _ owner: NodeName, _ modality: String, _ studies: Int) -> FigureRow {
        FigureRow(FigureKey(origin: origin, owner: owner, modality: modality), figures(studies))
    }

    private func figures(_ studies: Int) -> Figures {
        var figures = Figures()
        figures.studies = studies
        figures.minutes = Double(studies) * 8
        return figures
    }

    @Test("months add up, keys are joined, and rates are of what was judged")
    func sums() {
        let one = FigureSheet(
            rows: [row(edge, city, "CT", 3), row(edge, city, "CT", 2)],
            readers: [
                ReaderFigures(user: "li", name: "李医生", figures: figures(5), minutesForOthers: 40),
                ReaderFigures(user: "zhao", name: "赵主任", reviewed: 5),
            ])
        let two = FigureSheet(
            rows: [row(edge, city, "DX", 4)],
            readers: [
                ReaderFigures(user: "wu", name: "吴医生", figures: figures(4)),
                ReaderFigures(user: "zhao", name: "赵主任", reviewed: 4),
            ])
        let sheet = one + two
        #expect(sheet.rows.count == 2)
        #expect(sheet.total.studies == 9)
        #expect(sheet.readers.map(\.user) == ["li", "wu", "zhao"])
        #expect(sheet.readers.last?.reviewed == 9)
        #expect(sheet.readersTotal.minutesForOthers == 40)
        #expect(sheet.sums { $0.modality }.map(\.key) == ["CT", "DX"])
        var judged = Figures()
        #expect(judged.positiveRate == nil)
        judged.judged = 4
        judged.positive = 1
        #expect(judged.positiveRate == 0.25)
    }

    @Test("the settlement counts what was read for others, at the price that fits first")
    func settlement() throws {
        let prices = try PriceList(
            yaml: """
                prices:
                  - {modality: CT, reader: jieyang, price: 60.5}
                  - {modality: CT, price: 40}
                other: 20
                """, file: "p.yaml")
        let sheet = FigureSheet(rows: [
            row(edge, city, "CT", 3), row(edge, city, "CT", 1),
            row(edge, county, "CT", 2), row(county, county, "CT", 99), row(edge, county, "US", 1),
        ])
        let lines = sheet.settlement(prices)
        #expect(
            lines.map { "\($0.reader) \($0.origin) \($0.modality) \($0.studies)" } == [
                "jieyang paotai CT 4", "puning paotai CT 2", "puning paotai US 1",
            ])
        #expect(lines.map { PriceList.text($0.amount) } == ["242.00", "80.00", "20.00"])
    }

    @Test(
        "a mistake in the price list is told with its line",
        arguments: [
            ("prices:\n  - {price: -1}", "p.yaml:2:13:"), ("prices:\n  - {modality: CT}", "needs a 'price'"),
            ("prices: [{price: 1.234}]", "an amount such as"), ("price: 3", "has no key 'price'"),
            ("prices: [{price: 1, reader: A B}]", "a node's name"),
        ])
    func mistakes(text: String, sentence: String) {
        let error = #expect(throws: RuleFault.self) { try PriceList(yaml: text, file: "p.yaml") }
        #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
    }

    @Test("the sample of prices is right")
    func sample() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../deploy/config/prices.yaml").standardizedFileURL
        let prices = try PriceList(yaml: String(contentsOf: file, encoding: .utf8), file: "prices.yaml")
        #expect(prices.price(of: "CT", readAt: city) == 6000)
        #expect(prices.price(of: "CT", readAt: county) == 4000)
        #expect(prices.price(of: "ES", readAt: county) == 2000)
    }

    @Test("a spreadsheet opens in UTF-8, and no name becomes a formula")
    func spreadsheet() {
        let data = CSVFile.data([["医院", "数"], ["=cmd()", "-3"], ["a,\"b\"", "两\n行"]])
        #expect(Array(data.prefix(3)) == [0xEF, 0xBB, 0xBF])
        #expect(
            String(decoding: data.dropFirst(3), as: UTF8.self) == "医院,数\r\n'=cmd(),-3\r\n\"a,\"\"b\"\"\",\"两\n行\"\r\n")
    }
}
