import Foundation
import TestSupport
import Testing
import Typesetting
import Vocabulary

@Suite("Printed report")
struct ReportDocumentTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("can be copied out word for word")
    func text() throws {
        let report = ReportSample.report()
        let text = try extractedText(of: report)
        for said in [
            "普宁市远程影像诊断中心", "影像诊断报告单", "测试甲㼆𠮷 (TEST^JIA)", "PT-000123", "炮台镇卫生院", "PT2026112100017",
            "胸部（平扫）", "咳嗽两周，伴低热；除外肺炎及占位。", "测试医师乙", "测试医师丙",
        ] {
            #expect(text.contains(said), "\(said) is missing")
        }
        #expect(text.withoutSpace.contains(report.findings.withoutSpace))
        #expect(text.withoutSpace.contains(report.impression.withoutSpace))
        #expect(text.withoutSpace.contains("第1页/共1页"))
    }

    @Test("embeds a subset of every font it uses")
    func fonts() throws {
        let table = try Tool.run(["pdffonts", try file(ReportSample.report().pdf())]).split(separator: "\n").dropFirst(
            2)
        #expect(!table.isEmpty)
        for row in table {
            #expect(row.contains(/\s+yes\s+yes\s+yes\s+\d+\s+0$/), "\(row)")
            #expect(row.contains("NotoSans"), "\(row)")
        }
    }

    @Test("is A4 and dated by its release, in Chinese time")
    func information() throws {
        let path = try file(ReportSample.report().pdf())
        let information = try Tool.run(["pdfinfo", "-isodates", path])
        #expect(information.contains(/Title: +影像诊断报告 R20261121-0007/))
        #expect(information.contains(/Author: +普宁市远程影像诊断中心/))
        #expect(information.contains(/Page size: +595\.276 x 841\.89 pts \(A4\)/))
        #expect(information.contains(/CreationDate: +2026-11-18T/))
        #expect(try extractedText(of: ReportSample.report()).contains("2026-11-18 "))
    }

    @Test("names no patient in what a file manager shows")
    func privacy() throws {
        let path = try file(ReportSample.report().pdf())
        #expect(!(try Tool.run(["pdfinfo", path])).contains("测试甲"))
        #expect(!(try Tool.run(["pdfinfo", "-meta", path])).contains("测试甲"))
    }

    @Test("is small enough for a thin line")
    func size() throws {
        #expect(try ReportSample.report().pdf().count < 200_000)
    }

    @Test("comes out the same twice, also from many threads")
    func deterministic() async throws {
        let first = try ReportSample.report().pdf()
        try await withThrowingTaskGroup(of: Data.self) { group in
            for _ in 0..<4 { group.addTask { try ReportSample.report().pdf() } }
            for try await next in group { #expect(next == first) }
        }
    }

    @Test("says on its face when it isn't the final word")
    func status() throws {
        let preliminary = try extractedText(of: ReportSample.report(status: .preliminary, reviewing: false))
        #expect(preliminary.contains("初步报告：尚未审核"))
        let corrected = try extractedText(of: ReportSample.report(status: .corrected(replaces: "2026-11-17 10:30 的报告")))
        #expect(corrected.contains("更正报告：替代 2026-11-17 10:30 的报告"))
        let superseded = try extractedText(of: ReportSample.report(status: .superseded(by: "R20261121-0008")))
        #expect(superseded.contains("作废：已由 R20261121-0008 替代"))
        let remark = PrintedLabel("应急第二报告", "Second report made while the link was down")
        #expect(try extractedText(of: ReportSample.report(remarks: [remark])).contains("应急第二报告"))
    }

    @Test("runs over pages without losing a line, and each page says whose it is")
    func manyPages() throws {
        let findings = (1...150).map { "第 \($0) 条：双肺纹理清晰，未见异常密度影，纵隔未见肿大淋巴结。" }
        let report = ReportSample.report(findings: findings.joined(separator: "\n"))
        let path = try file(report.pdf())
        let pages = try Tool.run(["pdftotext", "-layout", path, "-"]).split(separator: "\u{0C}")
            .filter { !$0.allSatisfy(\.isWhitespace) }
        #expect(pages.count > 3)
        for (number, page) in pages.enumerated() {
            #expect(page.replacing(" ", with: "").contains("第\(number + 1)页/共\(pages.count)页"))
            #expect(page.contains("测试甲㼆𠮷"))
        }
        let text = pages.joined()
        for line in findings { #expect(text.contains(line)) }
    }

    @Test("prints a very long question in full")
    func longField() throws {
        var report = ReportSample.report()
        report.examination.clinicalQuestion = (1...400).map { "问题\($0)；" }.joined()
        #expect(try extractedText(of: report).withoutSpace.contains("问题399；问题400；"))
    }

    @Test("survives control characters, no text at all and one endless word")
    func oddText() throws {
        for findings in ["", "a\u{0}b\u{7}c\u{FFFF}d\r\ne", String(repeating: "W", count: 5000)] {
            #expect(try !ReportSample.report(findings: findings).pdf().isEmpty)
        }
        #expect(try extractedText(of: ReportSample.report(findings: "a\u{0}b\u{7}c")).contains("abc"))
    }

    @Test("refuses a picture that is none")
    func badPicture() throws {
        let report = ReportSample.report(pictures: [PrintedPicture(png: Data("no picture".utf8))])
        #expect(throws: TypesettingError(code: .badPicture, message: "")) { try report.pdf() }
    }

    @Test("is valid PDF/A-1b in every form", .enabled(if: Tool.hasPreflight))
    func archival() throws {
        let long = String(repeating: "右肺上叶见磨玻璃结节，边界清。", count: 400)
        let rare = "ไทย Ελληνικά العربية 😀 → ⿰ \u{E000} 㐀 𠀀 𪚥 ①Ⅱ㎎"
        let reports = try [
            ReportSample.report(), ReportSample.report(status: .preliminary, reviewing: false),
            ReportSample.report(status: .superseded(by: "R2")), ReportSample.report(findings: long),
            ReportSample.report(findings: rare),
            ReportSample.report(pictures: [TestPicture.printed()]),
        ]
        let paths = try reports.map { try file($0.pdf()) }
        for verdict in try Tool.preflight(paths) { #expect(verdict == "valid") }
    }

    private func file(_ data: Data) throws -> String {
        let path = directory.appending("\(UUID().uuidString).pdf")
        try data.write(to: URL(filePath: path))
        return path
    }

    private func extractedText(of report: ReportDocument) throws -> String {
        try Tool.run(["pdftotext", "-layout", try file(report.pdf()), "-"])
    }
}

extension String {
    fileprivate var withoutSpace: String { filter { !$0.isWhitespace } }
}
