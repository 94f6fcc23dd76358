// Reading hanging rules, with the place of every mistake.

import WrittenRules

extension HangingRules {
    /// `deploy/config/hanging.yaml` shows each key.
    ///
    /// - Throws: `RuleFault` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        self.init()
        let fields = try RuleNode.root(of: text, file: file)?.fields("the file", ["rules"]) ?? [:]
        rules = try fields["rules"]?.distinct("rules", by: \.name, Self.rule) ?? []
    }

    /// These first, then those that ship: the last of them takes every study.
    package func overlaid(on shipped: HangingRules) -> HangingRules {
        let names = Set(rules.map(\.name))
        return HangingRules(rules: rules + shipped.rules.filter { !names.contains($0.name) })
    }

    private static func rule(_ node: RuleNode) throws -> HangingRule {
        let fields = try node.fields(
            "a rule", ["name", "when", "layout", "panes", "prior", "priorWithin", "withPrior"])
        let when = try fields["when"]?.fields("'when'", ["modality", "words"]) ?? [:]
        let layout = try fields["layout"].map(Self.layout) ?? .single
        let beside = try fields["withPrior"]?.fields("'withPrior'", ["layout", "panes"]) ?? [:]
        let besideLayout = try beside["layout"].map(Self.layout) ?? .pair
        let panes = try panes(fields["panes"], in: layout)
        if let first = panes.firstIndex(where: { $0.show == .prior }), let place = fields["panes"] {
            throw try place.items("panes")[first].fault(
                .contradiction, "a pane that shows a prior belongs under 'withPrior'")
        }
        var besidePanes = try Self.panes(beside["panes"], in: besideLayout)
        if besidePanes.isEmpty {
            besidePanes = [panes.first ?? HangingPane(), HangingPane(show: .prior, matching: 1)]
        } else if !besidePanes.contains(where: { $0.show == .prior }), let place = beside["panes"] {
            throw place.fault(.contradiction, "one of these panes must say 'show: prior'")
        }
        return HangingRule(
            name: try node.required("name", of: fields, "a rule").text("name"),
            modalities: try (when["modality"]?.oneOrMany("modality") ?? []).map {
                try $0.text("modality").uppercased()
            },
            words: try (when["words"]?.oneOrMany("words") ?? []).map { try $0.text("words").uppercased() },
            layout: layout, panes: panes,
            prior: try fields["prior"]?.value("prior", "automatic, key or never", HangingRule.Prior.init(rawValue:))
                ?? .key,
            priorWithinDays: try fields["priorWithin"]?.value(
                "priorWithin", "a time such as 90 days, 18 months or 5 years", Self.days),
            layoutWithPrior: besideLayout, panesWithPrior: besidePanes)
    }

    private static func layout(_ node: RuleNode) throws -> HangingLayout {
        try node.value("layout", "rows by columns, such as 1x2, each 1 to 3") { HangingLayout($0) }
    }

    private static func panes(_ node: RuleNode?, in layout: HangingLayout) throws -> [HangingPane] {
        guard let node else { return [] }
        let panes = try node.items("panes")
        guard panes.count <= layout.count else {
            throw node.fault(.contradiction, "\(panes.count) panes do not fit into \(layout)")
        }
        return try panes.enumerated().map { index, node in try pane(node, at: index, of: panes.count) }
    }

    private static func pane(_ node: RuleNode, at index: Int, of count: Int) throws -> HangingPane {
        let fields = try node.fields(
            "a pane", ["show", "plane", "thickness", "contrast", "words", "laterality", "matching"])
        func choice<Value: RawRepresentable<String> & CaseIterable>(_ key: String, _ type: Value.Type) throws -> Value?
        {
            try fields[key]?.value(key, type.allCases.map(\.rawValue).joined(separator: ", "), Value.init(rawValue:))
        }
        let matching = try fields["matching"]?.value("matching", "the number of another pane, from 1 to \(count)") {
            Int($0).flatMap { (1...count).contains($0) && $0 != index + 1 ? $0 : nil }
        }
        let show = try choice("show", HangingPane.Show.self) ?? .current
        if show == .current, let place = fields["matching"] {
            throw place.fault(.contradiction, "only a pane with 'show: prior' matches another")
        }
        return HangingPane(
            show: show, plane: try choice("plane", HangingPane.Plane.self),
            thickness: try choice("thickness", HangingPane.Thickness.self),
            contrast: try choice("contrast", HangingPane.Contrast.self),
            words: try (fields["words"]?.oneOrMany("words") ?? []).map { try $0.text("words").uppercased() },
            laterality: try fields["laterality"]?.value("laterality", "L or R") { ["L", "R"].contains($0) ? $0 : nil },
            matching: matching)
    }

    private static func days(_ text: String) -> Int? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let number = Int(parts[0]), (1...36500).contains(number) else { return nil }
        switch parts[1] {
        case "day", "days": return number
        case "month", "months": return number <= 1200 ? number * 365 / 12 : nil
        case "year", "years": return number <= 100 ? number * 365 : nil
        default: return nil
        }
    }
}
