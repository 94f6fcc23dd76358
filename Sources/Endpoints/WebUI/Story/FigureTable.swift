// Figures as tables, the same for the page, the spreadsheet and the paper.

import Foundation
import Supervision
import Vocabulary

/// A table of words: what a person reads, whatever it is shown on.
struct FigureTable: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case institutions, readers, modalities, settlement
    }

    struct Column: Sendable {
        var title: String
        var isNumber: Bool
    }

    struct Row: Sendable {
        var cells: [String]
        /// What a chart draws: a number of studies.
        var size: Int
        var isTotal = false
    }

    var kind: Kind
    var title: String
    var columns: [Column]
    var rows: [Row]

    static func all(_ sheet: FigureSheet, prices: PriceList, words: Words) -> [FigureTable] {
        [institutions(sheet, words), readers(sheet, words), modalities(sheet, words), settlement(sheet, prices, words)]
    }

    private static func institutions(_ sheet: FigureSheet, _ words: Words) -> FigureTable {
        table(
            .institutions, words,
            sheet.sums { $0.origin.rawValue }.map { ([$0.key], $0.figures) }, total: sheet.total)
    }

    private static func modalities(_ sheet: FigureSheet, _ words: Words) -> FigureTable {
        table(.modalities, words, sheet.sums { $0.modality }.map { ([$0.key], $0.figures) }, total: sheet.total)
    }

    private static func readers(_ sheet: FigureSheet, _ words: Words) -> FigureTable {
        func own(_ reader: ReaderFigures) -> [String] { [String(reader.reviewed), number(reader.minutesForOthers)] }
        let total = sheet.readersTotal
        var table = table(
            .readers, words, sheet.readers.map { ([$0.name] + own($0), $0.figures) }, total: total.figures)
        table.columns.insert(
            contentsOf: [
                Column(title: words["supervision.reviewed"], isNumber: true),
                Column(title: words["supervision.minutesForOthers"], isNumber: true),
            ], at: 1)
        if let last = table.rows.indices.last, table.rows[last].isTotal {
            table.rows[last].cells.insert(contentsOf: own(total), at: 1)
        }
        return table
    }

    /// - Parameter lines: the cells that say of whom, and the figures.
    private static func table(
        _ kind: Kind, _ words: Words, _ lines: [([String], Figures)], total: Figures
    ) -> FigureTable {
        let columns = [Column(title: words["supervision.\(kind.rawValue).key"], isNumber: false)] + columns(words)
        var rows = lines.map { Row(cells: $0.0 + cells($0.1), size: $0.1.studies) }
        if rows.count > 1 {
            rows.append(Row(cells: [words["supervision.total"]] + cells(total), size: total.studies, isTotal: true))
        }
        return FigureTable(
            kind: kind, title: words["supervision.\(kind.rawValue)"], columns: columns, rows: rows)
    }

    private static func columns(_ words: Words) -> [Column] {
        [
            "studies", "positiveRate", "p50", "p90", "inTimeRate", "gradeA", "rejected", "discrepancy", "corrected",
            "critical", "answered", "minutes",
        ].map { Column(title: words["supervision.\($0)"], isNumber: true) }
    }

    private static func cells(_ figures: Figures) -> [String] {
        [
            String(figures.studies), percent(figures.positiveRate), span(figures.turnaround.percentile(0.5)),
            span(figures.turnaround.percentile(0.9)), percent(figures.inTimeRate), percent(figures.firstGradeRate),
            String(figures.grades[3]), percent(figures.discrepancyRate), String(figures.corrected),
            String(figures.critical), percent(figures.answeredRate), number(figures.minutes),
        ]
    }

    private static func settlement(_ sheet: FigureSheet, _ prices: PriceList, _ words: Words) -> FigureTable {
        let lines = sheet.settlement(prices)
        var rows = lines.map { line in
            Row(
                cells: [
                    line.reader.rawValue, line.origin.rawValue, line.modality, String(line.studies),
                    number(line.minutes), PriceList.text(line.price), PriceList.text(line.amount),
                ], size: line.studies)
        }
        if rows.count > 1 {
            rows.append(
                Row(
                    cells: [
                        words["supervision.total"], "", "", String(lines.map(\.studies).reduce(0, +)),
                        number(lines.map(\.minutes).reduce(0, +)), "",
                        PriceList.text(lines.map(\.amount).reduce(0, +)),
                    ], size: 0, isTotal: true))
        }
        return FigureTable(
            kind: .settlement, title: words["supervision.settlement"],
            columns: [
                Column(title: words["supervision.paid"], isNumber: false),
                Column(title: words["supervision.pays"], isNumber: false),
                Column(title: words["quality.modality"], isNumber: false),
                Column(title: words["supervision.studies"], isNumber: true),
                Column(title: words["supervision.minutes"], isNumber: true),
                Column(title: words("supervision.price", ["currency": prices.currency]), isNumber: true),
                Column(title: words("supervision.amount", ["currency": prices.currency]), isNumber: true),
            ], rows: rows)
    }

    // MARK: Cells

    private static func percent(_ share: Double?) -> String {
        share.map { "\(Int(($0 * 1000).rounded() / 10 * 10) / 10)%" } ?? "–"
    }

    /// 45 → `0:45`; hours and minutes, which spreadsheets take for a length of time.
    private static func span(_ minutes: Int?) -> String {
        minutes.map { "\($0 / 60):\($0 % 60 < 10 ? "0" : "")\($0 % 60)" } ?? "–"
    }

    private static func number(_ value: Double) -> String { String(Int(value.rounded())) }
}
