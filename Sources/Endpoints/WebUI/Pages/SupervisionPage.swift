// /supervision: figures of institutions and readers, with charts; as a spreadsheet and on paper.

import Audit
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import StudyFlow
import Supervision
import Typesetting
import Vocabulary

struct SupervisionPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/supervision", use: page)
        router.get("/supervision/csv", use: spreadsheet)
        router.get("/supervision/pdf", use: paper)
        router.get("/api/v1/supervision", use: figures)
    }

    @Sendable private func figures(request: Request, context: JieliRequestContext) async throws -> Response {
        let (period, answer) = try await count(request, context, .supervisionViewed)
        return try .json(SupervisionAnswer(answer, of: period, prices: web.flow.prices))
    }

    @Sendable private func page(request: Request, context: JieliRequestContext) async throws -> Response {
        let (period, answer) = try await count(request, context, .supervisionViewed)
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let tables = FigureTable.all(answer.sheet, prices: web.flow.prices, words: words)
        let fields: Fields = [
            "period": words.fields(period, path: "/supervision"), "isEmpty": answer.sheet.isEmpty,
            "tables": tables.map { Self.fields($0, period) }, "pdfHref": "/supervision/pdf?period=\(period)",
            "freshHref": "/supervision?period=\(period)&fresh=1", "countedAt": answer.countedAt.description,
            "months": Self.bars(
                try await months(of: period).map { ($0.description, $0.description, $1) }),
        ]
        return try renderer.page("supervision", title: words["supervision.title"], fields)
    }

    /// The studies of each month, to see where things go.
    private func months(of period: CivilPeriod) async throws -> [(CivilPeriod, Int)] {
        let now = web.flow.clock.now()
        var month = CivilPeriod(.month, containing: min(now, Timestamp(milliseconds: period.end.milliseconds - 1)))
        var found: [(CivilPeriod, Int)] = []
        for _ in 0..<12 {
            found.append((month, try await SupervisionViews(web.flow).figures(of: month).sheet.total.studies))
            month = month.previous
        }
        return found.reversed()
    }

    @Sendable private func spreadsheet(request: Request, context: JieliRequestContext) async throws -> Response {
        let kind = try request.query("table", default: FigureTable.Kind.institutions)
        let (period, answer) = try await count(request, context, .supervisionExported)
        let tables = FigureTable.all(answer.sheet, prices: web.flow.prices, words: web.words(context))
        guard let table = tables.first(where: { $0.kind == kind }) else { throw HTTPProblem.notFound }
        let data = CSVFile.data([table.columns.map(\.title)] + table.rows.map(\.cells))
        return file(data, "text/csv; charset=utf-8", "jieli-\(web.flow.node.name)-\(period)-\(kind.rawValue).csv")
    }

    @Sendable private func paper(request: Request, context: JieliRequestContext) async throws -> Response {
        let (period, answer) = try await count(request, context, .supervisionExported)
        // On paper it is always in Chinese: it goes to the health bureau.
        let words = web.resources.strings[.chinese]
        let tables = FigureTable.all(answer.sheet, prices: web.flow.prices, words: words)
        let document = PrintedDocument(
            information: PrintedInformation(
                title: "\(words["supervision.title"]) \(period)", author: web.flow.node.institution,
                created: answer.countedAt),
            title: PrintedTitle(
                institution: web.flow.node.institution,
                heading: PrintedLabel("\(words["supervision.title"])　\(period)", "Supervision figures")),
            runningHeader: "\(web.flow.node.institution)　\(words["supervision.title"])　\(period)",
            blocks: tables.filter { !$0.rows.isEmpty }.flatMap { table -> [PrintedBlock] in
                [.heading(PrintedLabel(table.title)), .grid(Self.grid(table))]
            }, notice: words("supervision.paperNotice", ["time": words.time(answer.countedAt)]))
        return file(try document.pdf(), "application/pdf", "jieli-\(web.flow.node.name)-\(period).pdf")
    }

    // MARK: Details

    private func count(
        _ request: Request, _ context: JieliRequestContext, _ action: AuditAction
    ) async throws -> (CivilPeriod, SupervisionViews.Answer) {
        let user = try context.requireRole(.operator)
        let now = web.flow.clock.now()
        let period = try request.period(now: now)
        let answer = try await SupervisionViews(web.flow).figures(of: period, isFresh: request.query("fresh") != nil)
        let event = AuditEvent(
            action, by: .user(user.name), at: now, detail: period.description,
            address: context.remoteAddress.isEmpty ? nil : context.remoteAddress)
        try await web.flow.database.write { [flow = web.flow] in try flow.audit.record(event, in: $0) }
        return (period, answer)
    }

    private func file(_ data: Data, _ type: String, _ name: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .contentDisposition: "attachment; filename=\"\(name)\"",
                .cacheControl: "no-store",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }

    private static func grid(_ table: FigureTable) -> PrintedGrid {
        let most = table.rows.filter { !$0.isTotal }.map(\.size).max() ?? 0
        return PrintedGrid(
            columns: table.columns.enumerated().map { number, column in
                PrintedGrid.Column(column.title, width: number == 0 ? 1.7 : 1, isNumber: column.isNumber)
            },
            rows: table.rows.map { row in
                PrintedGrid.Row(
                    row.cells, bar: row.isTotal || most == 0 ? nil : Double(row.size) / Double(most),
                    isTotal: row.isTotal)
            })
    }

    private static func fields(_ table: FigureTable, _ period: CivilPeriod) -> Fields {
        let shown = table.rows.filter { !$0.isTotal && $0.size > 0 }
        let chart = bars(shown.prefix(20).map { ($0.cells[0], $0.cells[0], $0.size) })
        return [
            "title": table.title, "kind": table.kind.rawValue, "isEmpty": table.rows.isEmpty,
            "csvHref": "/supervision/csv?period=\(period)&table=\(table.kind.rawValue)",
            "columns": table.columns.map { ["title": $0.title, "isNumber": $0.isNumber] as Fields },
            "rows": table.rows.map { row in
                [
                    "isTotal": row.isTotal,
                    "cells": zip(row.cells, table.columns).map { ["text": $0, "isNumber": $1.isNumber] as Fields },
                ] as Fields
            }, "chart": chart, "hasChart": table.kind != .settlement && shown.count > 1,
        ]
    }

    /// Bars from the left, one below the other; lengths in per cent of the longest.
    private static func bars(_ values: [(id: String, label: String, size: Int)]) -> [Fields] {
        let most = max(1, values.map(\.size).max() ?? 1)
        return values.enumerated().map { number, value in
            [
                "label": value.label, "size": value.size, "y": number * 22, "textY": number * 22 + 14,
                "width": Double(value.size) / Double(most) * 60, "x": 22.0 + Double(value.size) / Double(most) * 60,
            ]
        }
    }
}
