// What counts as critical, and what happens when nobody answers.

import Vocabulary

/// An operator's list of critical findings and of the steps by which an unanswered one grows louder. Pure.
package struct CriticalList: Hashable, Sendable {
    package struct Finding: Hashable, Sendable {
        /// Lower-case letters, digits and hyphens; unique in the list.
        package var code: String
        package var name: String
        package var english: String?
        /// DICOM modalities (0008,0060) in which a reader is offered it; empty: all.
        package var modalities: Set<String>
        /// It says nothing by itself: a note must.
        package var needsNote: Bool
    }

    /// What is done when nobody has answered for so long.
    package struct Step: Hashable, Sendable {
        package enum Action: String, Hashable, Sendable, CaseIterable {
            /// Louder, and on the operators' pages too.
            case page
            /// Show the numbers to telephone.
            case call
        }

        package var after: Duration
        package var action: Action
    }

    /// Somebody to telephone.
    package struct Contact: Hashable, Sendable {
        package var name: String
        package var phone: String
        /// The hospital that this number is of; `nil`: whatever the hospital.
        package var node: NodeName?
    }

    package var findings: [Finding]
    /// Each later than the one before.
    package var steps: [Step]
    package var contacts: [Contact]

    package init(findings: [Finding], steps: [Step], contacts: [Contact] = []) {
        self.findings = findings
        self.steps = steps
        self.contacts = contacts
    }

    package subscript(code: String) -> Finding? { findings.first { $0.code == code } }

    /// What a reader of these modalities is offered, in the list's order.
    package func findings(for modalities: [String]) -> [Finding] {
        findings.filter { $0.modalities.isEmpty || !$0.modalities.isDisjoint(with: modalities) }
    }

    /// How many steps are due when it has been open for so long.
    package func level(after open: Duration) -> Int { steps.count { $0.after <= open } }

    /// The steps taken at a level ask for the telephone.
    package func asksToCall(at level: Int) -> Bool { steps.prefix(level).contains { $0.action == .call } }

    /// The hospital's own numbers first.
    package func contacts(for node: NodeName) -> [Contact] {
        contacts.filter { $0.node == node } + contacts.filter { $0.node == nil }
    }
}
