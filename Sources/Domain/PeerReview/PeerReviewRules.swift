// Which reports a second doctor reads again, and how a difference is graded.

import Vocabulary
import WrittenRules

/// One grade of agreement, as RADPEER has them: 1 concurs; 2 to 4 differ by how readily it should have been seen, each
/// with or without weight for the patient.
package struct DiscrepancyGrade: Hashable, Codable, Sendable {
    /// `2b`
    package var code: String
    /// In people's words, Chinese first.
    package var meaning: String
    /// The readers agree: nothing is to be learned.
    package var isAgreement: Bool

    package init(code: String, meaning: String, isAgreement: Bool = false) {
        self.code = code
        self.meaning = meaning
        self.isAgreement = isAgreement
    }
}

/// What is known of a report when it is released.
package struct ReviewedWork: Hashable, Sendable {
    package var modalities: Set<String>
    package var bodyParts: Set<String>
    /// The hospital, or the node, that took the images.
    package var institutions: Set<String>
    /// What kind of work its task was, where that is known.
    package var workType: String?

    package init(
        modalities: Set<String>, bodyParts: Set<String>, institutions: Set<String>, workType: String? = nil
    ) {
        self.workType = workType
        self.modalities = modalities
        self.bodyParts = bodyParts
        self.institutions = institutions
    }
}

package struct PeerReviewRule: Hashable, Sendable {
    package var name: String
    /// Empty: any.
    package var modalities: Set<String>
    package var bodyParts: Set<String>
    package var institutions: Set<String>
    package var workTypes: Set<String>
    /// Of those that fit, in per cent.
    package var share: Double

    package init(
        name: String, modalities: Set<String> = [], bodyParts: Set<String> = [], institutions: Set<String> = [],
        workTypes: Set<String> = [], share: Double = 100
    ) {
        self.workTypes = workTypes
        self.name = name
        self.modalities = modalities
        self.bodyParts = bodyParts
        self.institutions = institutions
        self.share = share
    }

    func fits(_ work: ReviewedWork) -> Bool {
        func meets(_ wanted: Set<String>, _ present: Set<String>) -> Bool {
            wanted.isEmpty || !wanted.isDisjoint(with: present)
        }
        return meets(modalities, work.modalities) && meets(bodyParts, work.bodyParts)
            && meets(institutions, work.institutions) && meets(workTypes, work.workType.map { [$0] } ?? [])
    }
}

package struct PeerReviewRules: Hashable, Sendable {
    package enum Grader: String, Hashable, Sendable, CaseIterable {
        /// Who read it the second time.
        case second
        /// A third person.
        case arbiter
    }

    package var rules: [PeerReviewRule]
    package var grades: [DiscrepancyGrade]
    package var grader: Grader

    package init(
        rules: [PeerReviewRule] = [], grades: [DiscrepancyGrade] = PeerReviewRules.radpeer, grader: Grader = .second
    ) {
        self.rules = rules
        self.grades = grades
        self.grader = grader
    }

    package static let radpeer = [
        DiscrepancyGrade(code: "1", meaning: "意见一致", isAgreement: true),
        DiscrepancyGrade(code: "2a", meaning: "有差异，本属难以发现；对临床影响不大"),
        DiscrepancyGrade(code: "2b", meaning: "有差异，本属难以发现；可能影响临床"),
        DiscrepancyGrade(code: "3a", meaning: "有差异，多数情况下应能发现；对临床影响不大"),
        DiscrepancyGrade(code: "3b", meaning: "有差异，多数情况下应能发现；可能影响临床"),
        DiscrepancyGrade(code: "4a", meaning: "有差异，几乎每次都应能发现；对临床影响不大"),
        DiscrepancyGrade(code: "4b", meaning: "有差异，几乎每次都应能发现；可能影响临床"),
    ]

    package func grade(_ code: String) -> DiscrepancyGrade? { grades.first { $0.code == code } }

    /// The first rule that chooses a report. The draw comes from the task's own name: asked twice, it says the same, and
    /// nobody can guess it before the report is released.
    package func choice(of work: ReviewedWork, task: String) -> PeerReviewRule? {
        rules.first { rule in
            guard rule.fits(work) else { return false }
            let digest = Digest(of: "\(rule.name) \(task)".utf8).hexadecimal.prefix(8)
            return Double(UInt32(digest, radix: 16) ?? 0) / Double(UInt32.max) * 100 < rule.share
        }
    }
}

extension PeerReviewRules {
    /// ```yaml
    /// rules:
    ///   - name: 胸部CT抽查
    ///     modality: [CT]              # left out: any
    ///     bodyPart: [CHEST]
    ///     workType: [outpatient-ct]   # as the limits call it
    ///     institution: [paotai]       # the node or the hospital that took the images
    ///     share: 5%                   # of those that fit; left out: all
    /// gradedBy: second                # or arbiter: a third doctor
    /// grades:                         # left out: RADPEER, 1 to 4b
    ///   - {grade: "1", meaning: 一致, agreement: true}
    ///   - {grade: "2", meaning: 有差异}
    /// ```
    ///
    /// - Throws: `RuleFault` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        self.init()
        guard let root = try RuleNode.root(of: text, file: file) else { return }
        let fields = try root.fields("the file", ["rules", "gradedBy", "grades"])
        rules = try fields["rules"]?.distinct("rules", by: \.name, Self.rule) ?? []
        if let node = fields["gradedBy"] {
            grader = try node.value("gradedBy", "second or arbiter") { Grader(rawValue: $0) }
        }
        guard let list = fields["grades"] else { return }
        grades = try list.items("grades").map { node in
            let entry = try node.fields("a grade", ["grade", "meaning", "agreement"])
            let code = try node.required("grade", of: entry, "a grade").text("grade")
            guard (1...4).contains(code.count) else {
                throw node.fault(.wrongValue, "'\(code)': a grade has 1 to 4 characters")
            }
            return DiscrepancyGrade(
                code: code, meaning: try node.required("meaning", of: entry, "a grade").text("meaning"),
                isAgreement: try entry["agreement"]?.value("agreement", "true or false") { Bool($0) } ?? false)
        }
        guard Set(grades.map(\.code)).count == grades.count else {
            throw list.fault(.duplicateName, "two grades have the same code")
        }
        guard grades.contains(where: \.isAgreement), grades.contains(where: { !$0.isAgreement }) else {
            throw list.fault(.contradiction, "there must be a grade with 'agreement: true' and one without")
        }
    }

    private static func rule(_ node: RuleNode) throws -> PeerReviewRule {
        let fields = try node.fields("a rule", ["name", "modality", "bodyPart", "institution", "workType", "share"])
        func set(_ key: String, upper: Bool = true) throws -> Set<String> {
            Set(
                try (fields[key]?.oneOrMany(key) ?? []).map { upper ? try $0.text(key).uppercased() : try $0.text(key) }
            )
        }
        let share = try fields["share"]?.value("share", "a share such as 5% (more than 0, at most 100%)") {
            (text: String) -> Double? in
            guard text.hasSuffix("%"), let number = Double(text.dropLast()), number > 0, number <= 100 else {
                return nil
            }
            return number
        }
        return PeerReviewRule(
            name: try node.required("name", of: fields, "a rule").text("name"), modalities: try set("modality"),
            bodyParts: try set("bodyPart"), institutions: try set("institution", upper: false),
            workTypes: try set("workType", upper: false), share: share ?? 100)
    }
}
