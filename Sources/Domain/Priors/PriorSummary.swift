// What one node tells another of an earlier study: no pixels, no name.

import Vocabulary

package struct PriorSummary: Hashable, Codable, Sendable {
    package var study: StudyInstanceUID
    /// The node that answers, and has it.
    package var holder: NodeName
    /// The hospital that acquired it.
    package var issuer: String
    package var institution: String?
    /// `YYYYMMDD`, `HHMMSS…`
    package var studyDate: String?
    package var studyTime: String?
    package var modalities: [String]
    package var bodyParts: [String]
    package var description: String?
    package var imageCount: Int
    package var byteCount: Int64
    /// Files of it on the holder's disk.
    package var filesHere: Int
    package var basis: LinkBasis
    /// `nil` from a node that does not say, and tells no report either.
    package var report: PriorReportNote?

    package init(
        study: StudyInstanceUID, holder: NodeName, issuer: String, institution: String?, studyDate: String?,
        studyTime: String?, modalities: [String], bodyParts: [String], description: String?, imageCount: Int,
        byteCount: Int64, filesHere: Int, basis: LinkBasis, report: PriorReportNote? = nil
    ) {
        self.study = study
        self.holder = holder
        self.issuer = issuer
        self.institution = institution
        self.studyDate = studyDate
        self.studyTime = studyTime
        self.modalities = modalities
        self.bodyParts = bodyParts
        self.description = description
        self.imageCount = imageCount
        self.byteCount = byteCount
        self.filesHere = filesHere
        self.basis = basis
        self.report = report
    }
}

extension PriorSummary {
    /// As the standard's LO, SH and CS have them; they come from another node and stand on a page.
    package var isOfBoundedLength: Bool {
        let texts = [issuer, institution, studyDate, studyTime, description, basis.rule].compactMap { $0 }
        guard (report?.signer?.count ?? 0) <= PriorReportNote.longest else { return false }
        return texts.allSatisfy { $0.count <= 128 }
            && [modalities, bodyParts].allSatisfy { $0.count <= 64 && $0.allSatisfy { $0.count <= 64 } }
    }
}

/// A question for earlier studies, as each node on its way knows it.
package struct PriorQuery: Hashable, Sendable {
    package var id: String
    /// The study that is being read.
    package var study: StudyInstanceUID
    /// Where it is read.
    package var asker: NodeName
    /// The neighbour that passed it on; `nil` at the asker.
    package var cameFrom: NodeName?
    /// The account, at the asker.
    package var askedBy: String
    package var askedAt: Timestamp
    package var expiresAt: Timestamp

    package init(
        id: String, study: StudyInstanceUID, asker: NodeName, cameFrom: NodeName?, askedBy: String,
        askedAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        self.study = study
        self.asker = asker
        self.cameFrom = cameFrom
        self.askedBy = askedBy
        self.askedAt = askedAt
        self.expiresAt = expiresAt
    }
}

/// A node that was asked, at the asker.
package struct AskedNode: Hashable, Sendable {
    package enum State: String, Hashable, Codable, Sendable, CaseIterable {
        case asked
        /// Asked, and not heard by whoever asked it: it will answer when it is back.
        case offline
        case answered
        /// It may not or does not want to answer.
        case refused
    }

    package var node: NodeName
    /// The node that asked it.
    package var via: NodeName
    package var state: State
    package var since: Timestamp

    package init(node: NodeName, via: NodeName, state: State, since: Timestamp) {
        self.node = node
        self.via = via
        self.state = state
        self.since = since
    }
}

/// Which way an answer came: the way its images can come.
package struct PriorRoute: Hashable, Sendable {
    package var query: String
    package var study: StudyInstanceUID
    package var holder: NodeName
    /// The neighbour it came through.
    package var via: NodeName
    /// Links between here and the holder.
    package var hops: Int
    /// At the asker; elsewhere nothing of it is kept.
    package var summary: PriorSummary?

    package init(
        query: String, study: StudyInstanceUID, holder: NodeName, via: NodeName, hops: Int, summary: PriorSummary?
    ) {
        self.query = query
        self.study = study
        self.holder = holder
        self.via = via
        self.hops = hops
        self.summary = summary
    }
}

/// A study whose images somebody wants who has them not.
package struct PriorLoan: Hashable, Sendable {
    package enum State: String, Hashable, Codable, Sendable, CaseIterable {
        /// Asked for further on, or back on their way to this disk.
        case wanted
        /// A parent has granted them: they are being fetched.
        case granted
        /// Given on to whoever wanted them.
        case given
        /// Given on so long ago that whoever has them must ask again; they were lent to this node in turn.
        case ended
        /// Here, where they were wanted.
        case here
        /// Nobody could give them.
        case refused
    }

    package var study: StudyInstanceUID
    /// The neighbour that wants them; this node itself at the asker.
    package var borrower: NodeName
    package var query: String
    /// Where they are asked for; `nil`: they are here.
    package var lender: NodeName?
    package var state: State
    package var since: Timestamp
    package var attempts: Int
    package var nextAttemptAt: Timestamp?
    /// A sentence for the reader.
    package var lastError: String?
    /// What the lender granted, as it was told.
    package var grant: String?

    package init(
        study: StudyInstanceUID, borrower: NodeName, query: String, lender: NodeName?, state: State, since: Timestamp,
        attempts: Int = 0, nextAttemptAt: Timestamp? = nil, lastError: String? = nil, grant: String? = nil
    ) {
        self.study = study
        self.borrower = borrower
        self.query = query
        self.lender = lender
        self.state = state
        self.since = since
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.lastError = lastError
        self.grant = grant
    }
}
