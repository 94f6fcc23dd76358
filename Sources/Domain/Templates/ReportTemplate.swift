// What a report starts from.

import Vocabulary

/// Which studies a template or phrase is for. Nothing named: all of them.
package struct TemplateScope: Hashable, Codable, Sendable {
    /// (0008,0060), upper case.
    package var modalities: [String]
    /// Body parts examined (0018,0015), or words that the study's description has: CHEST, 胸.
    package var bodyParts: [String]

    package init(modalities: [String] = [], bodyParts: [String] = []) {
        self.modalities = modalities
        self.bodyParts = bodyParts
    }
}

/// The study that a report is about, as far as templates care.
package struct TemplateSubject: Hashable, Sendable {
    package var modalities: [String]
    package var bodyParts: [String]
    package var description: String

    package init(modalities: [String], bodyParts: [String], description: String) {
        self.modalities = modalities
        self.bodyParts = bodyParts
        self.description = description
    }
}

/// A value that the reader fills in while inserting; in the text it stands as `{name}`.
package struct TemplateField: Hashable, Codable, Sendable {
    package enum Kind: Hashable, Codable, Sendable {
        /// `unit` in UCUM; bounds catch slips of the finger.
        case number(unit: String?, least: Double?, most: Double?)
        case choice([String])
        case text
    }

    package var name: String
    package var kind: Kind

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

package struct ReportTemplate: Hashable, Codable, Sendable {
    /// Later sources override earlier ones of the same name.
    package enum Source: String, Hashable, Codable, Sendable, CaseIterable {
        case shipped
        case node
        case own
    }

    package var name: String
    package var scope: TemplateScope
    package var fields: [TemplateField]
    package var findings: String
    package var impression: String
    package var source: Source

    package init(
        name: String, scope: TemplateScope = TemplateScope(), fields: [TemplateField] = [], findings: String,
        impression: String, source: Source
    ) {
        self.name = name
        self.scope = scope
        self.fields = fields
        self.findings = findings
        self.impression = impression
        self.source = source
    }
}

/// A few letters that become a sentence when a space follows them.
package struct Phrase: Hashable, Codable, Sendable {
    /// `;正常`, `.nc`: each starts with `;` or `.`, so that no word of a report is one.
    package var keys: [String]
    package var text: String
    package var scope: TemplateScope
    package var source: ReportTemplate.Source

    package init(keys: [String], text: String, scope: TemplateScope = TemplateScope(), source: ReportTemplate.Source) {
        self.keys = keys
        self.text = text
        self.scope = scope
        self.source = source
    }
}

extension TemplateScope {
    /// How well this fits; `nil` where it does not: the modality is another. A body part that does not fit only comes
    /// last, since what modalities say of body parts is often wrong.
    package func fit(_ subject: TemplateSubject) -> Int? {
        var score = 0
        if !modalities.isEmpty {
            guard subject.modalities.isEmpty || !Set(modalities).isDisjoint(with: subject.modalities) else {
                return nil
            }
            score += 1
        }
        guard !bodyParts.isEmpty else { return score + 1 }
        let description = subject.description.uppercased()
        let examined = Set(subject.bodyParts.map { $0.uppercased() })
        let matches = bodyParts.contains { part in
            examined.contains(part.uppercased()) || description.contains(part.uppercased())
        }
        return matches ? score + 4 : score
    }
}
