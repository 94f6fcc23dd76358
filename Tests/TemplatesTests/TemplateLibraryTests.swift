import Foundation
import Templates
import TestSupport
import Testing
import Vocabulary

@Suite("Templates")
struct TemplateLibraryTests {
    static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/Endpoints/WebUI/Resources/report-templates.yaml").standardizedFileURL

    private func library() throws -> TemplateLibrary {
        try TemplateLibrary(
            yaml: String(contentsOf: Self.shipped, encoding: .utf8), file: "report-templates.yaml", source: .shipped)
    }

    @Test(
        "that ship know the usual work and put what fits first",
        arguments: [
            ("DX", "CHEST", "", "胸"), ("CR", "", "腰椎正侧位", "腰椎"), ("CT", "HEAD", "", "颅脑"),
            ("CT", "ABDOMEN", "", "腹"), ("CT", "", "胸部平扫", "胸"), ("MR", "BRAIN", "", "颅脑"),
            ("US", "ABDOMEN", "", "腹"), ("MG", "BREAST", "", "乳"), ("DX", "KNEE", "", "膝"),
        ])
    func shipped(modality: String, bodyPart: String, description: String, word: String) throws {
        let subject = TemplateSubject(
            modalities: [modality], bodyParts: bodyPart.isEmpty ? [] : [bodyPart], description: description)
        let found = try library().templates(for: subject)
        #expect(found.first?.name.contains(word) == true, "\(found.map(\.name))")
        #expect(found.allSatisfy { $0.scope.modalities.contains(modality) })
        #expect(found.allSatisfy { !$0.findings.isEmpty && !$0.impression.isEmpty })
    }

    @Test("of a node replace shipped ones of the same name, hide others and add new ones; a reader's own go first")
    func overlay() throws {
        let node = try TemplateLibrary(
            yaml: """
                templates:
                  - {name: 甲, modality: CT, findings: 本院甲, impression: 无}
                phrases:
                  - {keys: [.nc], text: 本院短语}
                hide: [乙]
                """, file: "t.yaml", source: .node)
        let base = TemplateLibrary(
            templates: ["甲", "乙", "丙"].map {
                ReportTemplate(
                    name: $0, scope: TemplateScope(modalities: ["CT"]), findings: "系统", impression: "", source: .shipped
                )
            }, phrases: [Phrase(keys: [".nc", ";正常"], text: "系统", source: .shipped)])
        let own = TemplateLibrary(templates: [
            ReportTemplate(
                name: "我的", scope: TemplateScope(modalities: ["CT"]), findings: "我", impression: "", source: .own)
        ])
        let library = base.overlaid(by: node).overlaid(by: own)
        let subject = TemplateSubject(modalities: ["CT"], bodyParts: [], description: "")
        #expect(library.templates(for: subject).map(\.name) == ["我的", "丙", "甲"])
        #expect(library.templates.first { $0.name == "甲" }?.findings == "本院甲")
        #expect(library.phrases(for: subject).map(\.keys) == [[";正常"], [".nc"]])
        let other = TemplateSubject(modalities: ["MR"], bodyParts: [], description: "")
        #expect(library.templates(for: other).isEmpty)
    }

    @Test(
        "that are wrong are refused with the line",
        arguments: [
            ("templates:\n  - name: 甲\n    findings: a\n", "t.yaml:2:5", TemplateError.Code.missingKey),
            ("templates:\n  - name: 甲\n    finding: a\n", "t.yaml:3:5", .unknownKey),
            ("templates:\n  - {name: 甲, findings: '{长径}', impression: b}\n", "t.yaml:2:", .unknownField),
            (
                "templates:\n  - name: 甲\n    fields:\n      - {name: 长径, number: mm}\n    findings: a\n    impression: b\n",
                "t.yaml:4:9", .unusedField
            ),
            (
                "templates:\n  - {name: 甲, findings: a, impression: b}\n  - {name: 甲, findings: a, impression: b}\n",
                "t.yaml:3:5", .duplicateName
            ),
            ("phrases:\n  - {keys: [正常], text: a}\n", "t.yaml:2:13", .wrongValue),
            ("templates:\n  - name: [\n", "t.yaml:", .malformed), ("templates: 3\n", "t.yaml:1:12", .malformed),
            (
                "templates:\n  - name: 甲\n    fields:\n      - {name: 长径, number: mm, least: 5, most: 2}\n    "
                    + "findings: '{长径}'\n    impression: b\n", "t.yaml:4:9", .wrongValue
            ),
        ])
    func mistakes(yaml: String, place: String, code: TemplateError.Code) {
        #expect {
            try TemplateLibrary(yaml: yaml, file: "t.yaml", source: .node)
        } throws: { error in
            guard let error = error as? TemplateError else { return false }
            return error.code == code && error.message.hasPrefix(place)
        }
    }

    @Test("of a reader are kept under the reader's name, replaced by name, and bounded")
    func own() throws {
        let (database, directory) = try temporaryDatabase(TemplateSchema.migrations)
        defer { _ = directory }
        let book = OwnTemplateBook()
        let time = Timestamp(milliseconds: 0)
        @Sendable func template(_ name: String, _ text: String) -> ReportTemplate {
            ReportTemplate(name: name, findings: text, impression: "", source: .own)
        }
        try database.writeBlocking { transaction in
            try book.save(template("甲", "一"), for: "li", at: time, in: transaction)
            try book.save(template("甲", "二"), for: "li", at: time, in: transaction)
            try book.save(template("甲", "别人"), for: "wu", at: time, in: transaction)
        }
        #expect(try database.readBlocking { try book.templates(of: "li", in: $0) }.map(\.findings) == ["二"])
        #expect(throws: TemplateError(code: .tooMany, message: "")) {
            try database.writeBlocking { transaction in
                for number in 0...OwnTemplateBook.most {
                    try book.save(template("\(number)", ""), for: "li", at: time, in: transaction)
                }
            }
        }
        #expect(try database.writeBlocking { try book.delete("甲", of: "li", in: $0) })
        #expect(try !database.writeBlocking { try book.delete("甲", of: "li", in: $0) })
        #expect(try database.readBlocking { try book.templates(of: "wu", in: $0) }.count == 1)
    }
}
