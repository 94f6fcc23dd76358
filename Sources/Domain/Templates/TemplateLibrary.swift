// All templates and phrases that one reader has.

/// Shipped ones, those of the node over them, those of the reader over both: the same name replaces.
package struct TemplateLibrary: Hashable, Sendable {
    package private(set) var templates: [ReportTemplate]
    package private(set) var phrases: [Phrase]
    /// Names that this source takes away from those below it.
    package private(set) var hidden: Set<String>

    package init(templates: [ReportTemplate] = [], phrases: [Phrase] = [], hidden: Set<String> = []) {
        self.templates = templates
        self.phrases = phrases
        self.hidden = hidden
    }

    /// This library with another laid over it.
    package func overlaid(by other: TemplateLibrary) -> TemplateLibrary {
        let names = Set(other.templates.map(\.name)).union(other.hidden)
        let keys = Set(other.phrases.flatMap(\.keys))
        let kept = phrases.compactMap { phrase -> Phrase? in
            var phrase = phrase
            phrase.keys.removeAll { keys.contains($0) }
            return phrase.keys.isEmpty ? nil : phrase
        }
        return TemplateLibrary(
            templates: templates.filter { !names.contains($0.name) } + other.templates, phrases: kept + other.phrases)
    }

    /// Templates for a study, the best fitting first; the reader's own before others that fit as well.
    package func templates(for subject: TemplateSubject) -> [ReportTemplate] {
        templates.enumerated().compactMap { index, template in
            template.scope.fit(subject).map { (fit: $0, index: index, template: template) }
        }.sorted { first, second in
            if first.fit != second.fit { return first.fit > second.fit }
            let (mine, yours) = (first.template.source == .own, second.template.source == .own)
            if mine != yours { return mine }
            // What is for the knee comes before what is for any limb.
            let (narrow, wide) = (first.template.scope.bodyParts.count, second.template.scope.bodyParts.count)
            return narrow != wide && first.fit > 4 ? narrow < wide : first.index < second.index
        }.map(\.template)
    }

    package func phrases(for subject: TemplateSubject) -> [Phrase] {
        phrases.filter { $0.scope.fit(subject) != nil }
    }
}
