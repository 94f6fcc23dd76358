// What was made of an earlier study, in words: no instances, no patient's name.

import Vocabulary

/// The released report that counts, with what was signed under it.
package struct PriorReport: Hashable, Codable, Sendable {
    package struct Addendum: Hashable, Codable, Sendable {
        package var text: String
        package var signer: String
        package var signedAt: Timestamp

        package init(text: String, signer: String, signedAt: Timestamp) {
            self.text = text
            self.signer = signer
            self.signedAt = signedAt
        }
    }

    package var study: StudyInstanceUID
    /// Tells a study's reports from one another.
    package var task: String
    /// Of that task's report; a later release has a higher one.
    package var version: Int
    package var findings: String
    package var impression: String
    package var author: String
    /// Who verified it.
    package var reviewer: String
    package var finalAt: Timestamp
    /// Oldest first.
    package var addenda: [Addendum]
    package var readAt: NodeName
    package var institution: String
    /// The signed SR that says the same; it stays where it is.
    package var srInstance: SOPInstanceUID
    /// It replaces a report that was taken back.
    package var isCorrection: Bool
    /// It was taken back, and no other is released yet.
    package var isTakenBack: Bool
    /// More was written than travels.
    package var isShortened: Bool

    package init(
        study: StudyInstanceUID, task: String, version: Int, findings: String, impression: String, author: String,
        reviewer: String, finalAt: Timestamp, addenda: [Addendum], readAt: NodeName, institution: String,
        srInstance: SOPInstanceUID, isCorrection: Bool, isTakenBack: Bool, isShortened: Bool = false
    ) {
        self.study = study
        self.task = task
        self.version = version
        self.findings = findings
        self.impression = impression
        self.author = author
        self.reviewer = reviewer
        self.finalAt = finalAt
        self.addenda = addenda
        self.readAt = readAt
        self.institution = institution
        self.srInstance = srInstance
        self.isCorrection = isCorrection
        self.isTakenBack = isTakenBack
        self.isShortened = isShortened
    }

    /// When the last of it was signed.
    package var signedAt: Timestamp { addenda.last?.signedAt ?? finalAt }

    /// One state of one release: what was told once need not be told again.
    package var edition: String { "\(task) \(version) \(isTakenBack)" }

    /// Who signed, and when; for a list.
    package var note: PriorReportNote {
        PriorReportNote(
            signer: String((reviewer.isEmpty ? author : reviewer).prefix(PriorReportNote.longest)), signedAt: signedAt,
            addendumCount: addenda.isEmpty ? nil : addenda.count, isTakenBack: isTakenBack ? true : nil)
    }

    /// A release does not give way to one before it, however late that comes.
    package func mayReplace(_ other: Self) -> Bool {
        guard task == other.task else { return signedAt >= other.signedAt }
        // What was taken back stays so until there is a new version.
        return version > other.version || version == other.version && (isTakenBack || !other.isTakenBack)
    }
}

extension PriorReport {
    /// Characters of findings, impression or one addendum; the editor takes no more.
    package static let longestText = 20_000
    /// Of all texts together.
    package static let longestWhole = 60_000
    package static let mostAddenda = 50

    package var isOfBoundedLength: Bool {
        let texts = [findings, impression] + addenda.map(\.text)
        return texts.allSatisfy { $0.count <= Self.longestText } && addenda.count <= Self.mostAddenda
            && texts.map(\.count).reduce(0, +) <= Self.longestWhole
            && ([author, reviewer, institution, task] + addenda.map(\.signer)).allSatisfy { $0.count <= 256 }
    }

    /// As much as travels. Of many addenda the last ones: they say what counts now.
    package var shortened: Self {
        guard !isOfBoundedLength else { return self }
        var short = self
        short.isShortened = true
        short.findings = String(findings.prefix(Self.longestText))
        short.impression = String(impression.prefix(Self.longestText))
        (short.author, short.reviewer) = (String(author.prefix(256)), String(reviewer.prefix(256)))
        short.institution = String(institution.prefix(256))
        var room = Self.longestWhole - short.findings.count - short.impression.count
        short.addenda = []
        for var addendum in addenda.suffix(Self.mostAddenda).reversed() where room > 0 {
            addendum.text = String(addendum.text.prefix(min(room, Self.longestText)))
            addendum.signer = String(addendum.signer.prefix(256))
            room -= addendum.text.count
            short.addenda.insert(addendum, at: 0)
        }
        return short
    }
}

/// That there is a report, as an answer tells it with the study: who signed and when, and none of its words.
package struct PriorReportNote: Hashable, Codable, Sendable {
    static let longest = 64

    /// `nil`: none is released, as far as the holder knows.
    package var signer: String?
    package var signedAt: Timestamp?
    package var addendumCount: Int?
    package var isTakenBack: Bool?

    package init(
        signer: String? = nil, signedAt: Timestamp? = nil, addendumCount: Int? = nil, isTakenBack: Bool? = nil
    ) {
        self.signer = signer
        self.signedAt = signedAt
        self.addendumCount = addendumCount
        self.isTakenBack = isTakenBack
    }

    package var isReleased: Bool { signedAt != nil }
}

/// A neighbour, or this node itself, wants to be told a study's report and every later edition of it.
package struct PriorReportWish: Hashable, Sendable {
    package var study: StudyInstanceUID
    /// The neighbour that wants it; this node itself at the asker.
    package var borrower: NodeName
    /// The question that was answered with the study.
    package var query: String
    /// The node that told of the report.
    package var holder: NodeName
    /// The neighbour on the way to the holder; `nil` at the holder.
    package var lender: NodeName?
    package var since: Timestamp
    /// The edition that was told last.
    package var told: String?
    /// Why it cannot be had: a sentence for the reader.
    package var refusal: String?
    /// Nobody wants it any more; what is under way still is dropped.
    package var endedAt: Timestamp?

    package init(
        study: StudyInstanceUID, borrower: NodeName, query: String, holder: NodeName, lender: NodeName?,
        since: Timestamp, told: String? = nil, refusal: String? = nil, endedAt: Timestamp? = nil
    ) {
        self.study = study
        self.borrower = borrower
        self.query = query
        self.holder = holder
        self.lender = lender
        self.since = since
        self.told = told
        self.refusal = refusal
        self.endedAt = endedAt
    }
}
