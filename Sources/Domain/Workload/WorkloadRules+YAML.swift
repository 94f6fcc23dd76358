// Reading work types, limits and reading times from YAML, with the place of every mistake.

import Vocabulary
import WrittenRules

extension WorkloadRules {
    /// Reads a file such as `shippedYAML`. What is left out keeps what is shipped, except for work types, of which a
    /// file that names any names all.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `WorkloadError` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        do {
            let fields =
                try RuleNode.root(of: text, file: file)?.fields(
                    "the file",
                    ["workTypes", "guess", "workingHours", "holidays", "workdays", "visibility", "readingMinutes"])
                ?? [:]
            let usual = text == Self.shippedYAML ? nil : try Self.shipped()
            let limits = usual?.limits
            self.init(
                limits: TimeLimits(
                    workTypes: try fields["workTypes"].map(Self.workTypes) ?? limits?.workTypes ?? [],
                    working: try Self.working(fields, usual: limits?.working),
                    guesses: try fields["guess"].map(Self.guesses) ?? TimeLimits.usualGuesses,
                    widening: try fields["visibility"].map(Self.widening) ?? TimeLimits.Widening()),
                times: ReadingTimes(
                    written: try (usual?.times.written ?? [:]).merging(
                        fields["readingMinutes"].map(Self.readingMinutes) ?? [:]
                    ) { $1 }))
        } catch let fault as RuleFault {
            throw WorkloadError(fault)
        }
    }

    // MARK: Work types

    private static func workTypes(_ node: RuleNode) throws -> [WorkTypeRule] {
        let nodes = try node.items("workTypes")
        var names: Set<WorkType> = []
        let rules = try nodes.map { node in
            let rule = try workType(node)
            guard names.insert(rule.name).inserted else {
                throw node.fault(.duplicateName, "another work type is named '\(rule.name)' already")
            }
            return rule
        }
        for (rule, node) in zip(rules, nodes).dropLast() where rule.alternatives.isEmpty {
            throw node.fault(
                .contradiction,
                "work type '\(rule.name)' takes every study, so that those below it are never reached; move it to the end"
            )
        }
        guard rules.last?.alternatives.isEmpty == true else {
            throw (nodes.last ?? node).fault(
                .missingKey, "the last work type must be without 'when', so that every study has a limit")
        }
        return rules
    }

    private static func workType(_ node: RuleNode) throws -> WorkTypeRule {
        let fields = try node.fields("a work type", ["name", "chinese", "english", "when", "limit"])
        let name = try node.required("name", of: fields, "a work type").value(
            "name", "lower-case letters, digits and hyphens, at most 40", WorkType.init(rawValue:))
        let limit = try node.required("limit", of: fields, "work type '\(name)'")
        var byPriority: [Priority: TimeLimit] = [:]
        if limit.isMapping {
            let parts = try limit.fields("'limit'", Priority.allCases.map(\.rawValue))
            for (key, value) in parts {
                if let priority = Priority(rawValue: key) { byPriority[priority] = try timeLimit(value) }
            }
        } else {
            byPriority[.routine] = try timeLimit(limit)
        }
        guard let routine = byPriority[.routine] else {
            throw limit.fault(.missingKey, "'limit' needs at least the one for 'routine'")
        }
        let chinese = try fields["chinese"]?.text("chinese") ?? name.rawValue
        return WorkTypeRule(
            name: name, chinese: chinese, english: try fields["english"]?.text("english") ?? name.rawValue,
            alternatives: try fields["when"]?.oneOrMany("when").map(conditions) ?? [], routine: routine,
            urgent: byPriority[.urgent], stat: byPriority[.stat], location: node.location)
    }

    private static func timeLimit(_ node: RuleNode) throws -> TimeLimit {
        let form = "a time such as 30 min, 2 h or 4 working hours"
        let limit = try node.value("limit", form) { text -> TimeLimit? in
            var words = text.lowercased().split(separator: " ").map(String.init)
            let isWorkingTime = words.contains("working")
            words.removeAll { $0 == "working" }
            guard words.count == 2, let number = Int(words[0]) else { return nil }
            switch words[1] {
            case "min", "minute", "minutes": return TimeLimit(minutes: number, isWorkingTime: isWorkingTime)
            case "h", "hour", "hours": return TimeLimit(minutes: number * 60, isWorkingTime: isWorkingTime)
            default: return nil
            }
        }
        guard limit.minutes > 0 else {
            throw node.fault(.wrongValue, "a limit of zero can't be kept by anybody; use \(form)")
        }
        guard limit.minutes <= 60 * 24 * 60 else {
            throw node.fault(.wrongValue, "a limit is at most 60 days")
        }
        return limit
    }

    private static func conditions(_ node: RuleNode) throws -> WorkConditions {
        let fields = try node.fields("'when'", ["patientClass", "modality", "region", "priority", "complex"])
        guard !fields.isEmpty else { throw node.fault(.wrongValue, "'when' asks nothing; leave it out") }
        func set<Value: Hashable>(_ key: String, _ form: String, _ read: (String) -> Value?) throws -> Set<Value>? {
            guard let list = fields[key] else { return nil }
            let values = Set(try list.oneOrMany(key).map { try $0.value(key, form, read) })
            guard !values.isEmpty else { throw list.fault(.wrongValue, "the list of '\(key)' is empty; leave it out") }
            return values
        }
        return WorkConditions(
            patientClass: try set(
                "patientClass", "emergency, inpatient, outpatient or checkup", PatientClass.init(rawValue:)),
            modality: try set("modality", modalityForm, modality),
            region: try set("region", regionForm, BodyRegion.init(rawValue:)),
            priority: try set("priority", "stat, urgent or routine", Priority.init(rawValue:)),
            isComplex: try fields["complex"]?.value("complex", "true or false", Bool.init))
    }

    // MARK: The rest

    private static func working(_ fields: [String: RuleNode], usual: WorkingHours?) throws -> WorkingHours {
        let spans = try fields["workingHours"].map { node in
            let spans = try node.items("workingHours").map(span)
            guard !spans.isEmpty else {
                throw node.fault(.wrongValue, "'workingHours' is empty; leave it out for the usual")
            }
            return spans
        }
        return WorkingHours(
            spans ?? usual?.spans ?? [], holidays: try fields["holidays"]?.dates("holidays") ?? usual?.holidays ?? [],
            workdays: try fields["workdays"]?.dates("workdays") ?? usual?.workdays ?? [])
    }

    private static func span(_ node: RuleNode) throws -> WorkingHours.Span {
        let fields = try node.fields("working hours", ["days", "from", "to"])
        let span = WorkingHours.Span(
            days: try fields["days"]?.weekdays("days") ?? Set(Weekday.allCases),
            from: try node.required("from", of: fields, "working hours").timeOfDay("from"),
            to: try node.required("to", of: fields, "working hours").timeOfDay("to"))
        guard span.from < span.to else {
            throw node.fault(.wrongValue, "working hours end after they begin; write two lines for hours past midnight")
        }
        return span
    }

    private static func guesses(_ node: RuleNode) throws -> [Priority: PatientClass] {
        var guesses = TimeLimits.usualGuesses
        for (key, value) in try node.fields("'guess'", Priority.allCases.map(\.rawValue)) {
            guard let priority = Priority(rawValue: key) else { continue }
            guesses[priority] = try value.value(
                key, "emergency, inpatient, outpatient or checkup", PatientClass.init(rawValue:))
        }
        return guesses
    }

    private static func widening(_ node: RuleNode) throws -> TimeLimits.Widening {
        let fields = try node.fields("'visibility'", ["institution", "tier", "parent"])
        func part(_ key: String, _ usual: Int) throws -> Int {
            try fields[key]?.value(key, "per cent of the limit, from 0 to 1000") { text in
                Int(text).flatMap { (0...1000).contains($0) ? $0 : nil }
            } ?? usual
        }
        let usual = TimeLimits.Widening()
        let widening = TimeLimits.Widening(
            institution: try part("institution", usual.institution), tier: try part("tier", usual.tier),
            parent: try part("parent", usual.parent))
        guard widening.institution <= widening.tier, widening.tier <= widening.parent else {
            throw node.fault(.contradiction, "visibility can't narrow: institution, tier and parent must not fall")
        }
        return widening
    }

    private static func readingMinutes(_ node: RuleNode) throws -> [ReadingKind: Double] {
        var found: [ReadingKind: Double] = [:]
        for entry in try node.items("readingMinutes") {
            let fields = try entry.fields("reading minutes", ["modality", "region", "minutes"])
            let kind = ReadingKind(
                modality: try entry.required("modality", of: fields, "reading minutes")
                    .value("modality", modalityForm, modality),
                region: try fields["region"]?.value("region", regionForm, BodyRegion.init(rawValue:)))
            guard found[kind] == nil else {
                throw entry.fault(.duplicateName, "the minutes of this modality and region were given already")
            }
            found[kind] = try entry.required("minutes", of: fields, "reading minutes")
                .value("minutes", "a number of minutes from 0.1 to 120") { text in
                    Double(text).flatMap { ReadingTimes.plausible.contains($0) ? $0 : nil }
                }
        }
        return found
    }

    private static let modalityForm = "modalities in capital letters, such as CT"
    private static let regionForm = BodyRegion.allCases.map(\.rawValue).joined(separator: ", ")

    private static func modality(_ text: String) -> String? {
        let isCode = text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
        return isCode && (1...16).contains(text.utf8.count) ? text : nil
    }
}
