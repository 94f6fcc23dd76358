// Who reads, and what they can.

import Vocabulary

package enum ReadingRight: String, Hashable, Codable, Sendable, CaseIterable {
    /// Writes preliminary reports.
    case write
    /// Signs final reports.
    case verify
}

/// What a task asks of a reader.
package struct ReadingDemand: Hashable, Sendable {
    package var workType: WorkType
    /// (0008,0060) of all series; a reader must know each.
    package var modalities: [String]
    /// `nil` where nothing is known: every reader of the modality will do.
    package var region: BodyRegion?
    /// The hospital: the issuer of the patient IDs.
    package var institution: String
    package var right: ReadingRight

    package init(
        workType: WorkType, modalities: [String], region: BodyRegion? = nil, institution: String,
        right: ReadingRight = .write
    ) {
        self.workType = workType
        self.modalities = modalities
        self.region = region
        self.institution = institution
        self.right = right
    }
}

/// A doctor on the roster; `name` is the account.
package struct RosterReader: Hashable, Sendable {
    package var name: String
    /// `nil`: all that the account's role gives.
    package var rights: Set<ReadingRight>?
    /// `nil`: every modality.
    package var modalities: Set<String>?
    /// `nil`: every region.
    package var regions: Set<BodyRegion>?
    /// `nil`: every institution.
    package var institutions: Set<String>?
    /// Minutes that this reader takes for what takes the node's readers one.
    package var pace: Double
    /// Where it stands in the file.
    package var location: RulePlace?

    package init(
        name: String, rights: Set<ReadingRight>? = nil, modalities: Set<String>? = nil,
        regions: Set<BodyRegion>? = nil, institutions: Set<String>? = nil, pace: Double = 1,
        location: RulePlace? = nil
    ) {
        self.name = name
        self.rights = rights
        self.modalities = modalities
        self.regions = regions
        self.institutions = institutions
        self.pace = pace
        self.location = location
    }

    package func has(_ right: ReadingRight) -> Bool { rights?.contains(right) ?? true }

    package func readsFor(_ institution: String) -> Bool { institutions?.contains(institution) ?? true }

    /// Right, speciality and institution, whatever the hour.
    package func canRead(_ demand: ReadingDemand) -> Bool {
        guard has(demand.right), readsFor(demand.institution) else { return false }
        if let modalities, !demand.modalities.allSatisfy(modalities.contains) { return false }
        if let regions, let region = demand.region, !regions.contains(region) { return false }
        return true
    }
}

/// A time in which a reader is not there, whatever the roster says.
package struct Absence: Hashable, Sendable {
    package var reader: String
    package var from: Timestamp
    /// `nil`: until further notice.
    package var until: Timestamp?

    package init(reader: String, from: Timestamp, until: Timestamp? = nil) {
        self.reader = reader
        self.from = from
        self.until = until
    }

    package func holds(at time: Timestamp) -> Bool { from <= time && until.map { time < $0 } ?? true }
}
