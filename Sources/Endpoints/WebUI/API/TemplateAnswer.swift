// Templates as the JSON API tells them.

import Templates
import Vocabulary

struct TemplateList: Encodable, Sendable {
    struct Field: Encodable, Sendable {
        var name: String
        var kind: String
        var unit: String?
        var least: Double?
        var most: Double?
        var choices: [String]?

        init(_ field: TemplateField) {
            name = field.name
            switch field.kind {
            case .number(let unit, let least, let most):
                kind = "number"
                (self.unit, self.least, self.most) = (unit, least, most)
            case .choice(let choices):
                kind = "choice"
                self.choices = choices
            case .text: kind = "text"
            }
        }
    }

    struct Template: Encodable, Sendable {
        var name: String
        var source: ReportTemplate.Source
        var modalities: [String]
        var bodyParts: [String]
        var fields: [Field]
        var findings: String
        var impression: String

        init(_ template: ReportTemplate) {
            name = template.name
            source = template.source
            modalities = template.scope.modalities
            bodyParts = template.scope.bodyParts
            fields = template.fields.map(Field.init)
            findings = template.findings
            impression = template.impression
        }
    }

    struct PhraseAnswer: Encodable, Sendable {
        var keys: [String]
        var text: String
        var source: ReportTemplate.Source
    }

    var templates: [Template]
    var phrases: [PhraseAnswer]

    init(templates: [ReportTemplate], phrases: [Phrase]) {
        self.templates = templates.map(Template.init)
        self.phrases = phrases.map { PhraseAnswer(keys: $0.keys, text: $0.text, source: $0.source) }
    }
}
